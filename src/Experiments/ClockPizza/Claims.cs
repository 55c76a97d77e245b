namespace Handmade.Experiments.ClockPizza;

/// <summary>What the paper states, with the interval in which our number counts as agreeing.</summary>
internal static class Claims
{
    // Modulo 31 a run of a thousand steps leaves some Clocks still turning, and now and then a pair that is not learnt.
    private const int FullSize = 59;

    /// <summary>
    /// The claims of a run, over all its seeds. Gradient symmetricity and the formulas that explain isolated circles tell the algorithms apart after
    /// short training; distance irrelevance does not for single networks, so only its means are compared. The marks stand fixed beforehand, from five
    /// seeds of <c>quick</c> at α = 0 and 1: accuracy 0.999–1, GS 0.990–0.998 and 0.18–0.45, FVE of the Pizza 0.85–0.95 and ahead by 0.19–0.22, of the Clock ahead by 0.12–0.22.
    /// </summary>
    public static IEnumerable<Claim> Of(IReadOnlyList<NetworkFindings> networks, ClockPizzaOptions options)
    {
        bool small = options.P < FullSize;
        yield return new Claim("accuracy", "The networks learn the task: accuracy on all pairs", "100 %", small ? 0.99 : 0.995, 1, [.. networks.Select(n => n.Accuracy)]);
        if (options.IsTransformer)
        {
            foreach (Claim claim in Pizzas([.. networks.Where(n => n.Which.Rate == 0)])) yield return claim;
            foreach (Claim claim in Clocks([.. networks.Where(n => n.Which.Rate == 1)], small)) yield return claim;
            if (networks.Any(n => n.Which.Rate == 0) && networks.Any(n => n.Which.Rate == 1))
                yield return new Claim("distance", "A Clock's right logit depends less on a − b: mean DI at α = 1 less mean DI at α = 0", "0.85 less 0.17", 0, double.PositiveInfinity, [MeanDistance(1) - MeanDistance(0)]);
        }
        else
        {
            yield return options.Kind == "delta"
                ? new Claim("symmetry", "Model δ reads the two numbers apart: gradient symmetricity", "near 0", double.NegativeInfinity, 0.5, [.. networks.Select(n => n.GradientSymmetricity)])
                : new Claim("symmetry", "The model is a function of sums of the embeddings: gradient symmetricity", "1", 0.999999, 1.000001, [.. networks.Select(n => n.GradientSymmetricity)]);
        }

        double MeanDistance(double rate) => networks.Where(n => n.Which.Rate == rate).Average(n => n.DistanceIrrelevance);
    }

    private static IEnumerable<Claim> Pizzas(NetworkFindings[] networks)
    {
        if (networks.Length == 0) yield break;
        yield return new Claim("pizza-symmetry", "Constant attention makes a Pizza: gradient symmetricity at α = 0", "0.994", 0.97, 1, [.. networks.Select(n => n.GradientSymmetricity)]);
        yield return new Claim("pizza-formula", "The Pizza's formula explains its best circle: FVE at α = 0", "0.99", 0.8, 1, [.. networks.Select(n => n.BestCircle?.Pizza ?? double.NaN)]);
        yield return new Claim("pizza-not-clock", "and better than the Clock's: difference of FVE at α = 0", "0.24", 0.12, double.PositiveInfinity, [.. networks.Select(Ahead)]);
    }

    private static IEnumerable<Claim> Clocks(NetworkFindings[] networks, bool small)
    {
        if (networks.Length == 0) yield break;
        yield return new Claim("clock-symmetry", "Attention makes a Clock: gradient symmetricity at α = 1", "0.334", double.NegativeInfinity, small ? 0.9 : 0.7, [.. networks.Select(n => n.GradientSymmetricity)]);
        if (!small)
            yield return new Claim("clock-formula", "The Clock's formula explains its best circle better than the Pizza's: difference of FVE at α = 1", "0.16", 0, double.PositiveInfinity, [.. networks.Select(n => -Ahead(n))]);
    }

    private static double Ahead(NetworkFindings network) => network.BestCircle is { } circle ? circle.Pizza - circle.Clock : double.NaN;
}
