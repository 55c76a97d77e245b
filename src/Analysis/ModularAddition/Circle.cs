namespace Handmade.Analysis.ModularAddition;

/// <summary>A plane of the embedding on which the tokens stand on a circle.</summary>
/// <param name="Frequency">k: token t stands at angle 2πkt/n, n the places of the task; folded to 1 … n/2.</param>
/// <param name="Step">δ = k⁻¹ mod n, folded: t and t + δ are neighbours. Null where k and n share a factor.</param>
/// <param name="Share">Share of the embedding's variance: of its waves of frequency k, or of the two components.</param>
/// <param name="Power">How much of the coordinates is one wave, 0 to 1; 1 for Fourier planes by construction.</param>
/// <param name="Turn">How the first summand's circle stands to the second's.</param>
/// <param name="Components">The principal components whose plane it is, counted from 1; null for a Fourier plane.</param>
/// <param name="Planes">Two unit vectors at right angles for each table of the network, one table or two.</param>
/// <param name="Coordinates">Where the tokens of the first table stand in the plane, place by place.</param>
public sealed record Circle(
    int Frequency, int? Step, double Share, double Power, CircleTurn Turn, (int First, int Second)? Components,
    IReadOnlyList<double[][]> Planes, IReadOnlyList<(double X, double Y)> Coordinates)
{
    // Both components of a pair must be this much of one wave; below, components mix frequencies.
    private const double SingleWave = 0.9;

    /// <summary>Whether both summands stand on it, because they share a table.</summary>
    public bool IsShared => Planes.Count == 1;

    /// <summary>
    /// Planes of Fourier coefficients: for frequency k the plane of C = 2/n Σ cos(2πkt/n) E_t and S, the same with sines, strongest first. They need no luck:
    /// principal components of circles of nearly equal variance mix frequencies.
    /// </summary>
    /// <param name="tables">The token vectors; with two tables each has its plane, and shares are of both together.</param>
    /// <param name="leastShare">Weaker frequencies are left out.</param>
    /// <param name="most">At most so many.</param>
    public static IReadOnlyList<Circle> ByFourier(TokenTables tables, double leastShare = 0.02, int most = 8)
    {
        int n = tables.First.Length;
        double[][][] centred = [.. tables.Distinct.Select(Centred)];
        double total = centred.Sum(Squares);
        var found = new List<Circle>();
        for (int k = 1; 2 * k < n; k++)
        {
            (double[] C, double[] S)[] waves = [.. centred.Select(table => Coefficients(table, k))];
            double share = n / 2.0 * waves.Sum(wave => Dot(wave.C, wave.C) + Dot(wave.S, wave.S)) / total;
            double[][][] planes = [.. waves.Select(wave => Orthonormal(wave.C, wave.S))];
            if (share >= leastShare && planes.All(plane => plane.Length == 2))
                found.Add(new Circle(k, Spectrum.Step(k, n), share, 1, waves.Length == 1 ? CircleTurn.None : CircleTurn.Of(waves[0], waves[1]), null, planes, InPlane(centred[0], planes[0])));
        }
        return [.. found.OrderByDescending(circle => circle.Share).Take(most)];
    }

    /// <summary>
    /// Pairs of consecutive principal components (1, 2), (3, 4), … that are waves of one frequency, as the authors take them. Only a shared table has them:
    /// components of two tables need not stand in one order.
    /// </summary>
    public static IReadOnlyList<Circle> ByComponents(PrincipalComponents components, int most = 4)
    {
        var found = new List<Circle>();
        for (int i = 0; i + 1 < components.Scores.Count && found.Count < most; i += 2)
        {
            var (k, power) = Spectrum.Peak(components.Scores[i]);
            var (other, otherPower) = Spectrum.Peak(components.Scores[i + 1]);
            if (k != other || Math.Min(power, otherPower) < SingleWave) continue;
            double[][] plane = [components.Directions[i], components.Directions[i + 1]];
            found.Add(new Circle(k, Spectrum.Step(k, components.Scores[i].Length), components.Shares[i] + components.Shares[i + 1], (power + otherPower) / 2, CircleTurn.None, (i + 1, i + 2),
                [plane], [.. components.Scores[i].Zip(components.Scores[i + 1])]));
        }
        return found;
    }

    /// <summary>Rows minus their mean.</summary>
    internal static double[][] Centred(double[][] rows)
    {
        double[] mean = Mean(rows);
        return [.. rows.Select(row => row.Select((value, j) => value - mean[j]).ToArray())];
    }

    internal static double[] Mean(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(j => rows.Average(row => row[j]))];

    /// <summary>Unit vectors that span the same space; those that the others span already are dropped (Gram and Schmidt).</summary>
    internal static double[][] Orthonormal(params IEnumerable<double[]> vectors)
    {
        var axes = new List<double[]>();
        foreach (double[] vector in vectors)
        {
            double[] rest = [.. vector];
            double length = Math.Sqrt(Dot(rest, rest));
            // Twice, so that rounding of the first pass is taken out too.
            for (int pass = 0; pass < 2; pass++)
                foreach (double[] axis in axes)
                {
                    double along = Dot(axis, rest);
                    for (int j = 0; j < rest.Length; j++) rest[j] -= along * axis[j];
                }
            double left = Math.Sqrt(Dot(rest, rest));
            if (left > 1e-9 * length) axes.Add([.. rest.Select(value => value / left)]);
        }
        return [.. axes];
    }

    internal static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int j = 0; j < a.Length; j++) sum += a[j] * b[j];
        return sum;
    }

    private static double Squares(double[][] rows) => rows.Sum(row => Dot(row, row));

    /// <summary>C = 2/n Σ cos(2πkt/n) E_t and S, the same with sines.</summary>
    internal static (double[] C, double[] S) Coefficients(double[][] rows, int k)
    {
        int n = rows.Length;
        var (c, s) = (new double[rows[0].Length], new double[rows[0].Length]);
        for (int t = 0; t < n; t++)
        {
            var (sin, cos) = Spectrum.Wave(n, k, t);
            for (int j = 0; j < c.Length; j++)
            {
                c[j] += 2.0 / n * cos * rows[t][j];
                s[j] += 2.0 / n * sin * rows[t][j];
            }
        }
        return (c, s);
    }

    private static (double, double)[] InPlane(double[][] centred, double[][] plane) => [.. centred.Select(row => (Dot(row, plane[0]), Dot(row, plane[1])))];
}
