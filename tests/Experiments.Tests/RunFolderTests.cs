using Handmade.Kernels;

namespace Handmade.Experiments.Tests;

public class RunFolderTests
{
    private static readonly RunConfig Config = Configure();

    private static RunConfig Configure(params string[] assignments) =>
        RunConfig.Of(new Walk(), "smoke", new Walk().Configure("smoke", assignments), [7], "host", 2);

    private static string Refusal(string path, RunConfig? config = null)
    {
        var error = Assert.Throws<HandmadeException>(() => RunFolder.Open(path, config ?? Config).Dispose());
        Assert.That(error!.Message, Does.Not.Contain("\n").And.EndWith("."));
        return error.Message;
    }

    [Test]
    public void A_new_folder_is_created_with_its_config()
    {
        using var temporary = new TemporaryFolder();
        using (RunFolder folder = RunFolder.Open(temporary["a", "b"], Config)) Assert.That(folder.Existed, Is.False);
        using (RunFolder folder = RunFolder.Open(temporary["a", "b"], Config)) Assert.That(folder.Existed, Is.True);
        Assert.That(File.Exists(temporary["a", "b", "config.json"]));
    }

    [Test]
    public void Another_configuration_is_refused_by_its_first_difference()
    {
        using var temporary = new TemporaryFolder();
        RunFolder.Open(temporary["x"], Config).Dispose();
        Assert.That(Refusal(temporary["x"], Configure("model.layers=5", "train.rate=0.5")),
            Does.Contain("model.layers = 2, not 5").And.Contain("--out"));
        RunFolder.Open(temporary["x"], Config).Dispose();
    }

    [Test]
    public void A_folder_of_something_else_is_refused_and_left_alone()
    {
        using var temporary = new TemporaryFolder();
        File.WriteAllText(temporary["thesis.tex"], "");
        Assert.That(Refusal(temporary.Root), Does.Contain("thesis.tex"));
        Assert.That(Directory.EnumerateFileSystemEntries(temporary.Root).Count(), Is.EqualTo(1));
        Assert.That(Refusal(temporary["thesis.tex"]), Does.Contain("is a file"));
    }

    [Test]
    public void An_empty_folder_and_one_killed_before_its_config_are_taken()
    {
        using var temporary = new TemporaryFolder();
        RunFolder.Open(temporary.Root, Config).Dispose();
        File.Delete(temporary["config.json"]);
        File.WriteAllText(temporary["config.json.1-1.tmp"], "{");
        RunFolder.Open(temporary.Root, Config).Dispose();
        Assert.That(Directory.GetFiles(temporary.Root, "*.tmp"), Is.Empty, "leftovers go");
    }

    [Test]
    public void A_damaged_config_is_refused_and_the_folder_let_go()
    {
        using var temporary = new TemporaryFolder();
        RunFolder.Open(temporary.Root, Config).Dispose();
        string whole = File.ReadAllText(temporary["config.json"]);
        File.WriteAllText(temporary["config.json"], whole[..(whole.Length / 2)]);
        Assert.That(Refusal(temporary.Root), Does.Contain("damaged at line"));
        File.WriteAllText(temporary["config.json"], whole);
        RunFolder.Open(temporary.Root, Config).Dispose();
    }

    [Test]
    public void A_folder_serves_one_process_at_a_time()
    {
        using var temporary = new TemporaryFolder();
        using (RunFolder.Open(temporary.Root, Config)) Assert.That(Refusal(temporary.Root), Does.StartWith("Another process is working on the run"));
        RunFolder.Open(temporary.Root, Config).Dispose();
    }

    [Test]
    public void Default_paths_name_experiment_preset_and_seeds()
    {
        Assert.That(RunFolder.DefaultPath("walk", "tiny", [7]), Is.EqualTo(Path.Combine("runs", "walk-tiny-7")));
        Assert.That(RunFolder.DefaultPath("walk", "tiny", [1, 2, 3]), Is.EqualTo(Path.Combine("runs", "walk-tiny-1to3")));
    }

    [Test]
    public void Claims_and_tables_come_back_as_they_were_written()
    {
        using var temporary = new TemporaryFolder();
        using RunFolder folder = RunFolder.Open(temporary.Root, Config);
        Assert.That(folder.Claims, Is.Empty);
        Claim[] claims =
        [
            new("two", "Two heads are true.", "near 0.95", 0.85, double.PositiveInfinity, [0.9, 0.8, double.NaN, 0.91, 0.92]) { Needed = 3 },
            new("none", "No head of block 1.", "≈ 0.02", double.NegativeInfinity, 0.2, [0.1]),
        ];
        folder.Claims = claims;
        folder.Tables = [new Table("T", ["a", "b"], [["1", "<é>"], ["2", ""]])];
        Claim[] read = [.. folder.Claims];
        Assert.That(read.Select(c => (c.Id, c.Statement, c.Paper, c.Low, c.High, c.Needed, c.Passed)),
            Is.EqualTo(claims.Select(c => (c.Id, c.Statement, c.Paper, c.Low, c.High, c.Needed, c.Passed))));
        Assert.That(read[0].Measured, Is.EqualTo(claims[0].Measured));
        Assert.That(folder.Tables[0].Rows, Is.EqualTo(new[] { new[] { "1", "<é>" }, ["2", ""] }));
    }

    [Test]
    public void Claims_pass_when_enough_values_lie_in_the_interval()
    {
        Claim Of(int needed, params double[] measured) => new("x", "", "", 0.85, 1, measured) { Needed = needed };
        Assert.That(Of(4, 0.9, 0.9, 0.85, 1, 0.2).Passed);
        Assert.That(Of(4, 0.9, 0.9, 0.84, 1, 0.2).Passed, Is.False);
        Assert.That(new Claim("x", "", "", 0, 1, [double.NaN]).Passed, Is.False);
        Assert.That(new Claim("x", "", "", 0, 1, []).Passed, Is.False, "nothing measured");
        Assert.That(Of(1, 0.9).Interval, Is.EqualTo("0.85…1"));
        Assert.That((Of(1, 0.9) with { High = double.PositiveInfinity }).Interval, Is.EqualTo("≥ 0.85"));
    }
}
