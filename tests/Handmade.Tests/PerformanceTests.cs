using System.Diagnostics;
using System.Text.RegularExpressions;
using Handmade.Bench;
using Handmade.Documentation;
using Handmade.Experiments.Tests;
using Handmade.Kernels;
using Handmade.Model;
using Handmade.Testing;

namespace Handmade.Tests;

/// <summary>How comparisons are made, kept and shown; never how fast anything is.</summary>
public sealed class PerformanceTests : IDisposable
{
    private static readonly Budget Short = new(Quick: true);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static Contest Contest(double? atLeast = null) => new("A·B", "8×8×8 f32", 1, Unit.Microseconds, atLeast);

    [Test]
    public void A_spread_is_the_median_and_the_quartiles() =>
        Assert.That(Spread.Of([5, 1, 4, 2, 3]), Is.EqualTo(new Spread(3, 2, 4)));

    [Test]
    public void The_ratio_is_that_of_neighbouring_turns_and_its_median_decides()
    {
        // A machine that gets slower and slower: the figures drift, the ratio stays.
        double slowness = 1;
        Comparison row = Contest(2).Against("rival", _ => 3e-6 * slowness, _ => 1e-6 * ++slowness, Short);
        Assert.That(row.Ratio!.Value.Median, Is.EqualTo(3).Within(1e-9));
        Assert.That(row.Ours, Is.EqualTo(row.RivalFigure!.Value / 3).Within(1e-9));
        Assert.That((row.Goal, row.Verdict), Is.EqualTo(("≥ 2×", "pass")));
        Assert.That((row with { AtLeast = 3.1 }).Verdict, Is.EqualTo("short"));
    }

    [Test]
    public void Of_several_rivals_the_best_counts()
    {
        Comparison row = Contest().AgainstBest([("slow", _ => 4e-6), ("fast", _ => 2e-6), ("middling", _ => 3e-6)], _ => 1e-6, Short);
        Assert.That((row.Rival, row.RivalFigure, row.Verdict), Is.EqualTo(("fast", (double?)2, "")));
    }

    [Test]
    public void A_missing_rival_is_named_with_its_package()
    {
        Comparison row = Contest(2).Without("OpenBLAS", "libopenblas0-pthread", _ => 1e-6, Short);
        Assert.That((row.Verdict, row.Ours), Is.EqualTo(("missing: libopenblas0-pthread", 1.0)));
        Assert.That(RowText.Of(row), Does.EndWith("≥ 2×     missing: libopenblas0-pthread"));
    }

    [Test]
    public void A_limit_is_for_our_figure()
    {
        Comparison row = Contest().Alone(_ => 0.2e-6, Short) with { AtMost = 0.3 };
        Assert.That((row.Goal, row.Verdict), Is.EqualTo(("≤ 0.3 µs", "pass")));
        Assert.That((row with { Ours = 0.31 }).Verdict, Is.EqualTo("short"));
    }

    [Test]
    public void A_burst_runs_for_its_time_and_tells_the_time_of_one_run()
    {
        int runs = 0;
        double seconds = Bursts.Of(() =>
        {
            runs++;
            Thread.Sleep(2);
        })(0.02);
        Assert.That(runs, Is.GreaterThan(2));
        Assert.That(seconds, Is.GreaterThan(0.0019));
    }

    [TestCase("gmm", "compare has no topic gmm (did you mean gemm?); there are ")]
    [TestCase("--qick", "compare has no option --qick (did you mean --quick?); there are --quick, --write and --help.")]
    [TestCase("gemm --quick --write", "compare takes --quick or --write, not both: ")]
    public void A_wrong_word_gets_one_sentence(string words, string sentence) =>
        Assert.That(() => Options.Read(words.Split(' ')), Throws.TypeOf<HandmadeException>().With.Message.StartsWith(sentence));

    [Test]
    public void Without_a_topic_everything_is_measured_and_kept()
    {
        Options all = Options.Read([]), quick = Options.Read(["--quick"]), one = Options.Read(["Gemm"]);
        Assert.That((all.Topics.Count, all.Write), Is.EqualTo((Topic.All.Count, true)));
        Assert.That((quick.Topics.Count, quick.Write), Is.EqualTo((Topic.All.Count, false)));
        Assert.That((one.Topics[0].Name, one.Write), Is.EqualTo(("gemm", false)));
    }

    [Test]
    public void Tables_and_figures_of_the_docs_follow_the_results()
    {
        Comparison[] rows =
        [
            Contest(1.5).Against("rival 1.0", _ => 2e-6, _ => 1e-6, Short),
            Contest(1.5).Without("rival", "librival", _ => 1e-6, Short),
            .. from d in (int[])[16, 32, 64, 128] select new Comparison("width d", $"{d}", 1, "µs") { Ours = 0.5 * d, Rival = "", At = d, Work = d * d },
        ];
        void Measure(IReadOnlyList<Comparison> found) => new Measured("a machine", "2026-01-02", "abc", found).Write(Measured.PathOf(folder.Root, "a-machine", "gemm"));
        Measure(rows);
        Directory.CreateDirectory(folder["docs"]);
        File.WriteAllText(folder["docs", "performance.md"], "<!-- made by: handmade docs performance gemm -->\n<!-- end -->\n<!-- made by: handmade docs scaling gemm -->\n<!-- end -->\n");
        Assert.That(Cli.Run("docs", "--root", folder.Root).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(folder["docs", "performance.md"]), Does.Contain("a machine; 2026-01-02, commit abc")
            .And.Contain("| A·B | 8×8×8 f32 | 1 | 1 µs | rival 1.0 | 2 | 2 (2–2) | ≥ 1.5× | pass |")
            .And.Contain("| missing: librival |")
            .And.Contain("| width d | 16 | 128 | 8 to 64 µs | 1.00 | 2.00 |"));
        Assert.That(File.ReadAllText(folder["docs", "performance", "gemm-a-machine.svg"]), Does.Contain("width d: power 1.00"));
        Assert.That(Cli.Run("docs", "--check", "--root", folder.Root).ExitCode, Is.Zero);

        Measure([.. rows.Select(row => row with { Ours = row.Ours * 2 })]);
        Answer stale = Cli.Run("docs", "--check", "--root", folder.Root);
        Assert.That(stale.ExitCode, Is.EqualTo(2));
        Assert.That(stale.Out, Does.Contain("performance.md is out of date").And.Contain("gemm-a-machine.svg is out of date"));
    }

    [Test]
    public void A_table_that_nobody_measured_says_how_to_and_a_drawing_needs_curves()
    {
        string[] page = ["<!-- made by: handmade docs performance gemm -->", "<!-- end -->", ""];
        File.WriteAllText(folder["README.md"], string.Join('\n', page));
        Assert.That(Cli.Run("docs", "--root", folder.Root).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(folder["README.md"]), Does.Contain("`./bench/compare gemm --write`"));
        File.WriteAllText(folder["README.md"], string.Join('\n', page).Replace("performance", "scaling"));
        Assert.That(Cli.Run("docs", "--root", folder.Root).Error, Does.Contain("bench/results has no curves of gemm"));
    }

    [Test]
    public void Every_topic_has_its_block_and_every_block_and_result_its_topic()
    {
        string[] topics = [.. Topic.All.Select(topic => topic.Name)];
        string[] blocks = [.. Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "performance.md")), "<!-- made by: handmade docs (performance|scaling) (.+) -->").Select(block => block.Groups[2].Value)];
        Assert.That(blocks.Distinct(), Is.EquivalentTo(topics), "blocks of docs/performance.md");
        string results = Path.Combine(Repository.Root, "bench", "results");
        string[] measured = [.. Directory.EnumerateFiles(results, "*.json", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file)!)];
        Assert.That(measured.Except(topics), Is.Empty, "results in bench/results that no page shows");
    }

    [Test]
    public void Scripts_of_rivals_are_Python()
    {
        string python = Needs.Program("python3", "python3-minimal");
        foreach (string script in Directory.EnumerateFiles(Path.Combine(Repository.Root, "bench", "rivals"), "*.py"))
        {
            var start = new ProcessStartInfo(python, ["-m", "py_compile", script]) { RedirectStandardError = true };
            start.Environment["PYTHONPYCACHEPREFIX"] = folder.Root;
            using Process process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.That((process.ExitCode, errors), Is.EqualTo((0, "")), script);
        }
    }

    [Test]
    public void Where_no_GPU_is_the_rivals_there_are_named()
    {
        if (CudaGemm.IsThere) Assert.Ignore("there is a GPU: ./bench/compare cuda-gemm cuda-training measures it");
        Comparison product = CudaGemm.Rows(Short with { Quick = false, Turn = 0.001 }).Single();
        Assert.That((product.Rival, product.Verdict), Is.EqualTo(("cuBLAS", "missing: an NVIDIA GPU")));
        Assert.That(product.Ours, Is.GreaterThan(0));
        using ScriptRival torch = CudaTraining.Rival("graph", 16, new ParticleTransformerSizes());
        Assert.That(torch.Missing, Is.AnyOf("an NVIDIA GPU and PyTorch with CUDA", "python3-torch", "python3-minimal"));
        Assert.That(torch.Name, Does.Match(@"PyTorch.* cuda graph$").Or.EqualTo("PyTorch").Or.EqualTo("a Python script"));
    }
}
