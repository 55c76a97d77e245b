using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>The mathematics of one float, by <see cref="MathF"/>: TM of the kernels over float. Device text takes the device's functions instead.</summary>
public readonly struct F32 : IScalarMath<float>
{
    /// <inheritdoc/>
    public static float Of(double x) => (float)x;

    /// <inheritdoc/>
    public static float SelectLess(float a, float b, float x, float y) => a < b ? x : y;

    /// <inheritdoc/>
    public static float SelectLessOrEqual(float a, float b, float x, float y) => a <= b ? x : y;

    /// <inheritdoc/>
    public static float SelectEqual(float a, float b, float x, float y) => a == b ? x : y;

    /// <inheritdoc/>
    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <inheritdoc/>
    public static float Abs(float x) => MathF.Abs(x);

    /// <inheritdoc/>
    public static float Sqrt(float x) => MathF.Sqrt(x);

    /// <inheritdoc/>
    public static float Floor(float x) => MathF.Floor(x);

    /// <inheritdoc/>
    public static float Max(float a, float b) => MathF.Max(a, b);

    /// <inheritdoc/>
    public static float Min(float a, float b) => MathF.Min(a, b);

    /// <inheritdoc/>
    public static float Exp(float x) => MathF.Exp(x);

    /// <inheritdoc/>
    public static float Log(float x) => MathF.Log(x);

    /// <inheritdoc/>
    public static float Tanh(float x) => MathF.Tanh(x);

    /// <inheritdoc/>
    public static float Sin(float x) => MathF.Sin(x);

    /// <inheritdoc/>
    public static float Cos(float x) => MathF.Cos(x);

    // The BCL has no error function; the lanes have.
    /// <inheritdoc/>
    public static float Erf(float x) => MathF32.Erf(Lanes<float>.Broadcast(x)).V[0];

    /// <inheritdoc/>
    public static float Pow(float x, float y) => MathF.Pow(x, y);

    /// <inheritdoc/>
    public static float FromInt(int x) => x;

    /// <inheritdoc/>
    public static float FromLong(long x) => x;

    /// <inheritdoc/>
    public static int ToInt(float x) => (int)x;

    /// <inheritdoc/>
    public static double ToDouble(float x) => x;

    /// <inheritdoc/>
    public static float MaxNumber(float a, float b) => float.MaxNumber(a, b);

    /// <inheritdoc/>
    public static bool IsFinite(float x) => float.IsFinite(x);
}
