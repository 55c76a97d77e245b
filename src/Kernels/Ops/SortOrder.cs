namespace Handmade.Kernels.Ops;

/// <summary>Elements as integers that are in the same order: −0 and +0 are one, NaN is above everything.</summary>
[KernelFunctor]
internal interface ISortOrder<T>
{
    /// <summary>The integer of an element; of 32-bit elements it fills the lower 32 bits.</summary>
    static abstract ulong Of(T x);
}

// The bits of positive floats are in order; those of negative ones are in the opposite order and must come first. −0 + 0 = +0.

/// <summary>Of floats.</summary>
internal readonly struct OrderOfFloats : ISortOrder<float>
{
    public static ulong Of(float x)
    {
        uint bits = (uint)BitConverter.SingleToInt32Bits(x + 0f);
        uint order = (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
        return float.IsNaN(x) ? uint.MaxValue : order;
    }
}

/// <summary>Of doubles.</summary>
internal readonly struct OrderOfDoubles : ISortOrder<double>
{
    public static ulong Of(double x)
    {
        ulong bits = (ulong)BitConverter.DoubleToInt64Bits(x + 0.0);
        ulong order = (bits & 0x8000000000000000) != 0 ? ~bits : bits | 0x8000000000000000;
        return double.IsNaN(x) ? ulong.MaxValue : order;
    }
}

/// <summary>Of integers.</summary>
internal readonly struct OrderOfInts : ISortOrder<int>
{
    public static ulong Of(int x) => (uint)x ^ 0x80000000;
}
