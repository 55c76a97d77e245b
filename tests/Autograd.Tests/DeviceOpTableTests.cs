using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Testing;
using static Handmade.Autograd.Tests.OpRows;

namespace Handmade.Autograd.Tests;

/// <summary>Everything that the op table promises, on a device: each row against the naive reference, against the host and against differences.</summary>
/// <remarks>A device runs one launch after another, so one row at a time.</remarks>
[TestFixtureSource(typeof(NeedsDevice), nameof(NeedsDevice.Words))]
[Parallelizable(ParallelScope.Self)]
public class DeviceOpTableTests(string word)
{
    private static readonly HostDevice host = new(threads: 1);

    private Device Device => NeedsDevice.Shared(word);

    [Test]
    public void Agrees_with_the_naive_reference([ValueSource(typeof(OpRows), nameof(Names))] string name, [Values(DType.F32, DType.F64)] DType dtype)
    {
        OpCase row = Row(name);
        for (int variant = 0; variant < row.Variants.Length; variant++)
            Assert.That(OpCheck.Error(Device, row, variant, dtype), Is.LessThanOrEqualTo(Tolerance(row, dtype)), Variant(row, variant));
    }

    [Test]
    public void Gradients_agree_with_the_host([ValueSource(typeof(OpRows), nameof(Differentiable))] string name, [Values(DType.F32, DType.F64)] DType dtype)
    {
        OpCase row = Row(name);
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            using Scope scope = Device.Scope(), onHost = host.Scope();
            double[][] expected = [.. ForthAndBack(row, variant, OpCheck.Leaves(host, row, variant, dtype)).Select(OpCheck.Doubles)];
            double[][] actual = [.. ForthAndBack(row, variant, OpCheck.Leaves(Device, row, variant, dtype)).Select(OpCheck.Doubles)];
            for (int k = 0; k < expected.Length; k++)
            {
                double[] errors = [.. expected[k].Zip(actual[k], (x, y) => x.Equals(y) ? 0 : Math.Abs(x - y) / (1 + Math.Abs(x)))];
                Assert.That(errors, Is.All.LessThanOrEqualTo(10 * Tolerance(row, dtype)), $"{(k == 0 ? "output" : $"gradient {k - 1}")}, {Variant(row, variant)}");
            }
        }
    }

    // Each moved element is two runs of the op and a wait for the result; handmade selftest moves all.
    [Test]
    public void Gradients_agree_with_differences([ValueSource(typeof(OpRows), nameof(Differentiable))] string name) =>
        Check(Row(name), Gradcheck.Run, new GradcheckOptions { ElementsPerInput = 6 });

    [Test]
    public void Second_gradients_agree_with_differences([ValueSource(typeof(OpRows), nameof(TwiceDifferentiable))] string name) =>
        Check(Row(name), Gradgradcheck.Run, new GradcheckOptions { ElementsPerInput = 3 });

    [Test]
    public void A_captured_pass_gives_the_bits_of_the_eager_one([ValueSource(typeof(OpRows), nameof(Names))] string name)
    {
        OpCase row = Row(name);
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            using Scope scope = Device.Scope();
            Tensor[] leaves = OpCheck.Leaves(Device, row, variant, DType.F32);
            using CapturedStep step = Device.Capture(() => ForthAndBack(row, variant, leaves));
            byte[][] eager = [.. ForthAndBack(row, variant, leaves).Select(Bits)];
            for (int replay = 0; replay < 2; replay++)
            {
                step.Replay();
                Assert.That(step.Results.Select(Bits), Is.EqualTo(eager), $"replay {replay}, {Variant(row, variant)}");
            }
        }
    }

    private void Check(OpCase row, Func<Func<Tensor[], Tensor>, Tensor[], GradcheckOptions?, GradcheckResult> check, GradcheckOptions options)
    {
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            int fixedVariant = variant;
            using Scope scope = Device.Scope();
            GradcheckResult result = check(leaves => OpCheck.Apply(row, fixedVariant, leaves), OpCheck.Leaves(Device, row, variant, DType.F64), options);
            Assert.That(result.Passed, $"{result.Message} ({Variant(row, variant)})");
        }
    }

    private static double Tolerance(OpCase row, DType dtype) => dtype == DType.F32 ? row.ToleranceF32 : row.ToleranceF64;
}
