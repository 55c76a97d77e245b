namespace Handmade.Kernels.Emulation;

/// <summary>
/// Threads of a group that follow each other, 32 of them as on NVIDIA's GPUs, and the boards on which they exchange words. Groups run one after another, so the
/// same boards serve all of them.
/// </summary>
internal sealed class EmulatedWarp(int size) : IDisposable
{
    /// <summary>Threads of a warp.</summary>
    public const int Size = 32;

    /// <summary>Words that a thread gives in one exchange.</summary>
    public const int Words = 6;

    private readonly Barrier barrier = new(size);

    // Two in turn: a thread may write its next words while another still reads the last ones, but no thread is two exchanges ahead.
    private readonly uint[][] boards = [new uint[Size * Words], new uint[Size * Words]];

    /// <summary>Puts a thread's words on the board, and returns those of all threads, in order, once all have.</summary>
    public ReadOnlySpan<uint> Exchange(int lane, int turn, ReadOnlySpan<uint> words)
    {
        if (size < Size) throw new HandmadeException($"a warp of {size} threads; a kernel that multiplies on tensor cores has groups of a multiple of {Size}");
        uint[] board = boards[turn & 1];
        words.CopyTo(board.AsSpan(lane * Words, Words));
        barrier.SignalAndWait();
        return board;
    }

    /// <summary>A thread has returned from the kernel: the others no longer wait for it.</summary>
    public void Leave() => barrier.RemoveParticipant();

    /// <summary>All threads are there again, for the next group.</summary>
    public void Rejoin() => barrier.AddParticipants(size);

    public void Dispose() => barrier.Dispose();
}
