namespace Handmade.Analysis.Fits;

/// <summary>
/// What the slope of a decay says of the minimum it runs into (Hitchcock et al. 2025, Theorem A.1). On an effective potential V ~ |x|^m, m > 2, gradient flow decays as
/// t^(−1/(m−2)); a log-log slope −α gives m = 2 + 1/α, and the exponent of Łojasiewicz' inequality |∇L| ≥ C·L^θ is θ = (1+α)/(1+2α) = 1 − 1/m.
/// </summary>
/// <param name="M">Degree m of the potential; infinite where nothing decays.</param>
/// <param name="MInterval">Its interval, from that of the slope.</param>
/// <param name="Theta">Łojasiewicz' exponent θ, from 1/2 (not degenerate) to 1.</param>
/// <param name="ThetaInterval">Its interval.</param>
public readonly record struct Degeneracy(double M, Interval MInterval, double Theta, Interval ThetaInterval)
{
    /// <summary>From a power law of a quantity that decays to zero.</summary>
    public static Degeneracy OfDecay(PowerLaw decay) => new(
        Degree(decay.Slope), decay.SlopeInterval.Map(Degree), Lojasiewicz(decay.Slope), decay.SlopeInterval.Map(Lojasiewicz));

    private static double Degree(double slope) => slope < 0 ? 2 - (1 / slope) : double.PositiveInfinity;

    private static double Lojasiewicz(double slope) => slope < 0 ? (1 - slope) / (1 - (2 * slope)) : 1;
}
