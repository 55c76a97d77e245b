namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// What the algorithms of "The clock and the pizza" say in closed form, with w = 2πk/n; several frequencies add up. A network, or one isolated circle of
/// it, is compared with them by <see cref="Explained"/>.
/// </summary>
public static class AdditionFormulas
{
    /// <summary>Clock: cos w(a + b − c). It multiplies: cos·cos − sin·sin is the sum's angle.</summary>
    public static LogitCube Clock(int order, params int[] frequencies) => Sum(order, frequencies, (w, a, b, c) => Math.Cos(w * (a + b - c)));

    /// <summary>
    /// Pizza: |cos(w(a − b)/2)|·cos w(a + b − c). It averages: the mean of two points of a circle lies at half the sum's angle, near the centre where they
    /// are opposite each other.
    /// </summary>
    public static LogitCube Pizza(int order, params int[] frequencies) =>
        Sum(order, frequencies, (w, a, b, c) => Math.Abs(Math.Cos(w * (a - b) / 2)) * Math.Cos(w * (a + b - c)));

    /// <summary>
    /// Pizza by two absolute values, as a pair of ReLUs computes them: |x·u| − |x·v|, x = e_a + e_b, u at half the angle of c, v at right angles to it. Equals
    /// 2|cos(w(a − b)/2)|·(|cos(w(a + b − c)/2)| − |sin(w(a + b − c)/2)|).
    /// </summary>
    public static LogitCube TwoAbsolutePizza(int order, params int[] frequencies) => Sum(order, frequencies, (w, a, b, c) =>
    {
        double x = Math.Cos(w * a) + Math.Cos(w * b), y = Math.Sin(w * a) + Math.Sin(w * b), cos = Math.Cos(w * c / 2), sin = Math.Sin(w * c / 2);
        return Math.Abs((x * cos) + (y * sin)) - Math.Abs((y * cos) - (x * sin));
    });

    /// <summary>
    /// Pizza′ of the paper's appendix: a slice of eight sides, from absolute values of sums alone and a linear read-out:
    /// (|C| − |S|)·cos wc − (|C − S| − |C + S|)·sin wc/√2, C = cos wa + cos wb, S = sin wa + sin wb.
    /// </summary>
    public static LogitCube EightSidedPizza(int order, params int[] frequencies) => Sum(order, frequencies, (w, a, b, c) =>
    {
        double x = Math.Cos(w * a) + Math.Cos(w * b), y = Math.Sin(w * a) + Math.Sin(w * b);
        return ((Math.Abs(x) - Math.Abs(y)) * Math.Cos(w * c)) - ((Math.Abs(x - y) - Math.Abs(x + y)) * Math.Sin(w * c) / Math.Sqrt(2));
    });

    /// <summary>
    /// Accompanying Pizza: −cos w(a − b)·cos w(a + b − c), from embeddings on a circle of twice the frequency. Largest where the main Pizza of frequency k
    /// is weakest.
    /// </summary>
    public static LogitCube AccompanyingPizza(int order, params int[] frequencies) =>
        Sum(order, frequencies, (w, a, b, c) => -Math.Cos(w * (a - b)) * Math.Cos(w * (a + b - c)));

    /// <summary>
    /// FVE as the authors compute it: both tensors z-scored over all entries, then 1 − var(L − T)/var(L), which is 2ρ − 1 with ρ Pearson's correlation: 1 where
    /// the formula is the logits but for scale and shift, −1 where they have nothing in common. NaN where either is constant.
    /// </summary>
    public static double Explained(LogitCube logits, LogitCube formula)
    {
        var (l, t) = (logits.Values, formula.Values);
        double lMean = l.Average(), tMean = t.Average(), lt = 0, ll = 0, tt = 0;
        for (int i = 0; i < l.Count; i++)
        {
            double dl = l[i] - lMean, dt = t[i] - tMean;
            lt += dl * dt;
            ll += dl * dl;
            tt += dt * dt;
        }
        return (2 * lt / Math.Sqrt(ll * tt)) - 1;
    }

    private static LogitCube Sum(int order, int[] frequencies, Func<double, int, int, int, double> formula) =>
        LogitCube.Of(order, (a, b, c) => frequencies.Sum(k => formula(2 * Math.PI * k / order, a, b, c)));
}
