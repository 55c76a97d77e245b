using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Host;

/// <summary>
/// Matrix products of float or double on the host. Nothing is allocated per call; a thread's packing memory is its <see cref="Scratch"/>, what threads pack together lies in <see cref="SharedPanels"/>.
/// </summary>
/// <remarks>
/// Each element of C is a chain of fused multiply-adds in increasing p, starting from zero, per block of the depth; the blocks
/// (<see cref="DepthBlock"/>, a function of K alone) are added in order. Tiles, panels, vector width, packing and the split into units
/// decide only who computes an element and when, so they change no bit.
/// <para>
/// Bound: 2·M·N·K operations at two vectors of multiply-adds a cycle (Zen 3 at 3.24 GHz: 103.7 GFLOP/s in float). The tile alone reaches 97 %;
/// docs/performance.md shows its loop, what whole products reach, and the later steps of the ladder.
/// </para>
/// <para>
/// Ladder, GFLOP/s on that machine (n is a square product, the rest M×N×K):
/// plain triple loop, n = 512: 1.3 ·
/// rows of C in vectors: 28 ·
/// tiles of 6×16 floats in twelve registers, operands in place: 75, and 54 at n = 1024 ·
/// B in panels: 92, 87 ·
/// A in panels too, from n = 512 on: 92, 91 (below, and in a training step, A in place is 5–40 % faster) ·
/// panels copied row by row, all at once: 94, 92 ·
/// depth of 384 instead of 256: 94, 93 ·
/// four steps of p per turn, a count of turns that the branch predictor can learn: 2 % of a tile 256 deep ·
/// C fetched ahead: 1 % ·
/// all tiles of a panel in one call: 80 to 87 at 128×96×32 ·
/// padded copies at a ragged edge: 9.5 to 13.7 at 128×2×32, 16 to 28 at 128×4×32.
/// Tried and dropped: huge pages, fetching A or the next panel of B ahead, a shortcut for products without extras: each within 1 %.
/// </para>
/// </remarks>
public static unsafe class HostGemm
{
    // A block of B's panel (16 floats, 8 doubles, 384 deep: 24 KiB) shares L1 with the tile's rows of A.
    private const int MaxDepth = 384;

    // Every run of units packs what it needs for itself, but for a B that threads share: bands are not narrower than this, and not many more than cores.
    private const int SmallestBand = 64, UnitsPerCore = 2;

    private static readonly int Cores = Environment.ProcessorCount;

    /// <summary>How many pieces a product with an [m, n] result has; pieces are bands of its longer side.</summary>
    public static int Units(int m, int n)
    {
        if (m == 0 || n == 0)
            return 0;
        int longer = Math.Max(m, n);
        return longer <= SmallestBand ? 1 : Ceiling(longer, Band(longer));
    }

    /// <summary>
    /// Computes units [<paramref name="begin"/>, <paramref name="end"/>) of 0…<see cref="Units"/> as one product.
    /// Other units of the same product may run at the same time on other threads.
    /// </summary>
    /// <exception cref="HandmadeException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Run<T>(in GemmArgs<T> args, int begin, int end)
        where T : unmanaged => Run<T, Unchanged<T>>(args, begin, end);

    /// <summary>
    /// As <see cref="Run{T}(in GemmArgs{T}, int, int)"/>, with <typeparamref name="TActivation"/> of the finished C written to
    /// <see cref="GemmArgs{T}.Activated"/>, block by block while C is in the cache.
    /// </summary>
    /// <exception cref="HandmadeException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Run<T, TActivation>(in GemmArgs<T> args, int begin, int end)
        where T : unmanaged
        where TActivation : struct, IActivation<T> => Run<T, TActivation>(args, begin, end, HostDevice.VectorBits);

    /// <summary>All products of a batch, which share a shape: the first one's arguments, and the steps to the others. What can be known of the shape is found out once.</summary>
    /// <exception cref="HandmadeException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Run<T, TActivation>(in GemmArgs<T> first, in GemmBatch batch)
        where T : unmanaged
        where TActivation : struct, IActivation<T> => Run<T, TActivation>(first, batch, HostDevice.VectorBits, null);

    /// <summary>The same on vectors of a given width, faster or slower: for tests. Shared panels are those of <see cref="Share{T}"/>.</summary>
    internal static void Run<T, TActivation>(in GemmArgs<T> args, int begin, int end, int vectorBits, SharedPanels? shared = null)
        where T : unmanaged
        where TActivation : struct, IActivation<T>
    {
        var alone = new GemmBatch { Count = 1 };
        if (begin == 0 && end == Units(args.M, args.N))
            Run<T, TActivation>(args, alone, vectorBits, shared);
        else if (begin < end)
            Run<T, TActivation>(Cut(args, begin, end), alone, vectorBits, shared);
    }

    /// <summary>Whether it pays to copy B into panels: columns always, rows only where many tiles make up for it. Measured.</summary>
    internal static bool PacksB(int m, int k, nint bCol) => bCol != 1 || (k >= 192 && m >= 256);

    /// <summary>Whether the units of such a product, which then all read the whole of B, do well to pack it together.</summary>
    internal static bool Shares(int m, int n, int k, nint bCol) => m >= n && m >= 2 * SmallestBand && n >= SmallestBand && PacksB(m, k, bCol);

    /// <summary>Room for the panels of a whole B.</summary>
    internal static SharedPanels Share<T>(int n, int k)
        where T : unmanaged
    {
        // Groups of panels are 16 to 128 elements wide, depending on the vectors.
        const int narrowest = 16, widest = 128;
        return SharedPanels.Rent((long)Ceiling(n, widest) * widest * k * sizeof(T), Ceiling(n, narrowest) * Ceiling(k, DepthBlock(k)));
    }

    private static void Run<T, TActivation>(in GemmArgs<T> first, in GemmBatch batch, int vectorBits, SharedPanels? shared)
        where T : unmanaged
        where TActivation : struct, IActivation<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new HandmadeException($"gemm: elements of type {typeof(T).Name}; use float or double");
        if (first.M == 0 || first.N == 0)
            return;
        switch (vectorBits)
        {
            case 512: GemmLoops<T, Vector512<T>, Vectors512<T>>.Run<TActivation>(first, batch, shared); break;
            case 256: GemmLoops<T, Vector256<T>, Vectors256<T>>.Run<TActivation>(first, batch, shared); break;
            default: GemmLoops<T, Vector128<T>, Vectors128<T>>.Run<TActivation>(first, batch, shared); break;
        }
    }

    /// <summary>Length of the blocks of a depth <paramref name="k"/>: nearly equal, at most <see cref="MaxDepth"/>, whole groups of 8 if there are several.</summary>
    internal static int DepthBlock(int k)
    {
        int blocks = Ceiling(k, MaxDepth);
        return blocks <= 1 ? Math.Max(k, 1) : Ceiling(Ceiling(k, blocks), 8) * 8;
    }

    private static GemmArgs<T> Cut<T>(in GemmArgs<T> g, int begin, int end)
        where T : unmanaged
    {
        int band = Band(Math.Max(g.M, g.N));
        return g.M >= g.N
            ? g.Part(begin * band, Math.Min(end * band, g.M), 0, g.N)
            : g.Part(0, g.M, begin * band, Math.Min(end * band, g.N));
    }

    /// <summary>How much of the longer side a unit has: whole multiples of the smallest band, no more units than the cores want.</summary>
    private static int Band(int length)
    {
        int smallest = Ceiling(length, SmallestBand);
        return Ceiling(smallest, Math.Min(smallest, UnitsPerCore * Cores)) * SmallestBand;
    }

    private static int Ceiling(int a, int b) => (a + b - 1) / b;

    /// <summary>No activation.</summary>
    internal readonly struct Unchanged<T> : IActivation<T>
        where T : unmanaged
    {
        public static void Apply(T* sums, T* activated, int count) => new ReadOnlySpan<T>(sums, count).CopyTo(new Span<T>(activated, count));
    }
}
