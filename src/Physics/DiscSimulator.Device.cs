using System.Runtime.InteropServices;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics;

/// <summary>The simulator as a launch of any device, with its results in the device's memory.</summary>
public static partial class DiscSimulator
{
    /// <summary>Random starts (<see cref="DiscStart"/>, the host's) simulated on a device.</summary>
    /// <param name="device">Where to. In f64 a device whose roots and quotients are exactly rounded gives the bits of the host.</param>
    /// <param name="scene">What to simulate.</param>
    /// <param name="seed">Key of the starts.</param>
    /// <param name="scenes">How many scenes.</param>
    /// <param name="firstScene">Number of the first scene: batches of one seed that do not overlap hold different scenes.</param>
    /// <param name="precision">f64 or f32; none takes f64 where the device has it. What is recorded is f32 in any case.</param>
    /// <exception cref="HandmadeException">A value is out of range, the discs do not fit, or the device can't simulate so many or with such precision.</exception>
    public static DeviceTrajectories Run(Device device, DiscScene scene, ulong seed, int scenes, uint firstScene = 0, DType? precision = null)
    {
        Check(device, scene, precision);
        Trajectories.StateLength(scene, scenes);
        var start = new DiscState[scenes * scene.Particles];
        var radii = new double[scene.HasSizes ? start.Length : 0];
        for (int i = 0; i < scenes; i++)
        {
            DiscStart.Fill(scene, seed, firstScene + (uint)i, start.AsSpan(i * scene.Particles, scene.Particles));
            if (scene.HasSizes) DiscStart.Radii(scene, seed, firstScene + (uint)i, radii.AsSpan(i * scene.Particles, scene.Particles));
        }
        return Run(device, scene, start, precision, radii);
    }

    /// <summary>Given starts simulated on a device.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="scene">What to simulate.</param>
    /// <param name="start">Where the discs start: `[scene, particle]`.</param>
    /// <param name="precision">f64 or f32; none takes f64 where the device has it.</param>
    /// <param name="radii">`[scene, particle]`, for scenes with a spread of radii; others have none.</param>
    public static DeviceTrajectories Run(Device device, DiscScene scene, ReadOnlySpan<DiscState> start, DType? precision = null, ReadOnlySpan<double> radii = default)
    {
        Check(device, scene, precision);
        CheckRadii(scene, start.Length, radii.Length);
        for (int i = 0; i < radii.Length; i++) DiscGroup.CheckRadius(scene, i % scene.Particles, radii[i]);
        ReadOnlySpan<double> numbers = MemoryMarshal.Cast<DiscState, double>(start);
        Shape shape = [ScenesOf(start.Length, scene), scene.Particles, 4];
        if ((precision ?? (device.HasF64 ? DType.F64 : DType.F32)) == DType.F64)
            return Run(scene, device.From(numbers, shape), scene.HasSizes ? device.From(radii, [shape[0], shape[1]]) : null);
        return Run(scene, device.From<float>(Rounded(numbers), shape), scene.HasSizes ? device.From<float>(Rounded(radii), [shape[0], shape[1]]) : null);
    }

    /// <summary>Starts that lie on the device already, such as the <see cref="DeviceTrajectories.End"/> of another run.</summary>
    /// <param name="scene">What to simulate.</param>
    /// <param name="start">x, y, vx, vy of every disc, f64 or f32 <c>[scene, particle, 4]</c>: the simulation computes in this precision.</param>
    /// <param name="radii">Of every disc, in the same precision <c>[scene, particle]</c>, for scenes with a spread of radii; others have none.</param>
    public static DeviceTrajectories Run(DiscScene scene, TensorView start, TensorView? radii = null)
    {
        bool sceneAThread = start.Device.IsProcessor && scene.Particles <= DiscSceneKernels.MostParticles;
        return Run(scene, start, radii, sceneAThread);
    }

    /// <summary>By the kernel that gives a scene a thread, or by the one that gives it a group.</summary>
    internal static DeviceTrajectories Run(DiscScene scene, TensorView start, TensorView? radii, bool sceneAThread)
    {
        Check(start.Device, scene, start.DType);
        if (start.Shape.Rank != 3 || start.Shape[1] != scene.Particles || start.Shape[2] != 4 || !start.IsContiguous)
            throw new HandmadeException($"disc simulator: the start is {start}; use a contiguous tensor of shape [scenes, {scene.Particles}, 4]");
        bool fit = radii is null ? !scene.HasSizes
            : scene.HasSizes && radii.DType == start.DType && radii.Shape.Rank == 2 && radii.Shape[0] == start.Shape[0] && radii.Shape[1] == scene.Particles && radii.IsContiguous;
        if (!fit)
            throw new HandmadeException($"disc simulator: radii are {radii?.ToString() ?? "missing"}; use {(scene.HasSizes ? $"a contiguous {start.DType.Text()} tensor of shape [{start.Shape[0]}, {scene.Particles}]" : "none, since all discs have the scene's radius")}");
        var result = new DeviceTrajectories(scene, start, radii);
        start.Device.Submit(new DiscLaunch(scene, start, radii ?? start, result.End, result.States, result.Contacts, result.WallContacts, sceneAThread));
        return result;
    }

    private static void Check(Device device, DiscScene scene, DType? precision)
    {
        scene.Validate();
        if (precision is { } dtype && !dtype.IsFloat()) throw new HandmadeException($"disc simulator: precision {dtype.Text()}; use f64 or f32");
        if (device is HostDevice)
        {
            if (precision == DType.F32) throw new HandmadeException("disc simulator: the host simulates in f64; leave the precision out, or take another device");
        }
        else if (scene.Particles > DiscKernels.MostParticles)
            throw new HandmadeException($"disc simulator: {scene.Particles} particles, and {device.Name} simulates at most {DiscKernels.MostParticles} in a scene; use fewer, or --device host");
    }

    private static float[] Rounded(ReadOnlySpan<double> numbers)
    {
        var rounded = new float[numbers.Length];
        for (int i = 0; i < rounded.Length; i++) rounded[i] = (float)numbers[i];
        return rounded;
    }

    private static int ScenesOf(int states, DiscScene scene) => states % scene.Particles == 0
        ? states / scene.Particles
        : throw new HandmadeException($"disc simulator: {states} starting states; use a multiple of the {scene.Particles} particles");
}
