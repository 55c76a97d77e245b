using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics.Tests;

/// <summary>One scene that is advanced a number of substeps at a time.</summary>
public interface IDiscs : IDisposable
{
    DiscState this[int particle] { get; }

    void Advance(int substeps);

    bool Touched(int i, int j);

    bool TouchedWall(int i);
}

/// <summary>In the first lane of a host group.</summary>
public sealed class HostDiscs : IDiscs
{
    private readonly DiscGroup group;
    private readonly DiscScene scene;

    public HostDiscs(DiscScene scene, DiscState[] start, double[]? radii = null)
    {
        this.scene = scene;
        group = new DiscGroup(scene);
        for (int lane = 0; lane < DiscGroup.Lanes; lane++)
        {
            for (int i = 0; i < start.Length; i++) group.Set(lane, i, start[i]);
            for (int i = 0; i < (radii?.Length ?? 0); i++) group.SetRadius(lane, i, radii![i]);
        }
    }

    public DiscState this[int particle] => group.Get(0, particle);

    public void Advance(int substeps) => group.Advance(substeps);

    public bool Touched(int i, int j) => (group.Contacts(0)[i * scene.MaskWords + j / 64] >> (j % 64) & 1) != 0;

    public bool TouchedWall(int i) => group.WallContacts(0)[i] != 0;

    public void Dispose() => group.Dispose();
}

/// <summary>By the simulator of large scenes.</summary>
public sealed class CellDiscs : IDiscs
{
    private readonly LargeDiscs discs;

    public CellDiscs(LargeDiscScene scene, DiscState[] start, WorkerPool? workers = null, double? skin = null, double[]? radii = null)
    {
        discs = new LargeDiscs(scene, workers, skin);
        discs.Set(start);
        if (radii is { Length: > 0 }) discs.SetRadii(radii);
    }

    public DiscState this[int particle] => discs.Get(particle);

    public void Advance(int substeps) => discs.Advance(substeps);

    public bool Touched(int i, int j) => discs.Contacts.BinarySearch(new Pair(Math.Min(i, j), Math.Max(i, j))) >= 0;

    public bool TouchedWall(int i) => discs.WallContacts[i] != 0;

    public void Dispose() => discs.Dispose();

    private readonly record struct Pair(int I, int J) : IComparable<DiscPair>
    {
        public int CompareTo(DiscPair other) => (I, J).CompareTo((other.I, other.J));
    }
}

/// <summary>On a device: one run a call, each from where the last one ended.</summary>
public sealed class DeviceDiscs(Device device, DiscScene scene, DiscState[] start, DType precision = DType.F64, double[]? radii = null) : IDiscs
{
    private DiscState[] states = start;
    private Trajectories? last;

    public DiscState this[int particle] => states[particle];

    public void Advance(int substeps)
    {
        using Scope scope = device.Scope();
        DeviceTrajectories run = DiscSimulator.Run(device, scene with { Frames = 1, FrameInterval = substeps * scene.Substep }, states, precision, radii);
        double[] end = precision == DType.F64 ? run.End.ToArray<double>() : [.. run.End.ToArray<float>().Select(x => (double)x)];
        states = [.. end.Chunk(4).Select(s => new DiscState(s[0], s[1], s[2], s[3]))];
        last = run.ToHost();
    }

    public bool Touched(int i, int j) => last!.Touch(0, 0, i, j);

    public bool TouchedWall(int i) => last!.TouchesWall(0, 0, i);

    public void Dispose() { }
}
