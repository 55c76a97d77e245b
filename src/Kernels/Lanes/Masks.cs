using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Lanes;

/// <summary>Masks in memory are one byte per element; in registers they are lanes of 0 and 1 of the type they meet there.</summary>
internal static unsafe class Masks
{
    /// <summary>Reads <see cref="Lanes{T}.Count"/> bytes: 1 where the byte is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Load<T>(byte* p) where T : unmanaged
    {
        Vector128<byte> bytes = sizeof(T) == 8 ? Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(p)).AsByte() : Vector128.Load(p);
        (Vector128<ushort> a, Vector128<ushort> b) = Vector128.Widen(bytes);
        if (sizeof(T) == 8)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(a);
            return One<T>(Vector512.Create(Widen(low), Widen(high)).As<ulong, T>());
        }
        return One<T>(Vector512.Create(Widen(a), Widen(b)).As<uint, T>());
    }

    /// <summary>Reads the first <paramref name="count"/> bytes and nothing behind them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Lanes<T> LoadPartial<T>(byte* p, int count) where T : unmanaged
    {
        ulong* padded = stackalloc ulong[2] { 0, 0 };
        Unsafe.CopyBlockUnaligned(padded, p, (uint)count);
        return Load<T>((byte*)padded);
    }

    /// <summary>Writes <see cref="Lanes{T}.Count"/> bytes: 1 where the lane is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Lanes<T> lanes, byte* p) where T : unmanaged
    {
        Vector512<T> isZero = Vector512.Equals(lanes.V, Vector512<T>.Zero);
        if (sizeof(T) == 8)
        {
            Vector256<uint> words = Vector256.Narrow(isZero.GetLower().As<T, ulong>(), isZero.GetUpper().As<T, ulong>());
            Vector128<ushort> halves = Vector128.Narrow(words.GetLower(), words.GetUpper());
            Vector128<byte> eight = Vector128.AndNot(Vector128.Create((byte)1), Vector128.Narrow(halves, halves));
            Unsafe.WriteUnaligned(p, eight.AsUInt64().ToScalar());
            return;
        }
        Vector256<ushort> narrow = Vector256.Narrow(isZero.GetLower().As<T, uint>(), isZero.GetUpper().As<T, uint>());
        Vector128.AndNot(Vector128.Create((byte)1), Vector128.Narrow(narrow.GetLower(), narrow.GetUpper())).Store(p);
    }

    /// <summary>Writes the first <paramref name="count"/> bytes and nothing behind them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StorePartial<T>(Lanes<T> lanes, byte* p, int count) where T : unmanaged
    {
        ulong* all = stackalloc ulong[2];
        Store(lanes, (byte*)all);
        Unsafe.CopyBlockUnaligned(p, all, (uint)count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Widen(Vector128<ushort> x) => Vector256.Create(Vector128.WidenLower(x), Vector128.WidenUpper(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Widen(Vector128<uint> x) => Vector256.Create(Vector128.WidenLower(x), Vector128.WidenUpper(x));

    // The bits of 1 in T's lanes wherever the integer of the same width is not 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> One<T>(Vector512<T> integers) where T : unmanaged
    {
        Vector512<T> one = typeof(T) == typeof(float) ? Vector512.Create(1f).As<float, T>()
            : typeof(T) == typeof(double) ? Vector512.Create(1.0).As<double, T>()
            : Vector512.Create(1).As<int, T>();
        Vector512<T> isZero = sizeof(T) == 8
            ? Vector512.Equals(integers.As<T, ulong>(), Vector512<ulong>.Zero).As<ulong, T>()
            : Vector512.Equals(integers.As<T, uint>(), Vector512<uint>.Zero).As<uint, T>();
        return new(Vector512.AndNot(one, isZero));
    }
}
