using System.Diagnostics;
using System.Globalization;
using Handmade.Autograd;
using Handmade.Experiments.Tests;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Tests;

/// <summary>A network from a file is measured, and the docs' PyTorch example gives the same logits.</summary>
public sealed class AnalyseTests : IDisposable
{
    private const int P = 11;
    private readonly TemporaryFolder folder = new();
    private readonly string file;
    private readonly float[] logits;

    public AnalyseTests()
    {
        using var device = new HostDevice(1);
        var model = new ModularAdditionTransformer(new Init(device, new RandomStream(device, [3])), new ModularAdditionSizes { Vocabulary = P, Width = 16 }, 0.7);
        file = Path.Combine(folder.Root, "network.safetensors");
        ModularAdditionFile.Write(file, model, 0, ModularTask.Sum(P));
        using IDisposable paused = Tape.NoGrad();
        logits = model.Pairs(P).ForwardAll().ToArray<float>();
    }

    public void Dispose() => folder.Dispose();

    [Test]
    public void A_network_is_measured_and_leaves_tables_and_figures()
    {
        string place = Path.Combine(folder.Root, "analysed");
        Answer answer = Cli.Run("analyse", "clock-pizza", "--weights", file, "--device", "host", "--out", place);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That(answer.Out, Does.Contain("sums modulo 11, width 16, 4 heads, 1 layer, attention rate 0.7").And.Contain("gradient symmetricity").And.Contain("Verdict: Undecided").And.Contain("the task is not learned"));
        string[] expected = ["accuracy-by-difference.svg", "circles.csv", "circles.svg", "correct-logits.svg", "isolated-circles.svg", "measures.csv", "verdict.txt"];
        Assert.That(Directory.GetFiles(place).Select(Path.GetFileName), Is.EquivalentTo(expected));
    }

    [Test]
    public void A_linear_model_is_measured_too()
    {
        using var device = new HostDevice(1);
        string linear = Path.Combine(folder.Root, "linear.safetensors");
        ModularAdditionLinearFile.Write(linear, new ModularAdditionLinear(new Init(device, new RandomStream(device, [3])), LinearVariant.AlphaPrime, P, 16), 0, ModularTask.Sum(P));
        Answer answer = Cli.Run("analyse", "clock-pizza", "--weights", linear, "--device", "host");
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That(answer.Out, Does.Contain("sums modulo 11, linear model alpha-prime, width 16").And.Contain("alignment"));
    }

    [Test]
    public void What_is_missing_is_one_sentence()
    {
        Assert.That(Cli.Run("analyse", "clock-pizza").Error, Does.Contain("analyse needs --weights FILE"));
        Assert.That(Cli.Run("analyse", "clockpizza", "--weights", file).Error, Does.Contain("(did you mean clock-pizza?)"));
        Assert.That(Cli.Run("analyse", "clock-pizza", "--weights", file, "--attention-rate", "2").Error, Does.Contain("a number from 0 to 1"));
        Assert.That(Cli.Run("analyse", "clock-pizza", "--weights", Path.Combine(folder.Root, "none")).Error, Does.Contain("does not exist"));
    }

    [Test]
    public void The_PyTorch_example_of_the_docs_gives_the_same_logits()
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python) || Run(Python, "-c", "import torch").ExitCode != 0) Assert.Ignore("Debian's python3-torch is missing (apt-get install python3-torch)");
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/experiments/clock-pizza/weights.md")), script = Path.Combine(folder.Root, "logits.py");
        string code = page.Split("```python\n")[1].Split("```")[0];
        Assert.That(code.TrimEnd().Split('\n'), Has.Length.EqualTo(10));
        File.WriteAllText(script, code);
        Answer answer = Run(Python, script, file);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        double[] theirs = [.. answer.Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        Assert.That(theirs, Is.EqualTo(logits.Select(value => (double)value)).Within(1e-5));
    }

    private static Answer Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!.Answer();
    }
}
