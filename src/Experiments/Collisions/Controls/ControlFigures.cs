using Handmade.Analysis.Figures;

namespace Handmade.Experiments.Collisions;

/// <summary>The controls as bars.</summary>
internal static class ControlFigures
{
    /// <summary>Loss of the run with the best head without each of its heads, for particles that touch and for those that fall freely.</summary>
    public static Panels Ablation(IReadOnlyList<SeedHistory> seeds, ControlResults results, CollisionsOptions options)
    {
        SeedHistory ablated = seeds[results.Ablated];
        var panels = new Panels($"{ablated.Name} without one of its heads", 1)
        {
            Bars("particles that touch another", errors => errors.Touching),
            Bars("particles in free fall", errors => errors.Falling),
        };
        return panels;

        Figure Bars(string title, Func<RowErrors, double> of) => new Figure(title, 720, 280)
            .XCategories("head left out (block.head)", results.Heads.Select(head => $"{head.Block + 1}.{head.Head + 1}")).Y("loss")
            .Bars("z replaced by its mean", results.Heads.Select(head => of(head.Mean)))
            .Bars("by zero", results.Heads.Select(head => of(head.Zero)))
            .HorizontalLine(of(results.Whole), "all heads");
    }

    /// <summary>Each run's best head and its loss in worlds in which it was not trained; uniform attention beside the scores.</summary>
    public static Panels Transfer(IReadOnlyList<SeedHistory> seeds, ControlResults results, CollisionsOptions options)
    {
        string[] worlds = ["as trained", .. TransferSetting.Of(options).Select(setting => setting.Name)];
        var scores = new Figure("contact score of each run's best head", 720, 320).XCategories("", worlds).Y("contact score S", 0, 1);
        var losses = new Figure("loss over the loss of free fall there", 720, 320).XCategories("", worlds).Y("loss / free fall");
        for (int i = 0; i < seeds.Count; i++)
        {
            Measurement[] measured = [seeds[i].Last, .. results.Transfers.Select(setting => setting[i])];
            scores.Bars(seeds[i].Name, measured.Select(there => ControlFindings.Best(seeds[i], there).Contact));
            losses.Bars(seeds[i].Name, measured.Select(there => there.LossRatio));
        }
        scores.Bars("uniform attention", new[] { seeds[0].Last }.Concat(results.Transfers.Select(setting => setting[0])).Select(there => there.Heads[0][0].Null), Ink.Gray);
        return new Panels("In worlds that the networks never saw", 1) { scores.HorizontalLine(options.TrueFrom, "true"), losses.HorizontalLine(1, "free fall") };
    }
}
