using Handmade.Analysis.Figures;
using Handmade.Analysis.Fits;

namespace Handmade.Experiments.Collisions;

/// <summary>Figure 1's form: score, ADC and local learning coefficient of one head on one time axis, with fitted laws and change points.</summary>
internal static class EmergenceFigures
{
    /// <summary>The panels of one head beneath each other.</summary>
    /// <param name="head">The head.</param>
    /// <param name="ofHead">Its local learning coefficient at some steps; empty draws no panel.</param>
    /// <param name="ofNetwork">The same of the whole network.</param>
    public static Panels OneHead(Emergence head, IReadOnlyList<LlcPoint> ofHead, IReadOnlyList<LlcPoint> ofNetwork)
    {
        double first = head.Score.Curve.Time[0], last = head.Score.Curve.Time[^1];
        var panels = new Panels($"Emergence of a detector: {head.Name}", 1) { Score(), Adc() };
        if (ofHead.Count > 0) panels.Add(Llc("local learning coefficient of the head", ofHead));
        if (ofNetwork.Count > 0) panels.Add(Llc("local learning coefficient of the network", ofNetwork));
        return panels;

        Figure Score() => Marked(Lawful(Panel("contact score").YLog("S − null", 1e-3, 1), head.Score, Ink.Blue), head.Score);

        Figure Adc() => Marked(Lawful(Lawful(Panel("attention-distance correlation").YLog("fall since step 0", 1e-3, 1), head.Correlation, Ink.Orange), head.Distance, Ink.Green), head.Correlation);

        Figure Llc(string title, IReadOnlyList<LlcPoint> llc)
        {
            double[] steps = [.. llc.Select(point => (double)point.Step)];
            Figure figure = Panel(title).Y("λ̂")
                .Band("standard error", steps, llc.Select(point => point.Value - point.Error), llc.Select(point => point.Value + point.Error), Ink.Plum)
                .Line("λ̂", steps, llc.Select(point => point.Value), Ink.Plum, dots: true);
            return ChangePoints.Of(llc) is { } turns ? Marked(figure, turns) : figure;
        }

        Figure Panel(string title) => new Figure(title, 720, 300).XLog("training step", first, last);
    }

    /// <summary>When the curves of each run turn, with intervals: a row for each run.</summary>
    public static Figure When(IReadOnlyList<ChangePoints> runs)
    {
        double first = runs[0].Head.Score.Curve.Time[0], last = runs[0].Head.Score.Curve.Time[^1];
        Figure figure = new Figure("When curves turn", 720, 200 + (60 * runs.Count)).XLog("training step", first, last).Y("", 0.5, runs.Count + 0.5);
        for (int k = 0; k < runs[0].Curves.Count; k++)
        {
            for (int row = 0; row < runs.Count; row++)
            {
                if (runs[row].Curves[k] is not (var what, { } turns)) continue;
                double y = row + 1.2 - (0.13 * k);
                figure.Line(what, (double[])[turns.ChangeIntervals[0].Low, turns.ChangeIntervals[0].High], (double[])[y, y], (Ink)k, lineWidth: 2.5, opacity: 0.6)
                    .Scatter(what, (double[])[turns.Changes[0]], (double[])[y], (Ink)k, radius: 4);
            }
        }
        for (int row = 0; row < runs.Count; row++) figure.Text(first, row + 1.35, runs[row].Head.Name);
        return figure;
    }

    /// <summary>S − null of every run's first detector with the power law of its rise.</summary>
    public static Figure FirstHeads(IReadOnlyList<Emergence> heads)
    {
        Figure figure = new Figure("The first detector of each run").XLog("training step").YLog("S − null", 1e-3, 1);
        for (int k = 0; k < heads.Count; k++)
        {
            var ink = (Ink)(k % (int)Ink.Gray);
            Points(figure, heads[k].Name, heads[k].Score.Curve, ink);
            if (heads[k].Score.RiseLaw is { } law) Line(figure, "", law, ink);
        }
        return figure;
    }

    private static Figure Lawful(Figure figure, EmergenceCurve curve, Ink ink)
    {
        Points(figure, curve.Name, curve.Curve, ink);
        if (curve.Law is { } law) Line(figure, FormattableString.Invariant($"t^{law.Slope:0.00} [{law.SlopeInterval.Low:0.00}, {law.SlopeInterval.High:0.00}]"), law, Ink.Gray);
        return figure;
    }

    /// <summary>What is not positive has no place here and is left out of the drawing; metrics.csv has it.</summary>
    private static void Points(Figure figure, string name, Curve curve, Ink ink)
    {
        bool[] positive = [.. curve.Value.ToArray().Select(value => value > 0)];
        figure.Line(name, curve.Time.ToArray().Where((_, i) => positive[i]), curve.Value.ToArray().Where((_, i) => positive[i]), ink, dots: true, lineWidth: 1.2);
    }

    private static void Line(Figure figure, string name, PowerLaw law, Ink ink) =>
        figure.Line(name, [law.From, law.To], (double[])[law.At(law.From), law.At(law.To)], ink, lineWidth: 3, opacity: 0.6);

    private static Figure Marked(Figure figure, EmergenceCurve curve) => curve.Turns is { } turns ? Marked(figure, turns) : figure;

    private static Figure Marked(Figure figure, CurvePhases turns)
    {
        foreach (double change in turns.Changes) figure.VerticalLine(change, FormattableString.Invariant($"{change:N0}"));
        return figure;
    }
}
