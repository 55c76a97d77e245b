using Handmade.Kernels;

namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// Logits over a circle of n places: Q(x, y, z) is the score of the class at place z for the tokens at places x and y. For sums these are a, b and c
/// themselves. Formulas and networks are compared as cubes.
/// </summary>
public sealed class LogitCube
{
    private readonly double[] values;

    /// <summary>A cube of n³ values, z fastest, then y.</summary>
    public LogitCube(int order, double[] values)
    {
        if (order < 2 || values.Length != order * order * order) throw new HandmadeException($"logits: {values.Length} values for a circle of {order} places; give {order}³");
        (Order, this.values) = (order, values);
    }

    /// <summary>The cube of a formula.</summary>
    public static LogitCube Of(int order, Func<int, int, int, double> formula)
    {
        var values = new double[order * order * order];
        for (int x = 0, i = 0; x < order; x++)
            for (int y = 0; y < order; y++)
                for (int z = 0; z < order; z++) values[i++] = formula(x, y, z);
        return new LogitCube(order, values);
    }

    /// <summary>Places n.</summary>
    public int Order { get; }

    /// <summary>All n³ values, z fastest, then y.</summary>
    public IReadOnlyList<double> Values => values;

    /// <summary>The same for loops.</summary>
    internal ReadOnlySpan<double> Span => values;

    /// <summary>Q(x, y, z).</summary>
    public double this[int x, int y, int z] => values[(((x * Order) + y) * Order) + z];

    /// <summary>The logit of the right class, Q(x, y, x + y).</summary>
    public double Correct(int x, int y) => this[x, y, (x + y) % Order];

    /// <summary>The largest logit of a wrong class.</summary>
    public double TopWrong(int x, int y)
    {
        double top = double.NegativeInfinity;
        for (int z = 0; z < Order; z++)
            if (z != (x + y) % Order) top = Math.Max(top, this[x, y, z]);
        return top;
    }

    /// <summary>Share of the pairs whose right class has the largest logit alone.</summary>
    public double Accuracy() => AccuracyByDifference().Average();

    /// <summary>The same for each difference of places x − y = 0 … n − 1: a Pizza is weak where its circle has the two tokens opposite each other.</summary>
    public double[] AccuracyByDifference() => ByDifference((x, y) => Correct(x, y) > TopWrong(x, y) ? 1 : 0);

    /// <summary>The mean over pairs of a number of each pair, for each difference of places.</summary>
    public double[] ByDifference(Func<int, int, double> ofPair) =>
        [.. Enumerable.Range(0, Order).Select(d => Enumerable.Range(0, Order).Average(y => ofPair((y + d) % Order, y)))];

    /// <summary>The smallest distance of the right class's logit from the best wrong one's.</summary>
    public double SmallestMargin() => Pairs().Min(pair => Correct(pair.X, pair.Y) - TopWrong(pair.X, pair.Y));

    /// <summary>Mean and standard deviation of the right class's logit over all pairs.</summary>
    public (double Mean, double Deviation) CorrectMoments() => Moments([.. Pairs().Select(pair => Correct(pair.X, pair.Y))]);

    /// <summary>
    /// The right class's logit by sum and difference of places, [x + y, x − y]: the heat map of the paper. On an even circle half of the cells have no
    /// pair and are NaN, the others have two and hold their mean.
    /// </summary>
    public double[,] CorrectBySumAndDifference()
    {
        var (sums, counts) = (new double[Order, Order], new int[Order, Order]);
        foreach (var (x, y) in Pairs())
        {
            int s = (x + y) % Order, d = (x - y + Order) % Order;
            sums[s, d] += Correct(x, y);
            counts[s, d]++;
        }
        for (int s = 0; s < Order; s++)
            for (int d = 0; d < Order; d++) sums[s, d] /= counts[s, d];
        return sums;
    }

    /// <summary>
    /// A_k(d) = 2 · mean over x + y and z of Q · cos(2πk(x + y − z)/n) at each difference d = x − y. An ideal Pizza gives |cos(πkd/n)|, a Clock a constant.
    /// It speaks of isolated circles only: in a whole network other circles make up for the weak spots.
    /// </summary>
    public double[] Amplitudes(int frequency)
    {
        double[] cos = [.. Enumerable.Range(0, Order).Select(t => Math.Cos(2 * Math.PI * frequency * t / Order))];
        return ByDifference((x, y) => 2 * Enumerable.Range(0, Order).Average(z => this[x, y, z] * cos[(x + y - z + Order) % Order]));
    }

    /// <summary>Mean and population standard deviation.</summary>
    internal static (double Mean, double Deviation) Moments(IReadOnlyCollection<double> numbers)
    {
        double mean = numbers.Average();
        return (mean, Math.Sqrt(numbers.Average(number => (number - mean) * (number - mean))));
    }

    private IEnumerable<(int X, int Y)> Pairs() => Enumerable.Range(0, Order * Order).Select(pair => (pair / Order, pair % Order));
}
