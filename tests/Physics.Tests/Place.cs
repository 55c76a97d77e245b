using Handmade.Kernels;

namespace Handmade.Physics.Tests;

/// <summary>
/// Where the tests simulate: "host" for its SIMD groups themselves, "cells" for the simulator of large scenes, else a device by its name. OpenCL tests are skipped where there is none, and with
/// CI=true that is a failure; an NVIDIA GPU is tested where one is at hand.
/// </summary>
public static class Place
{
    private static readonly Dictionary<string, Lazy<Device>> devices =
        new[] { "emulator", "opencl", "cuda" }.ToDictionary(name => name, name => new Lazy<Device>(() => Devices.Open(name)));

    /// <summary>Devices with kernels that are fast enough for any test.</summary>
    public static string[] Fast { get; } = Devices.All().Any(info => info.Name == "cuda:0") ? ["opencl", "cuda"] : ["opencl"];

    /// <summary>Everything with kernels.</summary>
    public static string[] WithKernels { get; } = ["emulator", .. Fast];

    /// <summary>The host's two simulators beside the fast devices.</summary>
    public static string[] HostAndFast { get; } = ["host", "cells", .. Fast];

    /// <summary>Where small scenes are simulated as such, all but "cells".</summary>
    public static string[] OfSmallScenes { get; } = ["host", .. Fast];

    /// <summary>Opens a device once for all tests.</summary>
    public static Device Open(string place)
    {
        if (place == "opencl" && Devices.Missing().FirstOrDefault(sentence => sentence.StartsWith("opencl", StringComparison.Ordinal)) is { } missing)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
            Assert.Ignore(missing);
        }
        return devices[place].Value;
    }

    /// <summary>A batch of random starts, read back.</summary>
    public static Trajectories Run(string place, DiscScene scene, ulong seed, int scenes)
    {
        if (place == "host") return DiscSimulator.Run(scene, seed, scenes);
        if (place == "cells") return RunCells(scene, seed, scenes);
        Device device = Open(place);
        using Scope scope = device.Scope();
        return DiscSimulator.Run(device, scene, seed, scenes).ToHost();
    }

    // One large scene after another, written down as a batch of small ones.
    private static Trajectories RunCells(DiscScene scene, ulong seed, int scenes)
    {
        var result = new Trajectories(scene, scenes);
        result.Contacts.Clear();
        for (int place = 0; place < scenes; place++)
        {
            using var discs = new LargeDiscs(LargeDiscScene.From(scene));
            discs.Set(Lab.RandomStart(scene, seed, (uint)place));
            if (scene.HasSizes) discs.SetRadii(Lab.Radii(scene, seed, (uint)place));
            for (int frame = 0; frame <= scene.Frames; frame++)
            {
                if (frame > 0) discs.Advance(scene.SubstepsPerFrame);
                for (int i = 0; i < scene.Particles; i++)
                {
                    DiscState s = discs.Get(i);
                    var (x, y) = scene.Inside(s.X, s.Y);
                    ReadOnlySpan<float> state = [(float)x, (float)y, (float)s.Vx, (float)s.Vy];
                    state.CopyTo(result.States.Slice(((place * (scene.Frames + 1) + frame) * scene.Particles + i) * 4, 4));
                }
                if (frame == 0) continue;
                int interval = place * scene.Frames + frame - 1;
                Span<ulong> mine = result.Contacts.Slice(interval * scene.Particles * scene.MaskWords, scene.Particles * scene.MaskWords);
                foreach (var (i, j) in discs.Contacts)
                {
                    mine[i * scene.MaskWords + j / 64] |= 1UL << (j % 64);
                    mine[j * scene.MaskWords + i / 64] |= 1UL << (i % 64);
                }
                discs.WallContacts.CopyTo(result.WallContacts.Slice(interval * scene.Particles, scene.Particles));
            }
        }
        return result;
    }
}
