using Handmade.Autograd;
using Handmade.Output;

namespace Handmade.Tests;

public class GradcheckTests
{
    [Test]
    public void An_op_is_shown_with_its_variants_and_errors()
    {
        Answer answer = Cli.Run("gradcheck", "gelu", "argmax");
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That(answer.Error, Is.Empty);
        Assert.That(answer.Out, Does.StartWith("Ops on host: 4 of 4 pass").And.Match(@"gelu \(tanh\) +\S+e-\d+ +\S+e-\d+ +\S+e-\d+ +\S+e-\d+ +pass").And.Match(@"argmax +0 +0 +– +– +pass"));
    }

    [Test]
    public void A_wrong_op_and_a_wrong_gradient_are_named_with_exit_code_2()
    {
        OpCase[] rows =
        [
            new("good", x => x[0] * 2, x => x[0].Map(v => 2 * v), [[new([3])]]),
            new("wrong", x => x[0] * 2.001, x => x[0].Map(v => 2 * v), [[new([3])]]),
            new("lost", x => x[0].Detach() * x[0], x => x[0].Map(v => v * v), [[new([3])]]),
        ];
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        int code = new CommandLine(new Verbs.Gradcheck(rows, terminal)).Invoke(["gradcheck"], terminal);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(2));
            Assert.That(output.ToString(), Does.Contain("1 of 3 pass").And.Match("good .* pass").And.Match("wrong .* FAIL").And.Match("lost .* FAIL"));
            Assert.That(error.ToString(), Does.Contain("lost: gradcheck: failed: the tape says").And.Contain("These fail: wrong, lost."));
        });
    }
}
