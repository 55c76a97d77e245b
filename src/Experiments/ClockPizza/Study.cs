using Handmade.Analysis.Figures;
using Handmade.Analysis.ModularAddition;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Experiments.ClockPizza;

/// <summary>One run of the experiment: its stages and what they share.</summary>
internal sealed class Study(ClockPizzaOptions options, string paper, RunContext run)
{
    // Steps between looks at progress, interrupts and the NaN flag: some tens of milliseconds.
    private const int Stride = 10;

    private string Config => string.Join('\n', run.Folder.Config.Options.Select(option => $"{option.Name}={option.Json}"));

    private IEnumerable<TraineeFiles> Files =>
        from rate in options.IsTransformer ? options.AttentionRates : [double.NaN]
        from seed in run.Seeds
        select new TraineeFiles(run.Folder, new Which(rate, seed), Config);

    /// <summary>Trains a network at every attention rate for every seed.</summary>
    public void Train()
    {
        if (options.Task.Caution is { } caution) run.Say($"note: {caution}");
        Turns.Take(run, Files.Select(files => new Training(files, options, run.Device)), Stride);
    }

    /// <summary>Takes every network apart, and writes the metrics of every checkpoint, the findings, tables and claims.</summary>
    public void Analyse()
    {
        TraineeFiles[] files = [.. Files];
        TraineeHistory[] histories = Histories();
        var networks = new NetworkFindings[files.Length];
        int done = 0;
        // Every network on a thread: its products are small.
        if (run.Device is HostDevice) run.Workers.RunTasks(files.Length, Take);
        else
            for (int i = 0; i < files.Length; i++) Take(i);
        Findings.WriteMetrics(run.Folder, histories);
        NetworkFindings.Write(run.Folder, networks);
        run.Folder.Tables = [.. options.IsTransformer ? [Findings.Rates(networks)] : (Table[])[], Findings.Networks(networks), Findings.Circles(networks), Findings.Verdicts(networks)];
        run.Folder.Claims = [.. Claims.Of(networks, options)];

        void Take(int i)
        {
            run.StopIfInterrupted();
            using Scope scope = run.Device.Scope();
            networks[i] = NetworkFindings.Of(histories[i], AdditionFindings.Of(Network.Trained(options, run.Device, files[i]).Seen(), options.Task)[0]);
            run.Report(Interlocked.Increment(ref done), files.Length);
        }
    }

    /// <summary>Draws the figures and writes the report.</summary>
    public void Report()
    {
        using Scope scope = run.Device.Scope();
        NetworkFindings[] networks = NetworkFindings.Read(run.Folder.Root);
        // The first seed stands for each attention rate.
        Inspected[] shown = [.. Files.Where(files => files.Which.Seed == run.Seeds[0]).Select(files => new Inspected(files, options, run.Device))];
        int[] frequencies = [.. shown[0].Circles.Select(alone => alone.Circle.Frequency)];
        run.WriteReport(new ReportData(Findings.Title(networks), paper, run.Folder.Config, DateTimeOffset.Now, run.Folder.Stages.Total)
        {
            Summary = Findings.Summary(networks, options),
            Claims = run.Folder.Claims,
            Tables = run.Folder.Tables,
            Options = [.. options.All],
            Figures = [.. ReportFigures(networks, shown)],
            Walk = new AdditionWalk(options.Task.Order, frequencies.Length > 0 ? frequencies : [1]),
        });
    }

    private TraineeHistory[] Histories() => [.. Files.Select(files => TraineeHistory.Read(files, options, run.Device))];

    private IEnumerable<ReportFigure> ReportFigures(NetworkFindings[] networks, Inspected[] shown)
    {
        if (options.IsTransformer)
        {
            yield return Written("between", Figures.AgainstRate(networks), "Gradient symmetricity and distance irrelevance against the attention rate: mean, range over seeds, and every network.");
            yield return Written("symmetry-distance", Figures.SymmetryAndDistance(networks), "Distance irrelevance against gradient symmetricity, a dot for each network. Distance irrelevance needs clean circles, which short training does not give.");
        }
        yield return Written("training", Figures.Training(Histories()), "Accuracy on held-out pairs, gradient symmetricity (of drawn triples) and distance irrelevance over training, a line for each network.");
        yield return Written("logits", InsideFigures.CorrectLogits(shown), "The logit of the right class over sum and difference of the two numbers, first seed. Where it depends on the difference alone the network is a Pizza.");
        Inspected[] ends = shown.Length > 1 ? [shown[0], shown[^1]] : shown;
        yield return Written("ensembles", Figures.Ensembles(networks), "Every circle of every network, alone in its network: how much of its logits the two formulas explain. Above the line a Pizza, below a Clock; far from both, a circle that says little alone, as in many Clocks.");
        if (ends.All(network => network.Circles.Count == 0)) yield break;
        yield return Written("circles", InsideFigures.Circles(ends), "The strongest circles of the embeddings, with the numbers on them; a line joins numbers that lie δ apart, where δ is the inverse of the frequency k.");
        if (ends.Any(network => network.Circles.Any(alone => alone.Circle.Step is not null)))
            yield return Written("isolated", InsideFigures.Isolated(ends), "The logit of the right class when one circle alone is left in the embeddings, rows in steps of δ. A Pizza fades where the two numbers stand opposite each other on its circle.");
        yield return Written("accuracy", InsideFigures.AccuracyByDifference(ends), "Accuracy with one circle alone, for each difference a − b.");
        yield return Written("frequencies", InsideFigures.Frequencies(ends), "Share of the embeddings' variance of each frequency; orange marks twice the frequency of a circle, where a Pizza keeps accompanying circles that help out at its weak spots.");
        if (options.IsTransformer && options.AttentionRates.Max() > 0)
            yield return Written("attention", InsideFigures.Attention(shown.MaxBy(network => network.Which.Rate)!), "How much the position of the answer attends to the first number, for each head and each pair.");
    }

    private ReportFigure Written(string name, Panels panels, string caption)
    {
        string path = run.Folder.FigurePath(name), csv = Path.ChangeExtension(path, ".csv");
        panels.Write(path);
        panels.WriteCsv(csv);
        return new ReportFigure(panels.ToSvg(), caption, $"figures/{Path.GetFileName(csv)}");
    }
}
