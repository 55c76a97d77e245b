using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>The mathematics of one double, by <see cref="Math"/>: TM of the kernels over double. Device text takes the device's functions instead.</summary>
public readonly struct F64 : IScalarMath<double>
{
    /// <inheritdoc/>
    public static double Of(double x) => x;

    /// <inheritdoc/>
    public static double SelectLess(double a, double b, double x, double y) => a < b ? x : y;

    /// <inheritdoc/>
    public static double SelectLessOrEqual(double a, double b, double x, double y) => a <= b ? x : y;

    /// <inheritdoc/>
    public static double SelectEqual(double a, double b, double x, double y) => a == b ? x : y;

    /// <inheritdoc/>
    public static double Fma(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    /// <inheritdoc/>
    public static double Abs(double x) => Math.Abs(x);

    /// <inheritdoc/>
    public static double Sqrt(double x) => Math.Sqrt(x);

    /// <inheritdoc/>
    public static double Floor(double x) => Math.Floor(x);

    /// <inheritdoc/>
    public static double Max(double a, double b) => Math.Max(a, b);

    /// <inheritdoc/>
    public static double Min(double a, double b) => Math.Min(a, b);

    /// <inheritdoc/>
    public static double Exp(double x) => Math.Exp(x);

    /// <inheritdoc/>
    public static double Log(double x) => Math.Log(x);

    /// <inheritdoc/>
    public static double Tanh(double x) => Math.Tanh(x);

    /// <inheritdoc/>
    public static double Sin(double x) => Math.Sin(x);

    /// <inheritdoc/>
    public static double Cos(double x) => Math.Cos(x);

    // The BCL has no error function; the lanes have.
    /// <inheritdoc/>
    public static double Erf(double x) => MathF64.Erf(Lanes<double>.Broadcast(x)).V[0];

    /// <inheritdoc/>
    public static double Pow(double x, double y) => Math.Pow(x, y);

    /// <inheritdoc/>
    public static double FromInt(int x) => x;

    /// <inheritdoc/>
    public static double FromLong(long x) => x;

    /// <inheritdoc/>
    public static int ToInt(double x) => (int)x;

    /// <inheritdoc/>
    public static double ToDouble(double x) => x;

    /// <inheritdoc/>
    public static double MaxNumber(double a, double b) => double.MaxNumber(a, b);

    /// <inheritdoc/>
    public static bool IsFinite(double x) => double.IsFinite(x);
}
