using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// One circle alone: what the network says when every token's vector is the mean of all plus its projection on the circle's plane, all other weights as they
/// are; and how well each formula explains that (<see cref="AdditionFormulas.Explained"/>, at the circle's frequency and turn).
/// </summary>
/// <param name="Circle">Which.</param>
/// <param name="Logits">What is said with it alone.</param>
/// <param name="Clock">FVE by <see cref="AdditionFormulas.Clock"/>.</param>
/// <param name="Pizza">FVE by <see cref="AdditionFormulas.Pizza(int, int, double)"/>.</param>
/// <param name="TwoAbsolutePizza">FVE by <see cref="AdditionFormulas.TwoAbsolutePizza(int, int, double)"/>.</param>
/// <param name="EightSidedPizza">FVE by <see cref="AdditionFormulas.EightSidedPizza(int, int, double)"/>.</param>
/// <param name="AccompanyingPizza">FVE by <see cref="AdditionFormulas.AccompanyingPizza(int, int, double)"/> at half the circle's frequency modulo n; NaN on an even circle that has no half of it.</param>
/// <param name="AmplitudeSpread">Standard deviation over mean of <see cref="LogitCube.Amplitudes"/>: 0.48 for an ideal Pizza, 0 for a Clock.</param>
public sealed record IsolatedCircle(
    Circle Circle, LogitCube Logits, double Clock, double Pizza, double TwoAbsolutePizza, double EightSidedPizza, double AccompanyingPizza, double AmplitudeSpread)
{
    /// <summary>What the circle does, by the formula that explains it: see <see cref="AdditionThresholds"/>.</summary>
    public CircleRole Role(AdditionThresholds thresholds)
    {
        double best = Math.Max(Clock, Pizza);
        if (AccompanyingPizza >= thresholds.ExplainedFrom && AccompanyingPizza > best) return CircleRole.Accompanying;
        if (!(best >= thresholds.ExplainedFrom)) return CircleRole.Unexplained;
        return Pizza - Clock >= thresholds.PizzaLeads ? CircleRole.Pizza : Clock > Pizza ? CircleRole.Clock : CircleRole.Between;
    }

    /// <summary>Each replica's circles alone; all replicas of one rank are run in one batch.</summary>
    public static IReadOnlyList<IsolatedCircle>[] Of(PairNetwork network, ModularTask task, TokenTables[] tables, IReadOnlyList<Circle>[] circles)
    {
        List<IsolatedCircle>[] found = [.. circles.Select(_ => new List<IsolatedCircle>())];
        for (int rank = 0; rank < circles.Max(list => list.Count); rank++)
        {
            LogitCube[] alone = Keeping(network, task, tables, [.. circles.Select(list => list.Skip(rank).Take(1).ToArray())]);
            for (int r = 0; r < circles.Length; r++)
                if (rank < circles[r].Count) found[r].Add(Explain(circles[r][rank], alone[r], tables[r]));
        }
        return [.. found];
    }

    /// <summary>
    /// What the networks say with the planes of some circles alone, for each replica; none of them leaves the mean alone. A token that stands at no place
    /// (0 of products) keeps its vector.
    /// </summary>
    public static LogitCube[] Keeping(PairNetwork network, ModularTask task, TokenTables[] tables, IReadOnlyList<Circle>[] kept)
    {
        using Scope scope = network.First.Device.Scope();
        Tensor first = Projected(network.First, task.First, 0);
        Tensor second = network.IsShared ? first : Projected(network.Second, task.Second, 1);
        return [.. PairLogits.Of(network with { First = first, Second = second }, task).Select(logits => logits.Cube)];

        Tensor Projected(Tensor table, IReadOnlyList<int> tokens, int which)
        {
            int p = table.Shape[1], d = table.Shape[2];
            double[] values = table.ToDoubles();
            for (int r = 0; r < tables.Length; r++)
            {
                double[][] rows = which == 0 ? tables[r].First : tables[r].Second, centred = Circle.Centred(rows);
                double[] mean = Circle.Mean(rows);
                double[][] axes = Circle.Orthonormal(kept[r].SelectMany(circle => circle.Planes[which]));
                for (int x = 0; x < rows.Length; x++)
                    for (int j = 0; j < d; j++) values[(((r * p) + tokens[x]) * d) + j] = mean[j] + axes.Sum(axis => Circle.Dot(axis, centred[x]) * axis[j]);
            }
            return table.Beside(values, table.Shape);
        }
    }

    private static IsolatedCircle Explain(Circle circle, LogitCube logits, TokenTables tables)
    {
        int n = logits.Order, k = circle.Frequency;
        double turn = circle.Turn.Angle;
        // The main frequency that this one doubles; modulo an odd n every frequency has a half.
        int? half = k % 2 == 0 ? k / 2 : n % 2 == 1 ? Spectrum.Fold((k + n) / 2, n) : null;
        var (mean, deviation) = LogitCube.Moments(logits.Amplitudes(k));
        return new(circle, logits,
            By(AdditionFormulas.Clock(n, k)), By(AdditionFormulas.Pizza(n, k, turn)), By(AdditionFormulas.TwoAbsolutePizza(n, k, turn)), By(AdditionFormulas.EightSidedPizza(n, k, turn)),
            half is { } main ? By(AdditionFormulas.AccompanyingPizza(n, main, circle.Turn.OfMain(CircleTurn.At(tables, main), isFolded: 2 * main != k))) : double.NaN,
            deviation / Math.Abs(mean));

        double By(LogitCube formula) => AdditionFormulas.Explained(logits, formula);
    }
}

/// <summary>What a circle does.</summary>
public enum CircleRole
{
    /// <summary>No formula explains what it says alone. In a Clock that is normal: its circles meet in attention scores and biases.</summary>
    Unexplained,

    /// <summary>It multiplies.</summary>
    Clock,

    /// <summary>It averages.</summary>
    Pizza,

    /// <summary>It stands in where the Pizza of half its frequency is weak.</summary>
    Accompanying,

    /// <summary>Both formulas explain it, neither much better.</summary>
    Between,
}
