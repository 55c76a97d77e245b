using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Handmade.Kernels.Host;

/// <summary>A strip of equal tiles of C, one below the other, that share one panel of B. Strides count elements.</summary>
internal unsafe struct Strip<T> where T : unmanaged
{
    public int Tiles, Depth;
    public T* A;
    public nint ARow, ACol, ATile;
    public T* B;
    public nint BRow;
    public T* C;
    public nint CRow;
    public bool Add;
    public T* Bias;
    public T* Residual;
    public nint ResidualRow;
}

/// <summary>A size that the JIT knows, so that what lies beyond it costs nothing.</summary>
internal interface ISize
{
    static abstract int Value { get; }
}

#pragma warning disable format // twelve sizes, a line each
internal struct Size1 : ISize { public static int Value => 1; }
internal struct Size2 : ISize { public static int Value => 2; }
internal struct Size3 : ISize { public static int Value => 3; }
internal struct Size4 : ISize { public static int Value => 4; }
internal struct Size5 : ISize { public static int Value => 5; }
internal struct Size6 : ISize { public static int Value => 6; }
internal struct Size7 : ISize { public static int Value => 7; }
internal struct Size8 : ISize { public static int Value => 8; }
internal struct Size9 : ISize { public static int Value => 9; }
internal struct Size10 : ISize { public static int Value => 10; }
internal struct Size11 : ISize { public static int Value => 11; }
internal struct Size12 : ISize { public static int Value => 12; }
#pragma warning restore format

internal static unsafe class GemmTile<T, V, TV>
    where T : unmanaged
    where V : struct
    where TV : struct, IVectors<V, T>
{
    /// <summary>Computes the tiles of a strip: <typeparamref name="TRows"/> rows by <typeparamref name="TWidth"/> (1 or 2) registers each.</summary>
    // Accumulators are named because only locals live in registers; rows beyond TRows and the second register
    // beyond TWidth are removed by the JIT, which leaves e.g. 2 loads, 6 broadcasts, 12 FMA and 5 scalar instructions per step of p.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TRows, TWidth>(Strip<T>* strip)
        where TRows : struct, ISize
        where TWidth : struct, ISize
    {
        do
        {
            T* a0 = strip->A, b = strip->B;
            nint row = strip->ARow, row2 = 2 * row, step = strip->ACol, bRow = strip->BRow;
            T* a3 = a0 + 3 * row, a6 = a0 + 6 * row, a9 = a0 + 9 * row;
            if (Sse.IsSupported && strip->Depth > 64)
                for (int r = 0; r < TRows.Value; r++)
                    Sse.Prefetch0(strip->C + r * strip->CRow);
            Sums sums = default;
            int p = strip->Depth;
            for (; p >= 4; p -= 4)
            {
                Step<TRows, TWidth>(ref sums, ref a0, ref a3, ref a6, ref a9, ref b, row, row2, step, bRow);
                Step<TRows, TWidth>(ref sums, ref a0, ref a3, ref a6, ref a9, ref b, row, row2, step, bRow);
                Step<TRows, TWidth>(ref sums, ref a0, ref a3, ref a6, ref a9, ref b, row, row2, step, bRow);
                Step<TRows, TWidth>(ref sums, ref a0, ref a3, ref a6, ref a9, ref b, row, row2, step, bRow);
            }
            for (; p > 0; p--)
                Step<TRows, TWidth>(ref sums, ref a0, ref a3, ref a6, ref a9, ref b, row, row2, step, bRow);
            T* c = strip->C, residual = strip->Residual;
            if (TRows.Value > 0) Finish<TWidth>(strip, ref c, ref residual, sums.L0, sums.R0);
            if (TRows.Value > 1) Finish<TWidth>(strip, ref c, ref residual, sums.L1, sums.R1);
            if (TRows.Value > 2) Finish<TWidth>(strip, ref c, ref residual, sums.L2, sums.R2);
            if (TRows.Value > 3) Finish<TWidth>(strip, ref c, ref residual, sums.L3, sums.R3);
            if (TRows.Value > 4) Finish<TWidth>(strip, ref c, ref residual, sums.L4, sums.R4);
            if (TRows.Value > 5) Finish<TWidth>(strip, ref c, ref residual, sums.L5, sums.R5);
            if (TRows.Value > 6) Finish<TWidth>(strip, ref c, ref residual, sums.L6, sums.R6);
            if (TRows.Value > 7) Finish<TWidth>(strip, ref c, ref residual, sums.L7, sums.R7);
            if (TRows.Value > 8) Finish<TWidth>(strip, ref c, ref residual, sums.L8, sums.R8);
            if (TRows.Value > 9) Finish<TWidth>(strip, ref c, ref residual, sums.L9, sums.R9);
            if (TRows.Value > 10) Finish<TWidth>(strip, ref c, ref residual, sums.L10, sums.R10);
            if (TRows.Value > 11) Finish<TWidth>(strip, ref c, ref residual, sums.L11, sums.R11);
            strip->A += strip->ATile;
            strip->C = c;
            strip->Residual = residual;
        }
        while (--strip->Tiles > 0);
    }

    /// <summary>The same for a number of rows that only the caller knows.</summary>
    public static void Run<TWidth>(Strip<T>* strip, int rows)
        where TWidth : struct, ISize
    {
        switch (rows)
        {
            case 1: Run<Size1, TWidth>(strip); break;
            case 2: Run<Size2, TWidth>(strip); break;
            case 3: Run<Size3, TWidth>(strip); break;
            case 4: Run<Size4, TWidth>(strip); break;
            case 5: Run<Size5, TWidth>(strip); break;
            case 6: Run<Size6, TWidth>(strip); break;
            case 7: Run<Size7, TWidth>(strip); break;
            case 8: Run<Size8, TWidth>(strip); break;
            case 9: Run<Size9, TWidth>(strip); break;
            case 10: Run<Size10, TWidth>(strip); break;
            case 11: Run<Size11, TWidth>(strip); break;
            default: Run<Size12, TWidth>(strip); break;
        }
    }

    private struct Sums
    {
        public V L0, L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11;
        public V R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRows, TWidth>(ref Sums sums, ref T* a0, ref T* a3, ref T* a6, ref T* a9, ref T* b, nint row, nint row2, nint step, nint bRow)
        where TRows : struct, ISize
        where TWidth : struct, ISize
    {
        V left = TV.Load(b), right = TWidth.Value > 1 ? TV.Load(b + TV.Count) : default;
        if (TRows.Value > 0) Add<TWidth>(a0[0], left, right, ref sums.L0, ref sums.R0);
        if (TRows.Value > 1) Add<TWidth>(a0[row], left, right, ref sums.L1, ref sums.R1);
        if (TRows.Value > 2) Add<TWidth>(a0[row2], left, right, ref sums.L2, ref sums.R2);
        if (TRows.Value > 3) Add<TWidth>(a3[0], left, right, ref sums.L3, ref sums.R3);
        if (TRows.Value > 4) Add<TWidth>(a3[row], left, right, ref sums.L4, ref sums.R4);
        if (TRows.Value > 5) Add<TWidth>(a3[row2], left, right, ref sums.L5, ref sums.R5);
        if (TRows.Value > 6) Add<TWidth>(a6[0], left, right, ref sums.L6, ref sums.R6);
        if (TRows.Value > 7) Add<TWidth>(a6[row], left, right, ref sums.L7, ref sums.R7);
        if (TRows.Value > 8) Add<TWidth>(a6[row2], left, right, ref sums.L8, ref sums.R8);
        if (TRows.Value > 9) Add<TWidth>(a9[0], left, right, ref sums.L9, ref sums.R9);
        if (TRows.Value > 10) Add<TWidth>(a9[row], left, right, ref sums.L10, ref sums.R10);
        if (TRows.Value > 11) Add<TWidth>(a9[row2], left, right, ref sums.L11, ref sums.R11);
        a0 += step;
        if (TRows.Value > 3) a3 += step;
        if (TRows.Value > 6) a6 += step;
        if (TRows.Value > 9) a9 += step;
        b += bRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TWidth>(T a, V bLeft, V bRight, ref V left, ref V right)
        where TWidth : struct, ISize
    {
        V broadcast = TV.Broadcast(a);
        left = TV.MultiplyAdd(broadcast, bLeft, left);
        if (TWidth.Value > 1)
            right = TV.MultiplyAdd(broadcast, bRight, right);
    }

    /// <summary>Writes a row of a tile, and moves on to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TWidth>(Strip<T>* strip, ref T* c, ref T* residual, V left, V right)
        where TWidth : struct, ISize
    {
        if (strip->Add)
        {
            left = TV.Add(TV.Load(c), left);
            if (TWidth.Value > 1)
                right = TV.Add(TV.Load(c + TV.Count), right);
        }
        if (strip->Bias != null)
        {
            left = TV.Add(left, TV.Load(strip->Bias));
            if (TWidth.Value > 1)
                right = TV.Add(right, TV.Load(strip->Bias + TV.Count));
        }
        if (residual != null)
        {
            left = TV.Add(left, TV.Load(residual));
            if (TWidth.Value > 1)
                right = TV.Add(right, TV.Load(residual + TV.Count));
            residual += strip->ResidualRow;
        }
        TV.Store(c, left);
        if (TWidth.Value > 1)
            TV.Store(c + TV.Count, right);
        c += strip->CRow;
    }
}
