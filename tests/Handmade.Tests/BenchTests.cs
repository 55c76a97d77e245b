using Handmade.Autograd;
using Handmade.Experiments.Tests;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Output;
using Handmade.Profiling;

namespace Handmade.Tests;

public class BenchTests
{
    private static readonly Roofline Round = new(Bandwidth: 1e9, PeakF32: 1e9, PeakF64: 1e9);

    [Test]
    public void Without_an_op_the_ops_and_their_sizes_are_listed()
    {
        Answer answer = Cli.Run("bench");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.Match(@"matmul +M×N×K +1024x1024x1024").And.Match(@"softmax +A×B +2048x2048").And.Not.Contain("reshape"));
    }

    [Test]
    public void A_product_is_timed_with_the_bounds_of_the_device()
    {
        Answer answer = Cli.Run("bench", "matmul", "--shape", "16x8x4", "--dtype", "f64", "--time", "1", "--threads", "1");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.StartWith("Ops in f64 on host").And.Match(@"matmul +16×8×4 +1 +[\d.]+ +[\d.]+ +\d+ % +[\d.]+ +[\d.]+ +\d+ %").And.Match(@"A launch costs [\d.]+ µs beside its work"));
    }

    [Test]
    public void A_name_means_its_variants_and_gradients_can_be_timed()
    {
        Answer answer = Cli.Run("bench", "gelu", "--shape", "100", "--time", "1", "--threads", "1", "--backward");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.StartWith("Gradients of ops in f32").And.Match("gelu, gradient +100 +1 ").And.Match(@"gelu \(tanh\), gradient +100 +1 "));
    }

    [Test]
    public void Variants_that_take_other_sizes_stand_aside()
    {
        Answer answer = Cli.Run("bench", "add", "--shape", "4x4", "--time", "1", "--threads", "1");
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That(answer.Out, Does.Match("add +4×4").And.Not.Contain("constant"));
    }

    [Test]
    public void Ops_without_gradients_are_no_empty_table()
    {
        Assert.That(Cli.Run("bench", "argmax", "--backward"), Is.EqualTo(new Answer(2, "", "argmax has no gradients; bench it without --backward" + Environment.NewLine)));
        Answer answer = Cli.Run("bench", "relu", "eq", "--shape", "100", "--time", "1", "--threads", "1", "--backward");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.Match("relu, gradient +100 ").And.Not.Match("  eq "));
    }

    [Test]
    public void The_table_of_kernels_has_a_row_for_each_op_and_size()
    {
        Measurement[] rows = KernelShapes.Of(OpCases.All);
        Assert.That(rows.Select(row => (row.Name, row.Shape)), Is.Unique);
        Assert.That(rows.Where(row => row.Gradients).All(row => row.Row.IsDifferentiable));
    }

    [Test]
    public void A_written_table_becomes_a_block_of_the_docs()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["docs", "performance"]);
        string path = folder["docs", "performance", "host.json"];
        Assert.That(Cli.Run("bench", "matmul", "--shape", "16x8x4", "--time", "1", "--threads", "1", "--out", path).ExitCode, Is.Zero);
        File.WriteAllText(folder["README.md"], "<!-- made by: handmade docs kernels -->\n<!-- end -->\n");
        Assert.That(Cli.Run("docs", "--root", folder.Root).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(folder["README.md"]), Does.Contain("**Ops in f32 on host").And.Contain("| matmul | 16×8×4 | 1 |").And.Contain("Bounds, measured: copy "));
        File.WriteAllText(path, "{}");
        Assert.That(Cli.Run("docs", "--root", folder.Root), Is.EqualTo(new Answer(2, "", $"{path} is damaged: make it again with \"handmade bench kernels\" or \"handmade profile\" and --out {path}." + Environment.NewLine)));
    }

    [Test]
    public void Every_row_has_inputs_for_its_sizes_and_figures()
    {
        using var device = new HostDevice(1);
        foreach (OpCase row in OpCases.All.Where(row => row.Bench is not null))
        {
            // Extents of the rows' own checks, some of which need five of an axis.
            OpInput[] inputs = row.Bench!.For(row.Name, [.. row.Bench.Default.Select((_, axis) => 6 + axis)]);
            foreach (bool backward in row.IsDifferentiable ? [false, true] : new[] { false })
            {
                OpTiming? timing = OpTiming.Of(device, row, inputs, DType.F32, backward, Round, seconds: 0);
                if (timing is null) continue;
                Assert.That(timing.Best, Is.GreaterThan(0).And.LessThanOrEqualTo(timing.Median), row.Name);
                Assert.That(timing.Bytes, Is.GreaterThan(0), row.Name);
            }
        }
    }

    [Test]
    public void Bytes_and_operations_are_those_of_the_launches()
    {
        using var device = new HostDevice(1);
        OpCase row = OpCases.All.Single(one => one.Name == "matmul");
        OpTiming forth = OpTiming.Of(device, row, row.Bench!.For("matmul", [3, 5, 7]), DType.F64, backward: false, Round, seconds: 0)!;
        OpTiming back = OpTiming.Of(device, row, row.Bench.For("matmul", [3, 5, 7]), DType.F64, backward: true, Round, seconds: 0)!;
        Assert.That((forth.Launches, forth.Bytes, forth.Flops), Is.EqualTo((1, 8L * (21 + 35 + 15), 210L)));
        Assert.That(forth.Least, Is.EqualTo(8e-9 * 71).Within(1e-12));
        Assert.That(forth.IsMemoryBound);
        Assert.That((back.Launches, back.Flops), Is.EqualTo((2, 420L)));
    }

    [Test]
    public void An_op_whose_results_are_wrong_is_not_timed()
    {
        OpCase wrong = new("wrong", x => x[0] * 2.1, x => x[0].Map(v => 2 * v), [[new([3])]]);
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        int code = new CommandLine(new Verbs.Bench([wrong], terminal)).Invoke(["bench", "wrong", "--time", "1"], terminal);
        Assert.That((code, output.ToString()), Is.EqualTo((2, "")));
        Assert.That(error.ToString(), Does.Match("wrong: its results on host are off by .*, 2.0e-6 allowed; \"handmade selftest wrong --device host\" says more"));
    }

    [TestCase("bench sofmax", "There is no op sofmax (did you mean softmax?); \"handmade bench\" lists them.")]
    [TestCase("bench matmul --shape 3x4", "bench matmul: 3x4 is not its shape; it takes M×N×K, such as 1024x1024x1024")]
    [TestCase("bench matmul --shape 3x4xz", "--shape 3x4xz is not possible: it takes whole numbers with x between them, such as 512x512.")]
    [TestCase("bench relu --dtype i32", "There is no type i32 to bench; use f32 or f64.")]
    [TestCase("bench relu --time 0", "--time 0 is not possible: it must be a whole number from 1 to 3600000.")]
    [TestCase("bench reshape", "reshape has no shape to choose and is not timed; \"handmade bench\" shows the ops that are.")]
    [TestCase("bench relu --device emulator", "emulator: its times say nothing about a device; bench on host, opencl or cuda")]
    [TestCase("bench sign argmax --backward --shape 5x5", "bench sign: 5x5 is not its shape; it takes N, such as 4194304")]
    [TestCase("bench argsort --backward --threads 1", "argsort has no gradients; bench it without --backward")]
    public void Wrong_input_gets_one_sentence(string line, string sentence) =>
        Assert.That(Cli.Run(line.Split(' ')), Is.EqualTo(new Answer(2, "", sentence + Environment.NewLine)));
}
