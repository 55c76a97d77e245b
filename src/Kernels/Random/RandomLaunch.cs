using System.Runtime.CompilerServices;

namespace Handmade.Kernels;

/// <summary>
/// A draw of shape [R, …]: replica r's elements follow from the Philox blocks at its position and after. A unit of work takes up to 256
/// blocks of one replica. Bound by arithmetic: ten rounds of two 32-bit multiplications a block.
/// </summary>
internal abstract unsafe class RandomLaunch(string name, TensorView state, TensorView y, int wordsPerElement) : Launch(name, [state], [y])
{
    private const int UnitWords = 1024;
    private readonly int unitElements = UnitWords / wordsPerElement;
    private readonly int length = (int)(y.Count / y.Shape[0]);

    /// <summary>Blocks of four words that one replica uses up.</summary>
    public long Blocks => (((long)length * wordsPerElement) + 3) / 4;

    private int Units => (length + unitElements - 1) / unitElements;

    public override int Grid => y.Shape[0] * Units;

    public override long Work => y.Count * 16;

    [SkipLocalsInit]
    public override void Run(int begin, int end)
    {
        uint* words = stackalloc uint[UnitWords];
        for (int unit = begin; unit < end; unit++)
        {
            var (r, piece) = Math.DivRem(unit, Units);
            int first = piece * unitElements, count = Math.Min(unitElements, length - first);
            RandomState.Words(state.Pointer<int>() + (r * RandomState.Size), (ulong)(piece * (UnitWords / 4)), words, count * wordsPerElement);
            Convert(words, y, ((nint)r * length) + first, count);
        }
    }

    public override void Enqueue(KernelQueue queue)
    {
        if (length == 0) return;
        Enqueue(queue, KernelConfig.ForElements(Blocks) with { GridY = y.Shape[0] }, y, state, length);
    }

    /// <summary>Queues the kernel of the draw: a thread per block, along Y the replicas.</summary>
    protected abstract void Enqueue(KernelQueue queue, KernelConfig config, TensorView y, TensorView state, int length);

    /// <summary>Makes <paramref name="y"/>'s elements <paramref name="start"/>…<paramref name="start"/>+<paramref name="count"/>−1 of their words. Words behind those may be read, but not used.</summary>
    protected abstract void Convert(uint* words, TensorView y, nint start, int count);
}

/// <summary>Moves every replica's position on, after a draw that used <paramref name="blocks"/> blocks.</summary>
internal sealed unsafe class AdvanceLaunch(TensorView state, long blocks) : Launch("random_advance", [state], [state])
{
    public override int Grid => state.Shape[0];

    public override Launch? For(ReplicaBlock block) => block.Cuts(state) ? new AdvanceLaunch(block.Of(state), blocks) : null;

    public override void Run(int begin, int end)
    {
        for (int r = begin; r < end; r++) RandomState.Advance(state.Pointer<int>() + (r * RandomState.Size), (ulong)blocks);
    }

    public override void Enqueue(KernelQueue queue) => RandomKernels.Advance(queue, KernelConfig.ForElements(state.Shape[0]), state, blocks, state.Shape[0]);
}

/// <summary>One replica's six words of state: seed, stream and position, each as two 32-bit words, low one first.</summary>
internal static unsafe class RandomState
{
    public const int Size = 6;

    public static void Begin(Span<int> state, ulong seed, ulong stream)
    {
        (state[0], state[1]) = ((int)seed, (int)(seed >> 32));
        (state[2], state[3]) = ((int)stream, (int)(stream >> 32));
        (state[4], state[5]) = (0, 0);
    }

    /// <summary>Writes at least <paramref name="count"/> words, in whole blocks, from <paramref name="skip"/> blocks after the position on.</summary>
    public static void Words(int* state, ulong skip, uint* words, int count) =>
        PhiloxWords.Write(Join(state), Join(state + 2), Join(state + 4) + skip, words, count);

    public static void Advance(int* state, ulong blocks)
    {
        ulong position = Join(state + 4) + blocks;
        (state[4], state[5]) = ((int)position, (int)(position >> 32));
    }

    private static ulong Join(int* words) => (uint)words[0] | ((ulong)(uint)words[1] << 32);
}
