namespace Handmade.Kernels.Emulation;

/// <summary>The asynchronous copies of one thread: groups of them, each done when it is waited for and no sooner.</summary>
internal sealed class EmulatedCopies
{
    private const int Alignment = 4;
    private readonly Queue<(ArrayView<float> To, ArrayView<float> From)> started = [];
    private readonly Queue<int> groups = [];
    private int open;

    /// <summary>Of <paramref name="size"/> neighbours.</summary>
    public void Start(ArrayView<float> to, ArrayView<float> from, int size)
    {
        if (size == Alignment && !(to.IsAligned(Alignment) && (from.Length == 0 || from.IsAligned(Alignment))))
            throw new HandmadeException("CopyAsync4 between places that are not aligned to 16 bytes; use CopyAsync there");
        started.Enqueue((to, from));
        open++;
    }

    public void Commit()
    {
        groups.Enqueue(open);
        open = 0;
    }

    public void Wait(int pending)
    {
        while (groups.Count > pending)
            for (int left = groups.Dequeue(); left > 0; left--)
            {
                (ArrayView<float> to, ArrayView<float> from) = started.Dequeue();
                for (int i = 0; i < to.Length; i++) to[i] = i < from.Length ? from[i] : 0;
            }
    }
}
