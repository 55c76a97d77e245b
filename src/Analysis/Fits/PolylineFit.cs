namespace Handmade.Analysis.Fits;

/// <summary>
/// Least squares of a continuous line with no, one or two knots: y = a + s·x + Σ d_k·max(0, x − κ_k). Sums over the points after each place are kept, so the fit for
/// given knots costs some hundred operations whatever the number of points; the knots are searched at all points, then between them.
/// </summary>
internal sealed class PolylineFit
{
    // Steps of the golden section between two points: 0.618^16 is 5e-4 of the gap.
    private const int Sections = 16;
    private const double Golden = 0.6180339887498949;

    // So that no knot fits the noise of one or two points at an end.
    private const int LeastPoints = 4;

    private readonly double[] x;
    private readonly double[] s1, sx, sxx, sy, sxy;
    private readonly double syy, middle, half, meanY;

    /// <summary>Points at ascending x.</summary>
    public PolylineFit(double[] x, double[] y)
    {
        int n = x.Length;
        (middle, half, meanY) = ((x[0] + x[^1]) / 2, (x[^1] - x[0]) / 2, y.Average());
        this.x = [.. x.Select(Scaled)];
        (s1, sx, sxx, sy, sxy) = (new double[n + 1], new double[n + 1], new double[n + 1], new double[n + 1], new double[n + 1]);
        for (int i = n - 1; i >= 0; i--)
        {
            double u = this.x[i], v = y[i] - meanY;
            s1[i] = s1[i + 1] + 1;
            sx[i] = sx[i + 1] + u;
            sxx[i] = sxx[i + 1] + (u * u);
            sy[i] = sy[i + 1] + v;
            sxy[i] = sxy[i + 1] + (u * v);
            syy += v * v;
        }
    }

    /// <summary>Least number of points that a line with so many knots takes.</summary>
    public static int LeastCount(int knots) => LeastPoints * (knots + 1);

    /// <summary>The best line with so many knots, found from all places.</summary>
    public Polyline Best(int knots)
    {
        if (knots == 0) return Line([]);
        int n = x.Length;
        double[] best = [];
        double least = double.PositiveInfinity;
        double[] trial = new double[knots];
        for (int i = LeastPoints - 1; i <= n - LeastPoints; i++)
        {
            trial[0] = x[i];
            if (knots == 1) Try();
            else
                for (int j = i + LeastPoints - 1; j <= n - LeastPoints; j++)
                {
                    trial[1] = x[j];
                    Try();
                }
        }
        return Near(best);

        void Try()
        {
            double sum = Sum(trial);
            if (sum >= least) return;
            least = sum;
            best = [.. trial];
        }
    }

    /// <summary>The best line near knots that are known roughly, in units of x: each knot is moved while the other stays.</summary>
    public Polyline Nearby(IReadOnlyList<double> knots)
    {
        double[] trial = [.. knots.Select(Scaled)];
        for (int round = 0; round < 2; round++)
        {
            for (int k = 0; k < trial.Length; k++)
            {
                (double best, double least) = (trial[k], Sum(trial));
                foreach (double place in Places(trial, k))
                {
                    trial[k] = place;
                    double sum = Sum(trial);
                    if (sum < least) (best, least) = (place, sum);
                }
                trial[k] = best;
            }
        }
        return Near(trial);
    }

    private IEnumerable<double> Places(double[] knots, int k)
    {
        int first = k == 0 ? LeastPoints - 1 : Array.FindIndex(x, u => u >= knots[k - 1]) + LeastPoints - 1;
        int end = k == knots.Length - 1 ? x.Length - LeastPoints : Array.FindLastIndex(x, u => u <= knots[k + 1]) - LeastPoints + 1;
        for (int i = first; i <= end; i++) yield return x[i];
    }

    /// <summary>The line whose knots have been moved between the neighbouring points.</summary>
    private Polyline Near(double[] knots)
    {
        for (int k = 0; k < knots.Length; k++)
        {
            int at = Array.BinarySearch(x, knots[k]);
            if (at < 0) at = ~at;
            double low = x[Math.Max(at - 1, 1)], high = x[Math.Min(at + 1, x.Length - 2)];
            for (int i = 0; i < Sections; i++)
            {
                double a = high - (Golden * (high - low)), b = low + (Golden * (high - low));
                if (With(k, a) < With(k, b)) high = b;
                else low = a;
            }
            knots[k] = (low + high) / 2;
        }
        return Line(knots);

        double With(int k, double place)
        {
            double before = knots[k];
            knots[k] = place;
            double sum = Sum(knots);
            knots[k] = before;
            return sum;
        }
    }

    private double Scaled(double place) => half > 0 ? (place - middle) / half : 0;

    private double Sum(ReadOnlySpan<double> knots)
    {
        Span<double> coefficients = stackalloc double[4];
        return Solve(knots, coefficients);
    }

    private Polyline Line(double[] knots)
    {
        Span<double> c = stackalloc double[4];
        double sum = Math.Max(0, Solve(knots, c));
        double[] slopes = new double[knots.Length + 1];
        slopes[0] = c[1] / half;
        for (int k = 0; k < knots.Length; k++) slopes[k + 1] = slopes[k] + (c[2 + k] / half);
        return new Polyline(meanY + c[0] + (c[1] * Scaled(0)), slopes, [.. knots.Select(knot => middle + (half * knot))], sum, syy);
    }

    /// <summary>Coefficients of 1, x and the hinges; returns the sum of squared residuals.</summary>
    private double Solve(ReadOnlySpan<double> knots, Span<double> c)
    {
        int size = 2 + knots.Length;
        Span<double> a = stackalloc double[16], b = stackalloc double[4];
        (a[0], a[1], a[5], b[0], b[1]) = (s1[0], sx[0], sxx[0], sy[0], sxy[0]);
        for (int k = 0; k < knots.Length; k++)
        {
            double knot = knots[k];
            int i = x.AsSpan().BinarySearch(knot);
            if (i < 0) i = ~i;
            int row = k + 2;
            a[row] = sx[i] - (knot * s1[i]);
            a[4 + row] = sxx[i] - (knot * sx[i]);
            b[row] = sxy[i] - (knot * sy[i]);
            for (int other = 0; other <= k; other++)
            {
                // Hinges overlap after the later knot.
                double first = knots[other];
                a[((other + 2) * 4) + row] = sxx[i] - ((first + knot) * sx[i]) + (first * knot * s1[i]);
            }
        }
        // Cholesky of the upper triangle: A = LLᵀ with L stored by columns in its place.
        for (int k = 0; k < size; k++)
        {
            double pivot = a[(k * 4) + k];
            for (int m = 0; m < k; m++) pivot -= a[(m * 4) + k] * a[(m * 4) + k];
            if (pivot <= 1e-12) return double.PositiveInfinity;
            pivot = Math.Sqrt(pivot);
            a[(k * 4) + k] = pivot;
            for (int j = k + 1; j < size; j++)
            {
                double sum = a[(k * 4) + j];
                for (int m = 0; m < k; m++) sum -= a[(m * 4) + k] * a[(m * 4) + j];
                a[(k * 4) + j] = sum / pivot;
            }
        }
        double left = syy;
        for (int k = 0; k < size; k++)
        {
            double sum = b[k];
            for (int m = 0; m < k; m++) sum -= a[(m * 4) + k] * c[m];
            c[k] = sum / a[(k * 4) + k];
            left -= c[k] * c[k];
        }
        for (int k = size - 1; k >= 0; k--)
        {
            double sum = c[k];
            for (int m = k + 1; m < size; m++) sum -= a[(k * 4) + m] * c[m];
            c[k] = sum / a[(k * 4) + k];
        }
        return left;
    }
}

/// <summary>A continuous line with knots.</summary>
/// <param name="AtZero">Where its first piece meets x = 0.</param>
/// <param name="Slopes">Of the pieces.</param>
/// <param name="Knots">Between the pieces, ascending.</param>
/// <param name="ResidualSum">Σ(y − ŷ)².</param>
/// <param name="TotalSum">Σ(y − ȳ)².</param>
internal sealed record Polyline(double AtZero, double[] Slopes, double[] Knots, double ResidualSum, double TotalSum)
{
    public double At(double x)
    {
        double y = AtZero + (Slopes[0] * x);
        for (int k = 0; k < Knots.Length; k++) y += (Slopes[k + 1] - Slopes[k]) * Math.Max(0, x - Knots[k]);
        return y;
    }
}
