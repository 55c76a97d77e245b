namespace Handmade.Kernels;

/// <summary>
/// Fisher and Yates's shuffle, all places at once. Sequentially, place i (from the last down) changes hands with place other(i) ≤ i, and keeps what it
/// gets. So what it gets is found by going back in time: place p was last written by the smallest j &gt; i with other(j) = p, which put there what
/// it had in place j itself, and so on, until a place that nobody has written holds its own number. The writers of each place form a list; its order
/// depends on the scheduling, the smallest writer after i does not. Lists and chains are some ln n long. Bound by the latency of memory.
/// </summary>
internal static partial class PermutationKernels
{
    /// <summary>Enters each place i into the list of other(i): <paramref name="heads"/>, all −1 before, and <paramref name="nexts"/> are [R, n].</summary>
    [Kernel]
    public static void Enter(ArrayView<int> others, ArrayView<int> heads, ArrayView<int> nexts, ArrayView<int> state, int n)
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= n) return;
        long first = (long)Grid.IdxY * n;
        // Place i takes the word n − 1 − i. Nothing is left to choose for place 0.
        int used = n - 1 - i, other = 0;
        if (i > 0)
        {
            var (a, b, c, d) = RandomKernels.Words(state, Grid.IdxY, used / 4);
            int word = used % 4;
            other = (int)(uint)(((ulong)(word == 0 ? a : word == 1 ? b : word == 2 ? c : d) * (uint)(i + 1)) >> 32);
        }
        others[first + i] = other;
        nexts[first + i] = Atomic.Exchange(ref heads[first + other], i);
    }

    /// <summary>Writes what each place holds in the end.</summary>
    [Kernel]
    public static void Follow(ArrayView<int> y, ArrayView<int> others, ArrayView<int> heads, ArrayView<int> nexts, int n)
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= n) return;
        long first = (long)Grid.IdxY * n;
        int place = others[first + i], after = i;
        while (true)
        {
            int writer = n;
            for (int j = heads[first + place]; j >= 0; j = nexts[first + j])
                if (j > after && j < writer) writer = j;
            if (writer == n) break;
            place = writer;
            after = writer;
        }
        y[first + i] = place;
    }
}
