using System.Globalization;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Testing;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>The main experiment on other devices: the same data and the same first weights as on the host, so nearly the same numbers.</summary>
[TestFixtureSource(typeof(NeedsDevice), nameof(NeedsDevice.Words))]
[Parallelizable(ParallelScope.Self)]
public class CollisionsOnDeviceTests(string word)
{
    private static readonly string[] noControl = ["train.control-steps=0"];

    [Test]
    public void The_first_200_losses_are_those_of_the_host()
    {
        string[] extra = [.. noControl, "train.steps=200", "analysis.checkpoint-ratio=1.02"];
        (string Run, double TrainLoss, double TestLoss)[] host = Losses(OnHost(extra)), device = Losses(OnDevice(extra));
        Assert.That(host, Has.Length.GreaterThan(200), "two seeds, a measurement every few steps");
        Assert.That(device.Select(row => row.Run), Is.EqualTo(host.Select(row => row.Run)));
        Assert.That(Apart(host, device, row => row.TrainLoss), Is.LessThan(1e-4));
        Assert.That(Apart(host, device, row => row.TestLoss), Is.LessThan(1e-4));
    }

    [Test]
    public void A_training_ends_near_the_loss_of_the_host()
    {
        string[] extra = [.. noControl, "train.steps=1500", "train.lr=5e-3", "data.trajectories=300"];
        (string Run, double TrainLoss, double TestLoss)[] host = Losses(OnHost(extra)), device = Losses(OnDevice(extra));
        foreach (string seed in new[] { "seed 3", "seed 4" })
            Assert.That(device.Last(row => row.Run == seed).TestLoss, Is.EqualTo(host.Last(row => row.Run == seed).TestLoss).Within(5).Percent);
    }

    [Test]
    public void Two_runs_have_the_same_bits()
    {
        using TemporaryFolder first = new(), second = new();
        Go(first.Root, []);
        Go(second.Root, []);
        Assert.That(SmallRun.Bits(second.Root), Is.EqualTo(SmallRun.Bits(first.Root)));
    }

    [Test]
    public void A_training_that_breaks_names_seed_step_and_kernel()
    {
        using var temporary = new TemporaryFolder();
        string[] extra = [.. noControl, "train.lr=10", "train.clip=0", "train.warm-up=0", "model.layer-norm=false", "train.schedule=constant", "model.blocks=16"];
        Assert.That(() => Go(temporary.Root, extra),
            Throws.TypeOf<HandmadeException>().With.Message.Match(@"^seed \d: training broke at step \d+, where \w+.* gave the first NaN or infinity; lower train\.lr"));
    }

    private static string[] OnHost(string[] extra)
    {
        using var temporary = new TemporaryFolder();
        using var device = new HostDevice(2);
        SmallRun.Go(temporary.Root, device, device.Workers, extra);
        return File.ReadAllLines(temporary["metrics.csv"]);
    }

    private string[] OnDevice(string[] extra)
    {
        using var temporary = new TemporaryFolder();
        Go(temporary.Root, extra);
        return File.ReadAllLines(temporary["metrics.csv"]);
    }

    private void Go(string path, string[] extra)
    {
        using var workers = new WorkerPool(2);
        SmallRun.Go(path, NeedsDevice.Shared(word), workers, extra);
    }

    /// <summary>The rows after step 0, where no step was trained.</summary>
    private static (string Run, double TrainLoss, double TestLoss)[] Losses(string[] metrics) =>
    [
        .. metrics.Skip(1).Select(line => line.Split(',')).Where(cells => cells[1] != "0")
            .Select(cells => (cells[0], double.Parse(cells[2], CultureInfo.InvariantCulture), double.Parse(cells[3], CultureInfo.InvariantCulture))),
    ];

    private static double Apart<TRow>(TRow[] expected, TRow[] actual, Func<TRow, double> value) => expected.Zip(actual, (x, y) => Math.Abs(value(x) - value(y)) / value(x)).Max();
}
