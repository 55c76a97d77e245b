using System.Reflection;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using static Handmade.Autograd.Tests.OpRows;

namespace Handmade.Autograd.Tests;

/// <summary>Everything that the op table promises, row by row.</summary>
public class OpTableTests
{
    private static readonly HostDevice device = new(threads: 1);
    private static readonly WorkerPool fourThreads = new(4);
    private static readonly Lock sharing = new();

    [Test]
    public void Agrees_with_the_naive_reference([ValueSource(typeof(OpRows), nameof(OpRows.Names))] string name, [Values(DType.F32, DType.F64)] DType dtype)
    {
        OpCase row = Row(name);
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            double error = OpCheck.Error(device, row, variant, dtype);
            Assert.That(error, Is.LessThanOrEqualTo(dtype == DType.F32 ? row.ToleranceF32 : row.ToleranceF64), Variant(row, variant));
        }
    }

    [Test]
    public void Gradients_agree_with_differences([ValueSource(typeof(OpRows), nameof(OpRows.Differentiable))] string name) => Check(Row(name), Gradcheck.Run, new GradcheckOptions());

    // Moving one element takes two backward passes here, so large inputs are sampled; handmade gradcheck moves all.
    [Test]
    public void Second_gradients_agree_with_differences([ValueSource(typeof(OpRows), nameof(OpRows.TwiceDifferentiable))] string name) =>
        Check(Row(name), Gradgradcheck.Run, new GradcheckOptions { ElementsPerInput = 50 });

    private static void Check(OpCase row, Func<Func<Tensor[], Tensor>, Tensor[], GradcheckOptions?, GradcheckResult> check, GradcheckOptions options)
    {
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            int fixedVariant = variant;
            using Scope scope = device.Scope();
            GradcheckResult result = check(leaves => OpCheck.Apply(row, fixedVariant, leaves), OpCheck.Leaves(device, row, variant, DType.F64), options);
            Assert.That(result.Passed, $"{result.Message} ({Variant(row, variant)})");
        }
    }

    [Test]
    public void Fused_backward_equals_composed_backward([ValueSource(typeof(OpRows), nameof(OpRows.TwiceDifferentiable))] string name)
    {
        OpCase row = Row(name);
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            using Scope scope = device.Scope();
            Tensor[] leaves = OpCheck.Leaves(device, row, variant, DType.F64), wanted = [.. leaves.Where(leaf => leaf.RequiresGrad)];
            Tensor y = OpCheck.Apply(row, variant, leaves);
            Tensor dy = Slope(y);
            Tensor?[] fused = Tensor.Gradients(y, wanted, dy), composed = Tensor.Gradients(y, wanted, dy, createGraph: true);
            for (int k = 0; k < wanted.Length; k++)
            {
                double[] a = fused[k]?.ToArray<double>() ?? [], b = composed[k]?.ToArray<double>() ?? [];
                Assert.That(a, Has.Length.EqualTo(b.Length), $"input {k}, {Variant(row, variant)}");
                Assert.That(a.Zip(b, (x, y) => Math.Abs(x - y) / (1 + Math.Abs(y))).DefaultIfEmpty(0).Max(), Is.LessThanOrEqualTo(1e-12), $"input {k}, {Variant(row, variant)}");
            }
        }
    }

    /// <remarks>
    /// Each launch of the forward and backward pass is cut in every way that a pool of threads could cut it: by four
    /// threads, and into single units from last to first.
    /// </remarks>
    [Test]
    public void Threads_and_replay_change_no_bit([ValueSource(typeof(OpRows), nameof(OpRows.Names))] string name, [Values(DType.F32, DType.F64)] DType dtype)
    {
        OpCase row = Row(name);
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            using Scope scope = device.Scope();
            Tensor[] leaves = OpCheck.Leaves(device, row, variant, dtype);
            using CapturedStep step = device.Capture(() => ForthAndBack(row, variant, leaves));
            byte[][] eager = [.. ForthAndBack(row, variant, leaves).Select(Bits)];

            step.Replay();
            Assert.That(step.Results.Select(Bits), Is.EqualTo(eager), $"replay, {Variant(row, variant)}");
            step.Replay();
            Assert.That(step.Results.Select(Bits), Is.EqualTo(eager), $"second replay, {Variant(row, variant)}");
            lock (sharing)
            {
                foreach (Launch launch in step.Launches) fourThreads.Run(launch, launch.Grid);
            }
            Assert.That(step.Results.Select(Bits), Is.EqualTo(eager), $"four threads, {Variant(row, variant)}");
            foreach (Launch launch in step.Launches)
                for (int unit = launch.Grid - 1; unit >= 0; unit--) launch.Run(unit, unit + 1);
            Assert.That(step.Results.Select(Bits), Is.EqualTo(eager), $"one by one, {Variant(row, variant)}");
        }
    }

    private static Tensor Slope(Tensor y) =>
        Tensor.From<double>(device, [.. Enumerable.Range(0, (int)y.Shape.Count).Select(i => Math.Cos(1 + (0.7 * i)))], y.Shape);

    [Test]
    public void Names_of_rows_are_unique() => Assert.That(OpRows.Names, Is.Unique);

    /// <summary>Public methods of <see cref="Tensor"/> that take and return tensors without being ops.</summary>
    private static readonly string[] noOps = [nameof(Tensor.Detach), nameof(Tensor.Gradients)];

    // Operators go by the word of their kernel.
    private static readonly Dictionary<string, string> operators = new()
    {
        ["op_Addition"] = "add",
        ["op_Subtraction"] = "subtract",
        ["op_Multiply"] = "multiply",
        ["op_Division"] = "divide",
        ["op_UnaryNegation"] = "negate",
        ["op_LessThan"] = "lt",
        ["op_LessThanOrEqual"] = "le",
        ["op_GreaterThan"] = "gt",
        ["op_GreaterThanOrEqual"] = "ge",
    };

    [Test]
    public void Every_public_op_has_a_row()
    {
        // A row's variant may name a method too: "slice (split)".
        HashSet<string> rows = [.. OpRows.Names.SelectMany(name => name.TrimEnd(')').Split(" (")).Select(Plain)];
        string[] ops =
        [
            .. typeof(Tensor).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(method => Holds(method.ReturnType) && (!method.IsStatic || method.GetParameters().Any(parameter => Holds(parameter.ParameterType))))
                .Where(method => (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !noOps.Contains(method.Name))
                .Select(method => Plain(operators.GetValueOrDefault(method.Name) ?? method.Name)).Distinct(),
        ];
        Assert.That(ops, Is.Not.Empty);
        Assert.That(ops.Where(op => !rows.Contains(op)), Is.Empty, "ops without a row in src/Autograd/OpCases");
    }

    /// <summary>Tensor itself, or an array, tuple or list of tensors.</summary>
    private static bool Holds(Type type) =>
        type == typeof(Tensor) || (type.HasElementType && Holds(type.GetElementType()!)) || type.GetGenericArguments().Any(Holds);

    // MaskedFill is the row masked_fill.
    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
}
