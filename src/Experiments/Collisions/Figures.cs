using Handmade.Analysis;
using Handmade.Analysis.Figures;
using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>The figures of the paper, drawn from the histories of all seeds and the recordings of one network.</summary>
internal static class Figures
{
    /// <summary>Held-out loss over the loss of free fall, for each seed, over training.</summary>
    public static Figure Loss(IReadOnlyList<SeedHistory> seeds)
    {
        var figure = new Figure("Learning to predict collisions").XLog("training step").YLog("held-out loss / free fall");
        foreach (SeedHistory seed in seeds)
        {
            Measurement[] trained = [.. seed.History.Where(m => m.Step > 0)];
            figure.Line(seed.Name, trained.Select(m => (double)m.Step), trained.Select(m => m.LossRatio));
        }
        return figure.HorizontalLine(1, "everybody falls freely");
    }

    /// <summary>Contact score of every head over training; a panel for each seed, a colour for each block.</summary>
    public static Panels Scores(IReadOnlyList<SeedHistory> seeds, CollisionsOptions options)
    {
        var panels = new Panels("Contact score of each head over training", Math.Min(seeds.Count, 3));
        foreach (SeedHistory seed in seeds)
        {
            var figure = new Figure(seed.Name, 360, 300).XLog("training step").Y("contact score S", 0, 1);
            for (int block = 0; block < options.Blocks; block++)
            {
                for (int head = 0; head < options.Heads; head++)
                {
                    Measurement[] trained = [.. seed.History.Where(m => m.Step > 0)];
                    figure.Line(head == 0 ? $"block {block + 1}" : "", trained.Select(m => (double)m.Step), trained.Select(m => m.Heads[block][head].Contact), (Ink)(block % Enum.GetValues<Ink>().Length));
                }
            }
            panels.Add(figure.HorizontalLine(seed.Last.Heads[0][0].Null, "uniform attention").HorizontalLine(options.TrueFrom, "true"));
        }
        return panels;
    }

    /// <summary>Figure 2's form: how many heads of all runs have which score at which step; colour is clipped at the 95th percentile.</summary>
    public static Figure Histogram(IReadOnlyList<SeedHistory> seeds)
    {
        var steps = new List<double>();
        var scores = new List<double>();
        foreach (Measurement measurement in seeds.SelectMany(seed => seed.History).Where(m => m.Step > 0))
        {
            foreach (var (_, _, score) in measurement.AllHeads)
            {
                steps.Add(measurement.Step);
                scores.Add(score.Contact);
            }
        }
        return new Figure("Contact scores of all heads of all runs").XLog("training step").Y("contact score S", 0, 1)
            .Histogram("heads", steps, scores, Bins.AroundLog(steps), Bins.Linear(0, 1, 40));
    }

    /// <summary>Figure 3's form: particles and attention lines of a true, a partial and a none head in frames of several kinds, one kind below the other.</summary>
    public static Panels Attention(IReadOnlyList<(string Title, int Block, int Head)> heads, IEnumerable<(Recording Recording, string What)> frames, DiscScene scene)
    {
        var panels = new Panels("What heads look at: i → j, opacity is attention", heads.Count);
        foreach (var (recording, what) in frames)
            foreach (var (title, block, head) in heads)
                panels.Add(new Figure($"{title}, {what}", 300, 320).Particles(recording.X(), recording.Y(), scene.Radius, recording.Attention(block, head), recording.Pairs(),
                    radii: recording.Radii, repeatsX: scene.Sides != BoxSides.Walls, repeatsY: scene.Sides == BoxSides.PeriodicXY));
        return panels;
    }

    /// <summary>Figure 5's form: the number of true and of partial heads in each block, a bar for each run.</summary>
    public static Panels HeadsPerBlock(IReadOnlyList<SeedHistory> seeds, CollisionsOptions options)
    {
        var panels = new Panels("Heads per block, a bar for each run", 2);
        foreach (HeadLabel label in new[] { HeadLabel.True, HeadLabel.Partial })
        {
            var figure = new Figure(label == HeadLabel.True ? "true collision heads" : "partial collision heads", 380, 300)
                .XCategories("block", Enumerable.Range(1, options.Blocks).Select(block => $"{block}")).Y("heads", 0, options.Heads);
            foreach (SeedHistory seed in seeds)
                figure.Bars(seed.Name, seed.Last.Heads.Select(heads => (double)heads.Count(score => options.LabelOf(score) == label)));
            panels.Add(figure);
        }
        return panels;
    }
}
