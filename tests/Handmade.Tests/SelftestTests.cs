using Handmade.Autograd;
using Handmade.Documentation;
using Handmade.Experiments.Tests;
using Handmade.Kernels;
using Handmade.Output;

namespace Handmade.Tests;

public sealed class SelftestTests : IDisposable
{
    private static readonly OpCase[] rows =
    [
        new("good", x => x[0] * 2, x => x[0].Map(v => 2 * v), [[new([3])]]),
        new("wrong", x => x[0] * 2.001, x => x[0].Map(v => 2 * v), [[new([3])]]),
        new("missing", _ => throw new HandmadeException("missing has no kernel for host; run it on opencl"), x => x[0], [[new([3])]]),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static (int Code, string Out, string Error) Run(OpCase[] table, params string[] words)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        int code = new CommandLine(new Verbs.Selftest(table, terminal)).Invoke(["selftest", .. words], terminal);
        return (code, output.ToString(), error.ToString());
    }

    [TestCase("host")]
    [TestCase("emulator")]
    public void An_op_is_checked_on_a_device_in_both_types_with_its_gradients(string device)
    {
        Answer answer = Cli.Run("selftest", "negate", "--quick", "--device", device);
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.StartWith("selftest").And.Contain($"Ops on {device}: 1 of 1 pass").And.Match(@"negate +0 +0 +\d\S* +\d\S* +pass"));
    }

    [Test]
    public void Rows_that_fail_are_named_with_exit_code_1_and_stop_no_other()
    {
        (int code, string output, string error) = Run(rows);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(output, Does.Contain("1 of 3 pass").And.Match("good .* pass").And.Match(@"wrong +\S+ .* FAIL").And.Match("missing +– +– +– +– +FAIL"));
            Assert.That(error, Does.Contain("missing: missing has no kernel for host; run it on opencl").And.Contain("These fail: wrong, missing."));
        });
    }

    [Test]
    public void The_results_of_the_whole_table_are_written_and_read_again()
    {
        Run(rows, "--out", folder["host.json"]);
        RecordedOps ops = RecordedOps.Read(folder["host.json"]);
        Assert.Multiple(() =>
        {
            Assert.That(ops.Rows.Keys, Is.EqualTo(new[] { "good", "wrong", "missing" }));
            Assert.That(ops.Rows.Values.Select(row => row.Passed), Is.EqualTo(new[] { true, false, false }));
            Assert.That(ops.Rows["wrong"].F64, Is.EqualTo(4e-4).Within(4e-4));
            Assert.That(ops.Rows["missing"].F32, Is.EqualTo(double.PositiveInfinity));
            Assert.That(ops.Device, Does.Contain("lanes"));
        });
    }

    [Test]
    public void A_part_of_the_table_is_not_written() =>
        Assert.That(Run(rows, "good", "--out", folder["host.json"]), Is.EqualTo((2, "", "selftest --out takes the whole table: leave out the names of ops." + Environment.NewLine)));

    [Test]
    public void A_place_that_cannot_be_written_is_refused_before_the_checks()
    {
        File.WriteAllText(folder["file"], "");
        (int code, string output, string error) = Run(rows, "--out", folder["file/host.json"]);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.StartWith(folder["file/host.json"] + ": cannot be written"));
        Assert.That(Run(rows, "--out", ""), Is.EqualTo((2, "", "the name of a file to write is empty; name one" + Environment.NewLine)));
    }

    [Test]
    public void A_damaged_record_says_how_to_make_it_again()
    {
        File.WriteAllText(folder["opencl.json"], "{\"device\": 1");
        Assert.That(() => RecordedOps.Read(folder["opencl.json"]), Throws.TypeOf<HandmadeException>().With.Message.Contains("handmade selftest --device opencl --out"));
    }

    // The columns of docs/ops.md that not every machine can measure.
    [Test]
    public void The_recorded_devices_have_every_op_and_passed_it()
    {
        foreach (string file in OpsBlock.Files(Repository.Root))
        {
            RecordedOps ops = RecordedOps.Read(file);
            string again = $"{file}: run \"handmade selftest --device {Path.GetFileNameWithoutExtension(file)} --quick --out {file}\", then \"handmade docs\"";
            Assert.That(ops.Rows.Keys, Is.EquivalentTo(OpCases.All.Select(row => row.Name)), again);
            Assert.That(ops.Rows.Where(row => !row.Value.Passed).Select(row => row.Key), Is.Empty, again);
        }
    }
}
