using System.Runtime.CompilerServices;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels;

/// <summary>
/// 0…n−1 shuffled (Fisher and Yates, from the last place to the second), one replica a unit of work: places change hands in sequence.
/// Place i takes one word: the upper half of word · (i + 1).
/// </summary>
internal sealed unsafe class PermutationLaunch(TensorView state, TensorView y) : Launch("permutation", [state], [y])
{
    private const int ChunkWords = 256;
    private readonly int n = y.Shape[1];

    /// <summary>Blocks of four words that one replica uses up.</summary>
    public long Blocks => ((long)n + 2) / 4;

    public override int Grid => y.Shape[0];

    public override Launch? For(ReplicaBlock block) => block.Cuts(state, y) ? new PermutationLaunch(block.Of(state), block.Of(y)) : null;

    public override long Work => y.Count * 16;

    public override void Run(int begin, int end)
    {
        for (int r = begin; r < end; r++) Shuffle(state.Pointer<int>() + (r * RandomState.Size), y.Pointer<int>() + ((nint)r * n));
    }

    public override void Enqueue(KernelQueue queue)
    {
        TensorView others = queue.Scratch(y.Shape, DType.I32), heads = queue.Scratch(y.Shape, DType.I32), nexts = queue.Scratch(y.Shape, DType.I32);
        Copy.EnqueueFill(queue, heads, -1);
        KernelConfig config = KernelConfig.ForElements(n) with { GridY = y.Shape[0] };
        PermutationKernels.Enter(queue, config, others, heads, nexts, state, n);
        PermutationKernels.Follow(queue, config, y, others, heads, nexts, n);
    }

    [SkipLocalsInit]
    private void Shuffle(int* from, int* order)
    {
        uint* words = stackalloc uint[ChunkWords];
        for (int i = 0; i < n; i++) order[i] = i;
        for (int used = 0; used < n - 1; used++)
        {
            if (used % ChunkWords == 0) RandomState.Words(from, (ulong)used / 4, words, Math.Min(ChunkWords, n - 1 - used));
            int last = n - 1 - used, other = (int)((ulong)words[used % ChunkWords] * (uint)(last + 1) >> 32);
            (order[last], order[other]) = (order[other], order[last]);
        }
    }
}
