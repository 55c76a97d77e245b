using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>What kernels may do beyond <see cref="IMath{T}"/>, because their values are scalars: conversions and tests.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IScalarMath<T> : IMath<T>
{
    /// <summary>The value nearest to an integer.</summary>
    static abstract T FromInt(int x);

    /// <summary>The value nearest to an integer.</summary>
    static abstract T FromLong(long x);

    /// <summary>Cut towards zero and held at the ends of the range; NaN gives 0.</summary>
    static abstract int ToInt(T x);

    /// <summary>The same value as a double. A device without double can't compile a kernel that calls it.</summary>
    static abstract double ToDouble(T x);

    /// <summary>The larger of the two, or the one that is a number. Equal zeros give either.</summary>
    static abstract T MaxNumber(T a, T b);

    /// <summary>Neither infinite nor NaN.</summary>
    static abstract bool IsFinite(T x);
}
