namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// What the algorithms of "The clock and the pizza" say in closed form, with w = 2πk/n; several frequencies add up. A network, or one isolated circle of
/// it, is compared with them by <see cref="Explained"/>.
/// </summary>
/// <remarks>
/// Where the summands have tables of their own, a's circle may be turned against b's by an angle φ: a stands at wa + φ/2 and b at wb − φ/2. The sum's angle knows
/// nothing of it, so a Clock is the same; a Pizza is thin at another difference than half a turn.
/// </remarks>
public static class AdditionFormulas
{
    /// <summary>Clock: cos w(a + b − c). It multiplies: cos·cos − sin·sin is the sum's angle.</summary>
    public static LogitCube Clock(int order, params int[] frequencies) => OfDifference(order, Unturned(frequencies), _ => 1);

    /// <summary>
    /// Pizza: |cos(w(a − b)/2)|·cos w(a + b − c). It averages: the mean of two points of a circle lies at half the sum's angle, near the centre where they
    /// are opposite each other.
    /// </summary>
    public static LogitCube Pizza(int order, params int[] frequencies) => Pizza(order, Unturned(frequencies));

    /// <summary>The same of one frequency with a's circle turned by φ against b's: |cos((w(a − b) + φ)/2)|·cos w(a + b − c).</summary>
    public static LogitCube Pizza(int order, int frequency, double turn) => Pizza(order, [(frequency, turn)]);

    /// <summary>
    /// Pizza by two absolute values, as a pair of ReLUs computes them: |x·u| − |x·v|, x = e_a + e_b, u at half the angle of c, v at right angles to it. Equals
    /// 2|cos(w(a − b)/2)|·(|cos(w(a + b − c)/2)| − |sin(w(a + b − c)/2)|).
    /// </summary>
    public static LogitCube TwoAbsolutePizza(int order, params int[] frequencies) => TwoAbsolutePizza(order, Unturned(frequencies));

    /// <summary>The same of one frequency with a's circle turned by φ against b's.</summary>
    public static LogitCube TwoAbsolutePizza(int order, int frequency, double turn) => TwoAbsolutePizza(order, [(frequency, turn)]);

    /// <summary>
    /// Pizza′ of the paper's appendix: a slice of eight sides, from absolute values of sums alone and a linear read-out:
    /// (|C| − |S|)·cos wc − (|C − S| − |C + S|)·sin wc/√2, C = cos wa + cos wb, S = sin wa + sin wb.
    /// </summary>
    public static LogitCube EightSidedPizza(int order, params int[] frequencies) => EightSidedPizza(order, Unturned(frequencies));

    /// <summary>The same of one frequency with a's circle turned by φ against b's.</summary>
    public static LogitCube EightSidedPizza(int order, int frequency, double turn) => EightSidedPizza(order, [(frequency, turn)]);

    /// <summary>
    /// Accompanying Pizza: −cos w(a − b)·cos w(a + b − c), from embeddings on a circle of twice the frequency. Largest where the main Pizza of frequency k
    /// is weakest.
    /// </summary>
    public static LogitCube AccompanyingPizza(int order, params int[] frequencies) => AccompanyingPizza(order, Unturned(frequencies));

    /// <summary>The same for a main Pizza whose circles are turned by φ: −cos(w(a − b) + φ)·cos w(a + b − c). The circles of twice the frequency are turned by 2φ then.</summary>
    public static LogitCube AccompanyingPizza(int order, int frequency, double turn) => AccompanyingPizza(order, [(frequency, turn)]);

    /// <summary>
    /// FVE as the authors compute it: both tensors z-scored over all entries, then 1 − var(L − T)/var(L), which is 2ρ − 1 with ρ Pearson's correlation: 1 where
    /// the formula is the logits but for scale and shift, −1 where they have nothing in common. NaN where either is constant.
    /// </summary>
    public static double Explained(LogitCube logits, LogitCube formula)
    {
        ReadOnlySpan<double> l = logits.Span, t = formula.Span;
        double lMean = logits.Values.Average(), tMean = formula.Values.Average(), lt = 0, ll = 0, tt = 0;
        for (int i = 0; i < l.Length; i++)
        {
            double dl = l[i] - lMean, dt = t[i] - tMean;
            lt += dl * dt;
            ll += dl * dl;
            tt += dt * dt;
        }
        return (2 * lt / Math.Sqrt(ll * tt)) - 1;
    }

    private static LogitCube Pizza(int order, (int, double)[] circles) => OfDifference(order, circles, angle => Math.Abs(Math.Cos(angle / 2)));

    private static LogitCube AccompanyingPizza(int order, (int, double)[] circles) => OfDifference(order, circles, angle => -Math.Cos(angle));

    private static LogitCube TwoAbsolutePizza(int order, (int, double)[] circles) =>
        OfSum(order, circles, angle => angle / 2, (x, y, cos, sin) => Math.Abs((x * cos) + (y * sin)) - Math.Abs((y * cos) - (x * sin)));

    private static LogitCube EightSidedPizza(int order, (int, double)[] circles) =>
        OfSum(order, circles, angle => angle, (x, y, cos, sin) => ((Math.Abs(x) - Math.Abs(y)) * cos) - ((Math.Abs(x - y) - Math.Abs(x + y)) * sin / Math.Sqrt(2)));

    private static (int, double)[] Unturned(int[] frequencies) => [.. frequencies.Select(k => (k, 0.0))];

    // Σ amplitude(w(a − b) + φ) · cos w(a + b − c). Cosines depend on the two sums alone: a few hundred of them for all n³ entries.
    private static LogitCube OfDifference(int order, (int Frequency, double Turn)[] circles, Func<double, double> amplitude)
    {
        var values = new double[order * order * order];
        foreach (var (frequency, turn) in circles)
        {
            double w = 2 * Math.PI * frequency / order;
            // At n − 1 + (a − b), and at n − 1 + (a + b − c).
            double[] amplitudes = [.. Enumerable.Range(1 - order, (2 * order) - 1).Select(d => amplitude((w * d) + turn))];
            double[] waves = [.. Enumerable.Range(1 - order, (3 * order) - 2).Select(s => Math.Cos(w * s))];
            for (int a = 0, i = 0; a < order; a++)
                for (int b = 0; b < order; b++)
                    for (int c = 0; c < order; c++, i++) values[i] += amplitudes[order - 1 + a - b] * waves[order - 1 + a + b - c];
        }
        return new LogitCube(order, values);
    }

    // Σ f(x, y, cos, sin): (x, y) = e_a + e_b, and the direction at which c is read.
    private static LogitCube OfSum(int order, (int Frequency, double Turn)[] circles, Func<double, double> readAt, Func<double, double, double, double, double> f)
    {
        var values = new double[order * order * order];
        foreach (var (frequency, turn) in circles)
        {
            double w = 2 * Math.PI * frequency / order;
            (double Sin, double Cos)[] first = Points(t => (w * t) + (turn / 2)), second = Points(t => (w * t) - (turn / 2)), read = Points(c => readAt(w * c));
            for (int a = 0, i = 0; a < order; a++)
                for (int b = 0; b < order; b++)
                {
                    double x = first[a].Cos + second[b].Cos, y = first[a].Sin + second[b].Sin;
                    for (int c = 0; c < order; c++, i++) values[i] += f(x, y, read[c].Cos, read[c].Sin);
                }
        }
        return new LogitCube(order, values);

        (double, double)[] Points(Func<int, double> angle) => [.. Enumerable.Range(0, order).Select(t => (Math.Sin(angle(t)), Math.Cos(angle(t))))];
    }
}
