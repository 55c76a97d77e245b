namespace Handmade.Autograd;

/// <summary>Functions that the references need and <see cref="Math"/> lacks.</summary>
internal static class NaiveMath
{
    /// <summary>
    /// The error function by its series 2/√π · e^(−x²) · Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!, whose terms all have one sign: nothing
    /// cancels, the error stays at a few units of the last place.
    /// </summary>
    public static double Erf(double x)
    {
        // Beyond 6 the difference from ±1 is below 2^-53.
        if (double.IsNaN(x) || Math.Abs(x) > 6) return double.IsNaN(x) ? x : Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
