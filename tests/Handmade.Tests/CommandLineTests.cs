using Handmade.Experiments;
using Handmade.Output;

namespace Handmade.Tests;

public class CommandLineTests
{
    private const string NoTensorCores = "host has no tensor cores for f32 products: leave AllowTf32 off, or use cuda on a GPU of compute capability 8.0 or later";

    [TestCase("", "Name a verb; \"handmade --help\" lists them.")]
    [TestCase("rnu walk", "There is no verb rnu (did you mean run?); \"handmade --help\" lists them.")]
    [TestCase("--verson", "handmade has no option --verson (did you mean --version?); \"handmade --help\" shows those it has.")]
    [TestCase("run", "run needs EXPERIMENT; \"handmade run --help\" shows examples.")]
    [TestCase("run walk walk", "run takes no walk here; \"handmade run --help\" shows what it takes.")]
    [TestCase("run wlak", "There is no experiment wlak (did you mean walk?); there is walk.")]
    [TestCase("list wlak", "There is no experiment wlak (did you mean walk?); there is walk.")]
    [TestCase("run walk --presets tiny", "run has no option --presets (did you mean --preset?); \"handmade run --help\" shows those it has.")]
    [TestCase("run walk --preset", "--preset needs a value; \"handmade run --help\" shows which.")]
    [TestCase("run walk --seed 1 --seed 2", "--seed may be given once; \"handmade run --help\" shows how.")]
    [TestCase("run walk --preset tinny", "walk has no preset tinny (did you mean tiny?); it has smoke, tiny.")]
    [TestCase("run walk --seed -3", "--seed -3 is not possible: it must be a whole number from 0 to 18446744073709550615.")]
    [TestCase("run walk --seed seven", "--seed seven is not possible: it must be a whole number from 0 to 18446744073709550615.")]
    [TestCase("run walk --seeds 0", "--seeds 0 is not possible: it must be a whole number from 1 to 1000.")]
    [TestCase("run walk --threads 0", "--threads 0 is not possible: it must be a whole number from 1 to 1024.")]
    [TestCase("run walk --set layers=3", "There is no option layers (did you mean model.layers?).")]
    [TestCase("run walk --set model.layers=99", "model.layers=99 is not possible: it must be an integer from 1 to 12.")]
    [TestCase("run walk --device opencl:x", "There is no device opencl:x; use auto, host, opencl, cuda, emulator, or opencl:1 and cuda:1 for the second of its kind.")]
    [TestCase("gradcheck sofmax", "There is no op sofmax (did you mean softmax?); \"handmade bench\" lists them.")]
    [TestCase("run walk --device host --allow-tf32", NoTensorCores)]
    [TestCase("bench matmul --device host --allow-tf32", NoTensorCores)]
    [TestCase("profile walk --device host --allow-tf32", NoTensorCores)]
    [TestCase("run walk --device hots", "There is no device hots (did you mean host?); use auto, host, opencl, cuda, emulator, or opencl:1 and cuda:1 for the second of its kind.")]
    public void Wrong_input_gets_one_sentence_and_exit_code_2(string line, string sentence)
    {
        Answer answer = Cli.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(answer, Is.EqualTo(new Answer(2, "", sentence + Environment.NewLine)));
    }

    [TestCase("--help")]
    [TestCase("-h")]
    [TestCase("run --help")]
    [TestCase("run walk --nonsense --help")]
    [TestCase("list --help")]
    [TestCase("devices -h")]
    [TestCase("docs --help")]
    [TestCase("gradcheck --help")]
    [TestCase("kernels --help")]
    [TestCase("profile --help")]
    [TestCase("bench --help")]
    [TestCase("selftest --help")]
    public void Every_help_page_has_examples(string line)
    {
        Answer answer = Cli.Run(line.Split(' '));
        Assert.That(answer.ExitCode, Is.Zero);
        Assert.That(answer.Out, Does.StartWith("handmade ").And.Contain("\nExamples\n  handmade "));
    }

    [Test]
    public void The_examples_of_runs_name_presets_and_options_that_there_are()
    {
        using StringWriter nowhere = new();
        var terminal = new Terminal(nowhere, nowhere);
        foreach (string example in (string[])[.. new Verbs.Run(Catalogue.Product, terminal).Examples, .. new Verbs.Profile(Catalogue.Product, terminal).Examples])
        {
            string[] words = example.Split(' ');
            Experiment experiment = Catalogue.Product[words[1]];
            string preset = words.SkipWhile(word => word != "--preset").Skip(1).FirstOrDefault(experiment.DefaultPreset);
            Assert.That(() => experiment.Configure(preset, words.Zip(words.Skip(1)).Where(pair => pair.First == "--set").Select(pair => pair.Second)), Throws.Nothing, example);
        }
    }

    [Test]
    public void The_examples_of_every_verb_can_be_read()
    {
        using StringWriter nowhere = new();
        var verbs = new CommandLine(new Verbs.Run(new(), new Terminal(nowhere, nowhere)), new Verbs.List(new(), new Terminal(nowhere, nowhere)),
            new Verbs.Devices(new Terminal(nowhere, nowhere)), new Verbs.Docs(new(), new(), new Terminal(nowhere, nowhere)),
            new Verbs.Gradcheck([], new Terminal(nowhere, nowhere)),
            new Verbs.Kernels(new Terminal(nowhere, nowhere)), new Verbs.Profile(new(), new Terminal(nowhere, nowhere)),
            new Verbs.Bench([], new Terminal(nowhere, nowhere)), new Verbs.Selftest([], new Terminal(nowhere, nowhere)), new Verbs.Analyse(new Terminal(nowhere, nowhere)));
        foreach (string example in verbs.Verbs.SelectMany(v => v.Examples))
            Assert.That(verbs.Parse(example.Split('>')[0]).Errors, Is.Empty, example);
    }

    [Test]
    public void The_version_is_shown() =>
        Assert.That(Cli.Run("--version").Out, Does.Match(@"^handmade \d+\.\d+\.\d+(\+[0-9a-f]+)?\s$"));

    [Test]
    public void A_fault_says_how_to_find_it()
    {
        using StringWriter output = new(), error = new();
        int code = ErrorBoundary.Guard(new Terminal(output, error), () => throw new InvalidOperationException("two\nlines"));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error.ToString(), Does.StartWith("Unexpected InvalidOperationException: two lines").And.Contain("HANDMADE_DEBUG=1"));
        Assert.That(error.ToString(), Does.Not.Contain("   at "));
    }
}
