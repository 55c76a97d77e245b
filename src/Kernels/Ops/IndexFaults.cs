namespace Handmade.Kernels.Ops;

/// <summary>
/// Indices outside their axis that kernels of eager launches met on a device. A kernel can't throw, and waiting for each would cost more than the
/// op; so it leaves a note, and the next reading of values, which waits anyway, throws what the host would have thrown. One per thread and device.
/// </summary>
/// <remarks>
/// The note is two integers: the first launch that met a bad index, and the smallest such index. Launches run one behind the other, so a later one
/// finds the note taken.
/// </remarks>
internal sealed partial class IndexFaults(Device device)
{
    // A program that never reads must not collect launches without end.
    private const int MostLaunches = 1000;
    private readonly List<(string Op, Shape Shape, int Axis)> launches = [];
    private TensorView? note;

    /// <summary>Queues a look at all <paramref name="indices"/> of an eager launch, which must lie in 0…extent−1 on <paramref name="axis"/> of <paramref name="shape"/>.</summary>
    public static void Watch(KernelQueue queue, string op, TensorView indices, Shape shape, int axis) => queue.Device.IndexFaults.Add(queue, op, indices, shape, axis);

    /// <summary>Throws if a launch since the last check met a bad index. It waits for the device.</summary>
    public void Check()
    {
        if (note is not { } written) return;
        Span<int> values = stackalloc int[2];
        device.Read(written, values);
        written.Buffer.Release();
        note = null;
        (string Op, Shape Shape, int Axis)? met = values[0] < launches.Count ? launches[values[0]] : null;
        launches.Clear();
        if (met is { } launch) throw Indices.OutOfRange(launch.Op, values[1], launch.Shape, launch.Axis);
    }

    private void Add(KernelQueue queue, string op, TensorView indices, Shape shape, int axis)
    {
        if (indices.Count == 0) return;
        if (launches.Count == MostLaunches) Check();
        if (note is null)
        {
            // Of no scope: it lives from the first launch to the next check.
            var buffer = new DeviceBuffer(device, device.Allocate(2 * sizeof(int)), 2 * sizeof(int));
            note = new TensorView(buffer, 0, [2], [1], DType.I32);
            device.Write<int>([int.MaxValue, int.MaxValue], note);
        }
        launches.Add((op, shape, axis));
        var walk = new Walk(new Loops(indices.Shape, indices), 1);
        for (int call = 0; call < walk.Calls; call++)
            Look(queue, KernelConfig.ForElements(walk.Count), note, indices, walk[call], walk.Count, shape[axis], launches.Count - 1, walk.Axes);
    }

    /// <summary>Bound by memory: each index once.</summary>
    [Kernel]
    private static void Look(ArrayView<int> note, ArrayView<int> indices, WalkAxes walk, int count, int extent, int launch, [Spec] SpecInt axes)
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        WalkPlace place = Walk.Place(walk, axes, i);
        int index = indices[place.A];
        if ((uint)index >= (uint)extent && Atomic.Min(ref note[0], launch) >= launch) Atomic.Min(ref note[1], index);
    }
}
