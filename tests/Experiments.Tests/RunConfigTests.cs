using Handmade.Kernels;

namespace Handmade.Experiments.Tests;

public class RunConfigTests
{
    private static RunConfig Config(string device = "host", ulong seed = 7, params string[] assignments)
    {
        var walk = new Walk();
        return RunConfig.Of(walk, "smoke", walk.Configure("smoke", assignments), [seed], device, threads: 2);
    }

    [Test]
    public void Config_json_holds_everything_in_canonical_order()
    {
        using var folder = new TemporaryFolder();
        RunConfig config = Config(seed: ulong.MaxValue);
        config.Write(folder["config.json"]);
        RunConfig read = RunConfig.Read(folder["config.json"]);
        Assert.That(read.FirstDifference(config), Is.Null);
        Assert.That(read.Options, Is.EqualTo(config.Options));
        Assert.That((read.Preset, read.Threads, read.Build), Is.EqualTo((config.Preset, config.Threads, config.Build)));
        string text = File.ReadAllText(folder["config.json"]);
        string[] keys = ["format", "experiment", "preset", "seeds", "device", "threads", "version", "build", "options", "physics.start", "analysis.smooth"];
        Assert.That(keys.Select(k => text.IndexOf($"\"{k}\"", StringComparison.Ordinal)), Is.Ordered.And.All.GreaterThan(0));
    }

    [TestCase("opencl", 7ul, "", "the device host, not opencl")]
    [TestCase("host", 8ul, "", "the seeds 7, not 8")]
    [TestCase("host", 7ul, "train.optimizer=sgd", "train.optimizer = \"adam\", not \"sgd\"")]
    [TestCase("host", 7ul, "train.rate=0.5", "train.rate = 0.001, not 0.5")]
    [TestCase("host", 7ul, "train.rate=1e-3", null)]
    public void The_first_difference_is_named(string device, ulong seed, string assignment, string? difference) =>
        Assert.That(Config(device, seed, assignment.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstDifference(Config()),
            Is.EqualTo(difference));

    [Test]
    public void Version_and_unknown_options_are_differences_but_threads_and_build_are_not()
    {
        RunConfig config = Config();
        Assert.That(config.FirstDifference(config with { Version = "0.0.9" }), Does.StartWith("been begun by version 0.0.9"));
        Assert.That(config.FirstDifference(config with { Threads = 64, Build = "x", Preset = "mine" }), Is.Null);
        Assert.That(config.FirstDifference(config with { Options = [.. config.Options, ("model.old", "1")] }),
            Is.EqualTo("the option model.old, which is unknown here"));
        Assert.That(config.FirstDifference(config with { Options = [.. config.Options.Skip(1)] }),
            Is.EqualTo("physics.start = nothing, not 0.5"));
    }

    [Test]
    public void Numbers_written_by_hand_compare_by_value()
    {
        using var folder = new TemporaryFolder();
        Config().Write(folder["config.json"]);
        File.WriteAllText(folder["config.json"], File.ReadAllText(folder["config.json"]).Replace("\"train.rate\": 0.001", "\"train.rate\": 1.0e-3"));
        Assert.That(RunConfig.Read(folder["config.json"]).FirstDifference(Config()), Is.Null);
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("{\"format\": \"one\"}")]
    [TestCase("{\"format\": 2}")]
    [TestCase("{\"format\": 1, \"experiment\": null}")]
    [TestCase("\0\0\0\0")]
    public void A_damaged_config_gets_one_sentence(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], content);
        var error = Assert.Throws<HandmadeException>(() => RunConfig.Read(folder["config.json"]));
        Assert.That(error!.Message, Does.StartWith(folder["config.json"]).And.Contain("--out").And.Not.Contain("\n"));
    }

    [Test]
    public void A_config_cut_anywhere_gets_one_sentence()
    {
        using var folder = new TemporaryFolder();
        Config().Write(folder["config.json"]);
        byte[] whole = File.ReadAllBytes(folder["config.json"]);
        for (int length = 0; length < whole.Length - 2; length++)
        {
            File.WriteAllBytes(folder["config.json"], whole[..length]);
            Assert.That(() => RunConfig.Read(folder["config.json"]), Throws.TypeOf<HandmadeException>(), $"first {length} bytes");
        }
    }
}
