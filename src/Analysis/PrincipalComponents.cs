using Handmade.Kernels;

namespace Handmade.Analysis;

/// <summary>
/// Principal components of the rows of a table: column means removed, then X = U·S·Vᵀ. By one-sided Jacobi rotations of the rows (Hestenes 1958),
/// which keep small components accurate; for tables of some hundred rows, where it takes milliseconds.
/// </summary>
public sealed class PrincipalComponents
{
    private const int MostSweeps = 60;

    private PrincipalComponents(double[] mean, double[][] scores, double[][] directions, double[] shares) =>
        (Mean, Scores, Directions, Shares) = (mean, scores, directions, shares);

    /// <summary>The column means, d numbers.</summary>
    public double[] Mean { get; }

    /// <summary>U·S: for each component the coordinate of every row, largest variance first.</summary>
    public IReadOnlyList<double[]> Scores { get; }

    /// <summary>Rows of Vᵀ: for each component its unit vector of d numbers; zeros where it has no variance.</summary>
    public IReadOnlyList<double[]> Directions { get; }

    /// <summary>The share of the table's variance that each component holds.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>Up to <paramref name="count"/> components of a table of rows.</summary>
    public static PrincipalComponents Of(IReadOnlyList<double[]> rows, int count = 20)
    {
        int n = rows.Count;
        if (n == 0 || rows.Any(row => row.Length != rows[0].Length)) throw new HandmadeException("principal components: the rows of the table must be there and of one length");
        double[] mean = [.. Enumerable.Range(0, rows[0].Length).Select(j => rows.Average(row => row[j]))];
        double[][] x = [.. rows.Select(row => row.Select((value, j) => value - mean[j]).ToArray())];
        double[][] u = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => i == j ? 1.0 : 0).ToArray())];
        Orthogonalize(x, u);

        double[] variances = [.. x.Select(row => Dot(row, row))];
        double total = variances.Sum();
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => variances[i]).Take(Math.Min(count, Math.Min(n, mean.Length)))];
        return new(mean,
            [.. order.Select(i => u[i].Select(value => value * Math.Sqrt(variances[i])).ToArray())],
            [.. order.Select(i => x[i].Select(value => variances[i] > 0 ? value / Math.Sqrt(variances[i]) : 0).ToArray())],
            [.. order.Select(i => total > 0 ? variances[i] / total : 0)]);
    }

    // Rotates pairs of rows until all are orthogonal: the rows become S·Vᵀ. The same rotations of the unit matrix are Uᵀ.
    private static void Orthogonalize(double[][] x, double[][] u)
    {
        double negligible = 1e-30 * x.Sum(row => Dot(row, row));
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool rotated = false;
            for (int i = 0; i < x.Length; i++)
                for (int j = i + 1; j < x.Length; j++)
                {
                    double ii = Dot(x[i], x[i]), jj = Dot(x[j], x[j]), ij = Dot(x[i], x[j]);
                    if (Math.Abs(ij) <= Math.Max(1e-15 * Math.Sqrt(ii * jj), negligible)) continue;
                    double zeta = (jj - ii) / (2 * ij), t = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                    double c = 1 / Math.Sqrt(1 + (t * t)), s = c * t;
                    Rotate(x[i], x[j], c, s);
                    Rotate(u[i], u[j], c, s);
                    rotated = true;
                }
            if (!rotated) return;
        }
    }

    private static void Rotate(double[] a, double[] b, double c, double s)
    {
        for (int k = 0; k < a.Length; k++) (a[k], b[k]) = ((c * a[k]) - (s * b[k]), (s * a[k]) + (c * b[k]));
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += a[k] * b[k];
        return sum;
    }
}
