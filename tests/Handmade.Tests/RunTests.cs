using Handmade.Experiments.Tests;

namespace Handmade.Tests;

public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Answer Walk(params string[] args) => Cli.Run(["run", "walk", "--preset", "smoke", "--out", folder["x"], .. args]);

    [Test]
    public void A_run_ends_with_its_tables_claims_and_the_path_of_its_report()
    {
        Answer answer = Walk("--seed", "7");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        string[] parts =
        [
            "A walker forgets where it began", "preset smoke, seed 7", "device host: ", "simulate", "train", "analyse", "report",
            "Walkers", "walker  position", "Claims: 1 of 1 pass", "The walker stays near its start.", "0.5       pass", $"Report: {folder["x", "report.html"]}",
        ];
        Assert.That(parts.Select(p => answer.Out.IndexOf(p, StringComparison.Ordinal)), Is.Ordered.And.All.GreaterThanOrEqualTo(0), answer.Out);
        Assert.That(answer.Out, Does.Not.Contain("\u001b"));
    }

    [Test]
    public void A_finished_run_says_so_and_shows_its_results_again()
    {
        string first = Walk().Out, second = Walk().Out;
        Assert.That(second, Does.Contain("It was finished before"));
        Assert.That(second[second.IndexOf("Walkers", StringComparison.Ordinal)..], Is.EqualTo(first[first.IndexOf("Walkers", StringComparison.Ordinal)..]));
    }

    [Test]
    public void Other_options_in_the_same_folder_are_refused_by_name()
    {
        Walk();
        Answer answer = Walk("--set", "train.rate=0.5");
        Assert.That((answer.ExitCode, answer.Out), Is.EqualTo((2, "")));
        Assert.That(answer.Error, Does.Contain("train.rate = 0.001, not 0.5").And.Contain("--out"));
    }

    [TestCase("--preset smoke", "seed 1,", "[1]")]
    [TestCase("--seeds 3", "seeds 1 to 3,", "[1,2,3]")]
    [TestCase("--seed 7 --seeds 2", "seeds 7 to 8,", "[7,8]")]
    [TestCase("", "seeds 1 to 2,", "[1,2]")]
    [TestCase("--seed 7", "seed 7,", "[7]")]
    public void Seeds_count_up_from_the_first(string line, string shown, string written)
    {
        Answer answer = Cli.Run(["run", "walk", "--out", folder["x"], .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.That(answer.Out, Does.Contain(shown));
        Assert.That(File.ReadAllText(folder["x", "config.json"]).ReplaceLineEndings("").Replace(" ", ""), Does.Contain($"\"seeds\":{written}"));
    }

    [Test]
    public void Quiet_runs_show_results_only()
    {
        Answer answer = Walk("--quiet");
        Assert.That(answer.Out, Does.Not.Contain("simulate").And.Contain("Walkers"));
    }

    [Test]
    public void List_shows_presets_and_every_option()
    {
        Assert.That(Cli.Run("list").Out, Does.Contain("walk").And.Contain("tiny *").And.Contain("10 MB"));
        string page = Cli.Run("list", "walk").Out;
        foreach (Experiments.Option option in new WalkOptions().All)
            Assert.That(page, Does.Contain(option.Name).And.Contain(option.Range).And.Contain(option.Doc));
        Assert.That(page, Does.Contain("Options: physics").And.Contain("train.steps=20 model.layers=3"));
    }

    [Test]
    public void Devices_shows_the_host_with_its_bandwidth() =>
        Assert.That(Cli.Run("devices").Out, Does.Match(@"host .*\d+ +\d+ +(128|256|512) bit +[\d.]+ GiB +[\d.]+ GB/s +[\d.]+ GB/s"));
}
