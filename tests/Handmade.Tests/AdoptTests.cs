using Handmade.Experiments.Tests;

namespace Handmade.Tests;

public sealed class AdoptTests : IDisposable
{
    private const string Block = "<!-- made by: handmade docs results walk smoke -->\n<!-- end -->\n";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Root => folder["clone"];

    private Answer Docs(params string[] args) => Cli.Run(["docs", "--root", Root, .. args]);

    private string Page => File.ReadAllText(Path.Combine(Root, "docs", "experiments", "walk.md"));

    private string FinishedRun(params string[] args)
    {
        string run = folder["run"];
        Assert.That(Cli.Run(["run", "walk", "--preset", "smoke", "--out", run, "--quiet", "--threads", "1", .. args]).ExitCode, Is.Zero);
        Directory.CreateDirectory(folder["run", "figures"]);
        File.WriteAllText(folder["run", "figures", "track.svg"], "<svg/>");
        Directory.CreateDirectory(Path.Combine(Root, "docs", "experiments"));
        File.WriteAllText(Path.Combine(Root, "docs", "experiments", "walk.md"), Block);
        return run;
    }

    [Test]
    public void A_finished_run_is_taken_over_and_shown()
    {
        string run = FinishedRun("--seed", "7");
        Answer answer = Docs("--adopt", run);
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        string adopted = Path.Combine(Root, "docs", "experiments", "walk", "smoke");
        string[] files = [.. Directory.EnumerateFiles(adopted, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(adopted, f)).Order(StringComparer.Ordinal)];
        Assert.That(files, Is.EqualTo(new[] { "claims.json", "config.json", "figures/track.svg", "tables.json" }));
        foreach (string file in files) Assert.That(File.ReadAllBytes(Path.Combine(adopted, file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(run, file))));
        Assert.That(Page, Does.Contain("Preset `smoke`, seed 7, device host, 1 thread, version ").And.Contain("**Claims: 1 of 1 pass**")
            .And.Contain("| The walker stays near its start. | near 0 | -2…2 | 0.5").And.Contain("**Walkers**").And.Contain("[track](walk/smoke/figures/track.svg)")
            .And.Not.Contain("as the preset is today"));
        Assert.That(Docs("--check").ExitCode, Is.Zero);
    }

    [Test]
    public void Check_notices_a_page_that_shows_other_results()
    {
        Docs("--adopt", FinishedRun());
        string claims = Path.Combine(Root, "docs", "experiments", "walk", "smoke", "claims.json");
        File.WriteAllText(claims, File.ReadAllText(claims).Replace("near 0", "near 1"));
        Answer answer = Docs("--check");
        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Out, Does.Contain("near 1"));
        Assert.That(Page, Does.Contain("near 0"));
    }

    [Test]
    public void A_run_with_options_of_its_own_says_so()
    {
        Docs("--adopt", FinishedRun("--set", "train.steps=12"));
        Assert.That(Page, Does.Contain("Not as the preset is today: `train.steps` was 12 and is 10."));
    }

    [Test]
    public void A_second_run_takes_the_place_of_the_first()
    {
        string run = FinishedRun();
        Docs("--adopt", run);
        File.Move(folder["run", "figures", "track.svg"], folder["run", "figures", "path.svg"]);
        Docs("--adopt", run);
        Assert.That(Page, Does.Contain("[path](").And.Not.Contain("[track]("));
        Assert.That(Directory.EnumerateFiles(Path.Combine(Root, "docs", "experiments", "walk", "smoke", "figures")).Count(), Is.EqualTo(1));
    }

    [TestCase("config.json", "is no run folder, it has no config.json")]
    [TestCase("claims.json", "is not finished, it has no claims.json yet")]
    [TestCase("report.html", "is not finished, it has no report.html yet")]
    public void What_is_no_finished_run_gets_one_sentence(string lacks, string sentence)
    {
        string run = FinishedRun();
        File.Delete(Path.Combine(run, lacks));
        Refuses(sentence, "--adopt", run);
    }

    [TestCase("\"walk\"", "\"wolk\"", "There is no experiment wolk (did you mean walk?)")]
    [TestCase("\"smoke\"", "\"smog\"", "walk has no preset smog")]
    [TestCase("{", "[", "config.json is damaged")]
    public void A_config_that_nobody_here_can_run_gets_one_sentence(string old, string now, string sentence)
    {
        string run = FinishedRun();
        string config = Path.Combine(run, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace(old, now));
        Refuses(sentence, "--adopt", run);
    }

    [Test]
    public void Check_writes_nothing_so_it_does_not_adopt() => Refuses("docs takes --check or --adopt, not both", "--adopt", FinishedRun(), "--check");

    [Test]
    public void A_block_without_results_says_where_they_come_from()
    {
        FinishedRun();
        Refuses("There are no results of walk smoke to show: \"handmade docs --adopt RUNFOLDER\"");
    }

    private void Refuses(string sentence, params string[] args)
    {
        Answer answer = Docs(args);
        Assert.That((answer.ExitCode, answer.Out), Is.EqualTo((2, "")));
        Assert.That(answer.Error, Does.Contain(sentence).And.Property("Length").LessThan(300));
        Assert.That(Directory.Exists(Path.Combine(Root, "docs", "experiments", "walk")), Is.False);
    }
}
