using System.Numerics;
using System.Runtime.Intrinsics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Host;

/// <summary>
/// Matrix products on the host, f32 and f64: register tiles of 6×16 floats (AVX2), 12×32 (AVX-512) or 8×8 (Arm). Small operands
/// are read where they lie, large ones are packed. Bound by arithmetic.
/// </summary>
/// <remarks>
/// Each element of C is one chain of fused multiply-adds in increasing p within blocks of depth at most 256, which are added in
/// order: its bits depend neither on the width of the registers nor on how the rows are split.
/// </remarks>
public static unsafe class HostGemm
{
    private const int UnitRows = 96;
    private const int MaxDepth = 256;

    /// <summary>Into how many independent blocks of rows a product falls.</summary>
    public static int Units(int m, int n) => Math.Max(1, m / UnitRows);

    /// <summary>Computes the rows of units <paramref name="begin"/>…<paramref name="end"/>−1, and their activation where <see cref="GemmArgs{T}.Activated"/> is given.</summary>
    public static void Run<T, TActivation>(in GemmArgs<T> args, int begin, int end)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TActivation : struct, IUnary<Lanes<T>>
    {
        int units = Units(args.M, args.N);
        int rowBegin = (int)((long)args.M * begin / units), rowEnd = (int)((long)args.M * end / units);
        if (rowBegin == rowEnd || args.N == 0) return;
        if (Vector512.IsHardwareAccelerated) GemmLoops<T, Vector512<T>, Vectors512<T>>.Run(args, rowBegin, rowEnd);
        else if (Vector256.IsHardwareAccelerated) GemmLoops<T, Vector256<T>, Vectors256<T>>.Run(args, rowBegin, rowEnd);
        else GemmLoops<T, Vector128<T>, Vectors128<T>>.Run(args, rowBegin, rowEnd);
        if (args.Activated != null) Activate<T, TActivation>(args, rowBegin, rowEnd);
    }

    /// <summary>The depth of the blocks: as equal as whole multiples of 8 allow.</summary>
    internal static int DepthBlock(int k)
    {
        int blocks = (k + MaxDepth - 1) / MaxDepth;
        return blocks < 2 ? Math.Max(k, 1) : ((k + blocks - 1) / blocks + 7) / 8 * 8;
    }

    private static void Activate<T, TActivation>(in GemmArgs<T> args, int rowBegin, int rowEnd)
        where T : unmanaged
        where TActivation : struct, IUnary<Lanes<T>>
    {
        for (int i = rowBegin; i < rowEnd; i++)
        {
            T* from = args.C + (i * args.CRow), to = args.Activated + (i * args.ActivatedRow);
            int j = 0;
            for (; j <= args.N - Lanes<T>.Count; j += Lanes<T>.Count) TActivation.Apply(Lanes<T>.Load(from + j)).Store(to + j);
            if (j < args.N) TActivation.Apply(Lanes<T>.LoadPartial(from + j, args.N - j)).StorePartial(to + j, args.N - j);
        }
    }
}
