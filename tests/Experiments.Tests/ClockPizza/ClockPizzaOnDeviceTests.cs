using System.Globalization;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Testing;
using Paper = Handmade.Experiments.ClockPizza.ClockPizza;

namespace Handmade.Experiments.Tests.ClockPizza;

/// <summary>The experiment on other devices: the same split and the same first weights as on the host, so nearly the same numbers.</summary>
[TestFixtureSource(typeof(NeedsDevice), nameof(NeedsDevice.Words))]
[Parallelizable(ParallelScope.Self)]
public class ClockPizzaOnDeviceTests(string word)
{
    private static readonly string[] sizes =
        ["data.p=7", "model.width=12", "model.attention-rate=0.5", "train.steps=30", "analysis.measurements=6", "analysis.triples=50"];

    [Test]
    public void The_first_30_steps_are_those_of_the_host()
    {
        using TemporaryFolder there = new(), here = new();
        using (var workers = new WorkerPool(2)) Go(there.Root, NeedsDevice.Shared(word), workers);
        using (var host = new HostDevice(2)) Go(here.Root, host, host.Workers);
        double[][] onDevice = Rows(there), onHost = Rows(here);
        Assert.That(onDevice, Has.Length.EqualTo(7));
        for (int row = 0; row < onDevice.Length; row++)
            for (int column = 0; column < onDevice[row].Length; column++)
                Assert.That(onDevice[row][column], Is.EqualTo(onHost[row][column]).Within(1e-4 * Math.Max(1, Math.Abs(onHost[row][column]))), $"row {row}, column {column}");
    }

    private static double[][] Rows(TemporaryFolder folder) =>
        [.. File.ReadAllLines(folder["metrics.csv"]).Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];

    private static void Go(string path, Device device, WorkerPool workers)
    {
        var paper = new Paper();
        ExperimentOptions options = paper.Configure("quick", sizes);
        using RunFolder folder = RunFolder.Open(path, RunConfig.Of(paper, "quick", options, [3], device.Name, workers.Threads));
        paper.Run(new RunContext(options, folder, device, workers, new NoProgress(), CancellationToken.None));
    }
}
