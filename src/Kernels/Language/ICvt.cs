namespace Handmade.Kernels;

/// <summary>Conversion between the type of elements and the type of sums: <c>where TCvt : struct, ICvt&lt;T, TAcc&gt;</c>.</summary>
[KernelFunctor]
public interface ICvt<TFrom, TTo>
{
    /// <summary>To the type of sums.</summary>
    static abstract TTo To(TFrom x);

    /// <summary>Back, rounded to nearest.</summary>
    static abstract TFrom From(TTo x);
}

/// <summary>float elements, double sums.</summary>
public readonly struct F32ToF64 : ICvt<float, double>
{
    /// <inheritdoc/>
    public static double To(float x) => x;

    /// <inheritdoc/>
    public static float From(double x) => (float)x;
}

/// <summary>Elements and sums of one type.</summary>
public readonly struct Same<T> : ICvt<T, T>
{
    /// <inheritdoc/>
    public static T To(T x) => x;

    /// <inheritdoc/>
    public static T From(T x) => x;
}
