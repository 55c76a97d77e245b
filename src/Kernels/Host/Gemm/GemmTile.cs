using System.Runtime.CompilerServices;

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
        T* a0 = strip->A, b = strip->B;
        nint row = strip->ARow, row2 = 2 * row, step = strip->ACol, bRow = strip->BRow;
        T* a3 = a0 + 3 * row, a6 = a0 + 6 * row, a9 = a0 + 9 * row;
        V l0 = default, l1 = default, l2 = default, l3 = default, l4 = default, l5 = default;
        V l6 = default, l7 = default, l8 = default, l9 = default, l10 = default, l11 = default;
        V r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        V r6 = default, r7 = default, r8 = default, r9 = default, r10 = default, r11 = default;
        int p = strip->Depth;
        for (; p >= 4; p -= 4)
        {
            Product<TRows, TWidth>(a0, a3, a6, a9, row, row2, b,
                ref l0, ref l1, ref l2, ref l3, ref l4, ref l5, ref l6, ref l7, ref l8, ref l9, ref l10, ref l11,
                ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ref r8, ref r9, ref r10, ref r11);
            a0 += step;
            if (TRows.Value > 3) a3 += step;
            if (TRows.Value > 6) a6 += step;
            if (TRows.Value > 9) a9 += step;
            b += bRow;
            Product<TRows, TWidth>(a0, a3, a6, a9, row, row2, b,
                ref l0, ref l1, ref l2, ref l3, ref l4, ref l5, ref l6, ref l7, ref l8, ref l9, ref l10, ref l11,
                ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ref r8, ref r9, ref r10, ref r11);
            a0 += step;
            if (TRows.Value > 3) a3 += step;
            if (TRows.Value > 6) a6 += step;
            if (TRows.Value > 9) a9 += step;
            b += bRow;
            Product<TRows, TWidth>(a0, a3, a6, a9, row, row2, b,
                ref l0, ref l1, ref l2, ref l3, ref l4, ref l5, ref l6, ref l7, ref l8, ref l9, ref l10, ref l11,
                ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ref r8, ref r9, ref r10, ref r11);
            a0 += step;
            if (TRows.Value > 3) a3 += step;
            if (TRows.Value > 6) a6 += step;
            if (TRows.Value > 9) a9 += step;
            b += bRow;
            Product<TRows, TWidth>(a0, a3, a6, a9, row, row2, b,
                ref l0, ref l1, ref l2, ref l3, ref l4, ref l5, ref l6, ref l7, ref l8, ref l9, ref l10, ref l11,
                ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ref r8, ref r9, ref r10, ref r11);
            a0 += step;
            if (TRows.Value > 3) a3 += step;
            if (TRows.Value > 6) a6 += step;
            if (TRows.Value > 9) a9 += step;
            b += bRow;
        }
        for (; p > 0; p--)
        {
            Product<TRows, TWidth>(a0, a3, a6, a9, row, row2, b,
                ref l0, ref l1, ref l2, ref l3, ref l4, ref l5, ref l6, ref l7, ref l8, ref l9, ref l10, ref l11,
                ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ref r8, ref r9, ref r10, ref r11);
            a0 += step;
            if (TRows.Value > 3) a3 += step;
            if (TRows.Value > 6) a6 += step;
            if (TRows.Value > 9) a9 += step;
            b += bRow;
        }
        T* c = strip->C, residual = strip->Residual;
        if (TRows.Value > 0) Finish<TWidth>(strip, ref c, ref residual, l0, r0);
        if (TRows.Value > 1) Finish<TWidth>(strip, ref c, ref residual, l1, r1);
        if (TRows.Value > 2) Finish<TWidth>(strip, ref c, ref residual, l2, r2);
        if (TRows.Value > 3) Finish<TWidth>(strip, ref c, ref residual, l3, r3);
        if (TRows.Value > 4) Finish<TWidth>(strip, ref c, ref residual, l4, r4);
        if (TRows.Value > 5) Finish<TWidth>(strip, ref c, ref residual, l5, r5);
        if (TRows.Value > 6) Finish<TWidth>(strip, ref c, ref residual, l6, r6);
        if (TRows.Value > 7) Finish<TWidth>(strip, ref c, ref residual, l7, r7);
        if (TRows.Value > 8) Finish<TWidth>(strip, ref c, ref residual, l8, r8);
        if (TRows.Value > 9) Finish<TWidth>(strip, ref c, ref residual, l9, r9);
        if (TRows.Value > 10) Finish<TWidth>(strip, ref c, ref residual, l10, r10);
        if (TRows.Value > 11) Finish<TWidth>(strip, ref c, ref residual, l11, r11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Product<TRows, TWidth>(T* a0, T* a3, T* a6, T* a9, nint row, nint row2, T* b,
        ref V l0, ref V l1, ref V l2, ref V l3, ref V l4, ref V l5, ref V l6, ref V l7, ref V l8, ref V l9, ref V l10, ref V l11,
        ref V r0, ref V r1, ref V r2, ref V r3, ref V r4, ref V r5, ref V r6, ref V r7, ref V r8, ref V r9, ref V r10, ref V r11)
        where TRows : struct, ISize
        where TWidth : struct, ISize
    {
        V left = TV.Load(b), right = TWidth.Value > 1 ? TV.Load(b + TV.Count) : default;
        if (TRows.Value > 0) Step<TWidth>(a0[0], left, right, ref l0, ref r0);
        if (TRows.Value > 1) Step<TWidth>(a0[row], left, right, ref l1, ref r1);
        if (TRows.Value > 2) Step<TWidth>(a0[row2], left, right, ref l2, ref r2);
        if (TRows.Value > 3) Step<TWidth>(a3[0], left, right, ref l3, ref r3);
        if (TRows.Value > 4) Step<TWidth>(a3[row], left, right, ref l4, ref r4);
        if (TRows.Value > 5) Step<TWidth>(a3[row2], left, right, ref l5, ref r5);
        if (TRows.Value > 6) Step<TWidth>(a6[0], left, right, ref l6, ref r6);
        if (TRows.Value > 7) Step<TWidth>(a6[row], left, right, ref l7, ref r7);
        if (TRows.Value > 8) Step<TWidth>(a6[row2], left, right, ref l8, ref r8);
        if (TRows.Value > 9) Step<TWidth>(a9[0], left, right, ref l9, ref r9);
        if (TRows.Value > 10) Step<TWidth>(a9[row], left, right, ref l10, ref r10);
        if (TRows.Value > 11) Step<TWidth>(a9[row2], left, right, ref l11, ref r11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TWidth>(T a, V bLeft, V bRight, ref V left, ref V right)
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
