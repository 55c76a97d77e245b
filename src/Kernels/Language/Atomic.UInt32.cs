namespace Handmade.Kernels;

public static partial class Atomic
{
    /// <summary>target ← target + value.</summary>
    public static uint Add(ref uint target, uint value) => Interlocked.Add(ref target, value) - value;

    /// <summary>target ← the larger of target and value.</summary>
    public static uint Max(ref uint target, uint value)
    {
        uint seen = Volatile.Read(ref target), before;
        while (value > seen && (before = Interlocked.CompareExchange(ref target, value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← the smaller of target and value.</summary>
    public static uint Min(ref uint target, uint value)
    {
        uint seen = Volatile.Read(ref target), before;
        while (value < seen && (before = Interlocked.CompareExchange(ref target, value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← target &amp; value.</summary>
    public static uint And(ref uint target, uint value) => Interlocked.And(ref target, value);

    /// <summary>target ← target | value.</summary>
    public static uint Or(ref uint target, uint value) => Interlocked.Or(ref target, value);

    /// <summary>target ← target ^ value.</summary>
    public static uint Xor(ref uint target, uint value)
    {
        uint seen = Volatile.Read(ref target), before;
        while ((before = Interlocked.CompareExchange(ref target, seen ^ value, seen)) != seen) seen = before;
        return seen;
    }

    /// <summary>target ← value.</summary>
    public static uint Exchange(ref uint target, uint value) => Interlocked.Exchange(ref target, value);

    /// <summary>target ← value where target = compare.</summary>
    public static uint CompareExchange(ref uint target, uint compare, uint value) => Interlocked.CompareExchange(ref target, value, compare);
}
