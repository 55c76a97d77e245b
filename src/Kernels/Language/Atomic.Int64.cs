namespace Handmade.Kernels;

public static partial class Atomic
{
    /// <summary>target ← target + value.</summary>
    public static long Add(ref long target, long value) => Interlocked.Add(ref target, value) - value;

    /// <summary>target ← the larger of target and value.</summary>
    public static long Max(ref long target, long value)
    {
        long seen = Volatile.Read(ref target), before;
        while (value > seen && (before = Interlocked.CompareExchange(ref target, value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← the smaller of target and value.</summary>
    public static long Min(ref long target, long value)
    {
        long seen = Volatile.Read(ref target), before;
        while (value < seen && (before = Interlocked.CompareExchange(ref target, value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← target &amp; value.</summary>
    public static long And(ref long target, long value) => Interlocked.And(ref target, value);

    /// <summary>target ← target | value.</summary>
    public static long Or(ref long target, long value) => Interlocked.Or(ref target, value);

    /// <summary>target ← target ^ value.</summary>
    public static long Xor(ref long target, long value)
    {
        long seen = Volatile.Read(ref target), before;
        while ((before = Interlocked.CompareExchange(ref target, seen ^ value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← value.</summary>
    public static long Exchange(ref long target, long value) => Interlocked.Exchange(ref target, value);

    /// <summary>target ← value where target = compare.</summary>
    public static long CompareExchange(ref long target, long compare, long value) => Interlocked.CompareExchange(ref target, value, compare);
}
