namespace Handmade.Kernels;

public static partial class Atomic
{
    /// <summary>target ← target + value.</summary>
    public static ulong Add(ref ulong target, ulong value) => Interlocked.Add(ref target, value) - value;

    /// <summary>target ← the larger of target and value.</summary>
    public static ulong Max(ref ulong target, ulong value)
    {
        ulong seen = Volatile.Read(ref target), before;
        while (value > seen && (before = Interlocked.CompareExchange(ref target, value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← the smaller of target and value.</summary>
    public static ulong Min(ref ulong target, ulong value)
    {
        ulong seen = Volatile.Read(ref target), before;
        while (value < seen && (before = Interlocked.CompareExchange(ref target, value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← target &amp; value.</summary>
    public static ulong And(ref ulong target, ulong value) => Interlocked.And(ref target, value);

    /// <summary>target ← target | value.</summary>
    public static ulong Or(ref ulong target, ulong value) => Interlocked.Or(ref target, value);

    /// <summary>target ← target ^ value.</summary>
    public static ulong Xor(ref ulong target, ulong value)
    {
        ulong seen = Volatile.Read(ref target), before;
        while ((before = Interlocked.CompareExchange(ref target, seen ^ value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← value.</summary>
    public static ulong Exchange(ref ulong target, ulong value) => Interlocked.Exchange(ref target, value);

    /// <summary>target ← value where target = compare.</summary>
    public static ulong CompareExchange(ref ulong target, ulong compare, ulong value) => Interlocked.CompareExchange(ref target, value, compare);
}
