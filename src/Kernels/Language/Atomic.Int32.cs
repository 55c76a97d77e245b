namespace Handmade.Kernels;

/// <summary>
/// Read-modify-write of integers that no other thread interrupts; each returns what was there before. There are none for floats: their
/// result would depend on the order of threads.
/// </summary>
public static partial class Atomic
{
    /// <summary>target ← target + value.</summary>
    public static int Add(ref int target, int value) => Interlocked.Add(ref target, value) - value;

    /// <summary>target ← the larger of target and value.</summary>
    public static int Max(ref int target, int value)
    {
        int seen = Volatile.Read(ref target), before;
        while (value > seen && (before = Interlocked.CompareExchange(ref target, value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← the smaller of target and value.</summary>
    public static int Min(ref int target, int value)
    {
        int seen = Volatile.Read(ref target), before;
        while (value < seen && (before = Interlocked.CompareExchange(ref target, value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← target &amp; value.</summary>
    public static int And(ref int target, int value) => Interlocked.And(ref target, value);

    /// <summary>target ← target | value.</summary>
    public static int Or(ref int target, int value) => Interlocked.Or(ref target, value);

    /// <summary>target ← target ^ value.</summary>
    public static int Xor(ref int target, int value)
    {
        int seen = Volatile.Read(ref target), before;
        while ((before = Interlocked.CompareExchange(ref target, seen ^ value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← value.</summary>
    public static int Exchange(ref int target, int value) => Interlocked.Exchange(ref target, value);

    /// <summary>target ← value where target = compare.</summary>
    public static int CompareExchange(ref int target, int compare, int value) => Interlocked.CompareExchange(ref target, value, compare);
}
