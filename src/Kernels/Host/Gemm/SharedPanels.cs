using System.Runtime.InteropServices;

namespace Handmade.Kernels.Host;

/// <summary>
/// The panels of B that the threads of one product share. They are packed piece by piece by whichever thread comes first: a thread that needs
/// pieces takes those that nobody has begun, and waits only for such as are in the making.
/// </summary>
internal sealed unsafe class SharedPanels
{
    // Products that run at the same time need more than one; one is kept.
    private static SharedPanels? spare;

    // Untouched, in the making, packed.
    private const int Begun = 1, Packed = 2;

    private int[] pieces = [];
    private long bytes;

    private SharedPanels() { }

    ~SharedPanels() => NativeMemory.AlignedFree(Memory);

    /// <summary>Where the panels lie.</summary>
    public void* Memory { get; private set; }

    /// <summary>Room for panels of so many bytes in so many pieces, none of them packed.</summary>
    public static SharedPanels Rent(long bytes, int pieces)
    {
        SharedPanels panels = Interlocked.Exchange(ref spare, null) ?? new();
        if (panels.bytes < bytes)
        {
            NativeMemory.AlignedFree(panels.Memory);
            panels.Memory = null;
            panels.bytes = 0;
            panels.Memory = NativeMemory.AlignedAlloc((nuint)bytes, 64);
            panels.bytes = bytes;
        }
        if (panels.pieces.Length < pieces) panels.pieces = new int[pieces];
        else Array.Clear(panels.pieces);
        return panels;
    }

    /// <summary>Keeps the memory for the next product, or frees it if there is other memory kept; after that nobody may use it.</summary>
    public void Return()
    {
        if (Interlocked.CompareExchange(ref spare, this, null) is null) return;
        NativeMemory.AlignedFree(Memory);
        Memory = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the caller is the one that packs this piece.</summary>
    public bool Take(int piece) => pieces[piece] == 0 && Interlocked.CompareExchange(ref pieces[piece], Begun, 0) == 0;

    /// <summary>The piece is packed, for all to see.</summary>
    public void Finish(int piece) => Volatile.Write(ref pieces[piece], Packed);

    /// <summary>Returns when the piece is packed.</summary>
    public void Wait(int piece)
    {
        var wait = new SpinWait();
        while (Volatile.Read(ref pieces[piece]) != Packed) wait.SpinOnce(sleep1Threshold: -1);
    }
}
