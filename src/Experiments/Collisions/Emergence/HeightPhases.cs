using System.Globalization;
using System.Text;
using Handmade.Analysis;
using Handmade.Analysis.Figures;
using Handmade.Analysis.Fits;
using Handmade.Kernels;

namespace Handmade.Experiments.Collisions;

/// <summary>The contact score by height of the particle over training: does a head detect low in the box first, as the paper's Figure 1 says?</summary>
internal static class HeightPhases
{
    /// <summary>Step at which S − null stays above 0.05 in the lower half of the box over the same in the upper half; NaN where neither does.</summary>
    public static double LowerOverUpper(SeedHistory seed, int block, int head)
    {
        double? lower = Emerged(bin => 2 * bin < seed.Last.Heights[block][head].Length), upper = Emerged(bin => 2 * bin >= seed.Last.Heights[block][head].Length);
        return (lower, upper) switch
        {
            ({ } low, { } high) => low / high,
            ({ }, null) => 0,
            (null, { }) => double.PositiveInfinity,
            _ => double.NaN,
        };

        double? Emerged(Func<int, bool> within) => Emergence.StepOf(seed.Over(m => Excess(m.Heights[block][head].Where((_, bin) => within(bin)))));
    }

    /// <summary>heights.csv: a row for each head and bin of every checkpoint of every run.</summary>
    public static void Write(RunFolder folder, IReadOnlyList<SeedHistory> runs)
    {
        var lines = new StringBuilder("run,step,block,head,y_from,y_to,touching,contact,null\n");
        foreach (SeedHistory run in runs)
            foreach (Measurement m in run.History)
                foreach (var (block, head, _) in m.AllHeads)
                    for (int bin = 0; bin < m.Heights[block][head].Length; bin++)
                    {
                        HeightScore score = m.Heights[block][head][bin];
                        double bins = m.Heights[block][head].Length;
                        lines.Append(CultureInfo.InvariantCulture, $"{run.Name},{m.Step},{block + 1},{head + 1},{bin / bins},{(bin + 1) / bins},{score.Touching},{score.Contact},{score.Null}\n");
                    }
        AtomicFile.WriteText(folder.MetricsFile("heights.csv"), lines.ToString());
    }

    /// <summary>A map of S over height and training for the first detector of each run, and beneath it the curves of its bins.</summary>
    public static Panels Figure(IReadOnlyList<(SeedHistory Seed, int Block, int Head)> heads)
    {
        var panels = new Panels("Contact score by height of the particle", heads.Count);
        foreach (var (seed, block, head) in heads) panels.Add(Map(seed, block, head));
        foreach (var (seed, block, head) in heads) panels.Add(Curves(seed, block, head));
        return panels;
    }

    private static Figure Map(SeedHistory seed, int block, int head)
    {
        Measurement[] trained = [.. seed.History.Skip(1)];
        int bins = trained[0].Heights[block][head].Length;
        double[] steps = [.. trained.Select(m => (double)m.Step)], edges = [.. steps.Select((step, i) => i == 0 ? step * 0.9 : Math.Sqrt(steps[i - 1] * step)), steps[^1] * 1.05];
        var values = new double[steps.Length, bins];
        for (int i = 0; i < steps.Length; i++)
            for (int bin = 0; bin < bins; bin++) values[i, bin] = trained[i].Heights[block][head][bin].Contact;
        return new Figure($"{seed.Name}, head {block + 1}.{head + 1}", 400, 300).XLog("training step").Y("height y", 0, 1)
            .HeatMap("contact score S", edges, Enumerable.Range(0, bins + 1).Select(bin => (double)bin / bins), values, 0, 1);
    }

    private static Figure Curves(SeedHistory seed, int block, int head)
    {
        var figure = new Figure($"{seed.Name}, head {block + 1}.{head + 1}", 400, 300).XLog("training step").Y("S − null", -0.1, 1);
        int bins = seed.Last.Heights[block][head].Length;
        for (int bin = 0; bin < bins; bin++)
        {
            Curve curve = seed.Over(m => m.Heights[block][head][bin].Contact - m.Heights[block][head][bin].Null);
            if (curve.Count > 0) figure.Line(FormattableString.Invariant($"y {(double)bin / bins:0.##}–{(bin + 1.0) / bins:0.##}"), curve.Time.ToArray(), curve.Value.ToArray());
        }
        return figure;
    }

    private static double Excess(IEnumerable<HeightScore> bins)
    {
        HeightScore sum = bins.Aggregate(default(HeightScore), (a, b) => new(a.Touching + b.Touching, a.ContactSum + b.ContactSum, a.NullSum + b.NullSum));
        return sum.Contact - sum.Null;
    }
}
