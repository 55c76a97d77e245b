namespace Handmade.Kernels.Host;

/// <summary>Which bytes of which buffers the blocks of a step read and write: enough to see whether one block could notice another.</summary>
internal sealed class Touches
{
    private readonly Dictionary<DeviceBuffer, List<(long Start, long End, int Block, bool IsWrite)>> touched = [];

    /// <summary>The buffers that any block touches.</summary>
    public IEnumerable<DeviceBuffer> Buffers => touched.Keys;

    /// <summary>Notes what a launch of a block touches: of each view all bytes from its first element to its last.</summary>
    public void Add(int block, Launch launch)
    {
        foreach (TensorView input in launch.Inputs) Add(block, input, isWrite: false);
        foreach (TensorView output in launch.Outputs) Add(block, output, isWrite: true);
    }

    /// <summary>What one block touches of a buffer, from the first byte to behind the last; empty where it touches nothing.</summary>
    public (long Start, long End) Hull(DeviceBuffer buffer, int block)
    {
        long start = long.MaxValue, end = 0;
        foreach (var touch in touched[buffer])
            if (touch.Block == block) (start, end) = (Math.Min(start, touch.Start), Math.Max(end, touch.End));
        return (Math.Min(start, end), end);
    }

    /// <summary>
    /// No byte that a block writes is read or written by another. Buffers count by their memory, for those of an arena share it: in the order
    /// of the list one is done with before the next is written, but a block that goes ahead would write where another has yet to read.
    /// </summary>
    /// <param name="moved">Buffers that will lie elsewhere, each block's with itself.</param>
    public bool AreApart(IReadOnlySet<DeviceBuffer> moved) => touched.Where(pair => !moved.Contains(pair.Key)).GroupBy(pair => pair.Key.Home).All(home =>
        AreApart(home.SelectMany(pair => pair.Value.Select(touch => (touch.Start + pair.Key.ByteOffset, touch.End + pair.Key.ByteOffset, touch.Block, touch.IsWrite)))));

    /// <summary>The hulls of the blocks do not meet.</summary>
    public bool HaveOwnHulls(DeviceBuffer buffer, int blocks)
    {
        long end = 0;
        foreach (var hull in Enumerable.Range(0, blocks).Select(block => Hull(buffer, block)).OrderBy(hull => hull.Start))
        {
            if (hull.Start < end) return false;
            end = hull.End;
        }
        return true;
    }

    private void Add(int block, TensorView view, bool isWrite)
    {
        if (view.Count == 0) return;
        long first = view.Offset, last = view.Offset;
        for (int axis = 0; axis < view.Shape.Rank; axis++)
        {
            long reach = (view.Shape[axis] - 1) * (long)view.Strides[axis];
            (first, last) = (first + Math.Min(reach, 0), last + Math.Max(reach, 0));
        }
        if (!touched.TryGetValue(view.Buffer, out var list)) touched[view.Buffer] = list = [];
        int bytes = view.DType.Bytes();
        var touch = (first * bytes, (last + 1) * bytes, block, isWrite);
        if (list.Count == 0 || list[^1] != touch) list.Add(touch);
    }

    // In order of their starts a touch meets an earlier one of another block if that ends behind its start: the furthest ends are enough to know.
    private static bool AreApart(IEnumerable<(long Start, long End, int Block, bool IsWrite)> touches)
    {
        var writes = new Furthest();
        var all = new Furthest();
        foreach (var (start, end, block, isWrite) in touches.OrderBy(touch => touch.Start))
        {
            if ((isWrite ? all : writes).OfOthers(block) > start) return false;
            all.Add(end, block);
            if (isWrite) writes.Add(end, block);
        }
        return true;
    }

    /// <summary>The furthest end so far, and the furthest of any other block.</summary>
    private sealed class Furthest
    {
        private (long End, int Block) best = (0, -1), other = (0, -1);

        public long OfOthers(int block) => best.Block == block ? other.End : best.End;

        public void Add(long end, int block)
        {
            if (block == best.Block) best.End = Math.Max(best.End, end);
            else if (end > best.End) (best, other) = ((end, block), best);
            else if (end > other.End) other = (end, block);
        }
    }
}
