using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Tests;

/// <summary>What an edit makes anew: with a generator that runs at every keystroke, only what it changed.</summary>
public sealed class IncrementalityTests
{
    private const string Kernels = """
        static partial class First { [Kernel] public static void K(ArrayView<float> y) { y[0] = 1; } }
        static partial class Second { [Kernel] public static void K(ArrayView<float> y) { y[0] = 2; } }
        """;

    private const string Functor = """
        [KernelFunctor] interface IOne<T> { static abstract T Apply(T x); }
        struct Twice : IOne<float> { public static float Apply(float x) => x + x; }
        """;

    private const string Other = "class Other { public int Value => 3; }";

    [Test]
    public void An_edit_elsewhere_makes_nothing_anew()
    {
        GeneratorRunResult result = Edited(2, "class Other { public int Value => 4; public int More; }");
        Assert.Multiple(() =>
        {
            Assert.That(Reasons(result, KernelGenerator.KernelStep), Has.Length.EqualTo(2).And.All.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));
            Assert.That(Reasons(result, KernelGenerator.FunctorStep), Has.Length.EqualTo(1).And.All.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));
            Assert.That(result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason), Is.All.EqualTo(IncrementalStepRunReason.Cached));
        });
    }

    [Test]
    public void An_edit_of_one_kernel_leaves_the_other()
    {
        GeneratorRunResult result = Edited(0, Kernels.Replace("= 2", "= 3", StringComparison.Ordinal));
        Assert.That(Reasons(result, KernelGenerator.KernelStep), Is.EquivalentTo(new[] { IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Modified }));
        Assert.That(Reasons(result, KernelGenerator.FunctorStep), Is.All.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));
    }

    [Test]
    public void An_edit_of_a_functor_is_seen() =>
        Assert.That(
            Reasons(Edited(1, Functor.Replace("x + x", "2 * x", StringComparison.Ordinal)), KernelGenerator.FunctorStep),
            Is.EqualTo(new[] { IncrementalStepRunReason.Modified }));

    [Test]
    public void A_kernel_is_made_anew_when_a_function_that_it_calls_in_another_file_changes()
    {
        Compilation before = Driven.Compile(
            "static partial class Caller { [Kernel] public static void K(ArrayView<float> y) { y[0] = Callee.Value(); } }",
            "static class Callee { public static float Value() => 1; }");
        GeneratorRunResult result = Rerun(before, 1, "static class Callee { public static float Value() => 2; }");
        Assert.That(Reasons(result, KernelGenerator.KernelStep), Is.EqualTo(new[] { IncrementalStepRunReason.Modified }));
    }

    private static GeneratorRunResult Edited(int file, string source) => Rerun(Driven.Compile(Kernels, Functor, Other), file, source);

    private static GeneratorRunResult Rerun(Compilation before, int file, string source)
    {
        Compilation after = before.ReplaceSyntaxTree(before.SyntaxTrees.ElementAt(file), Driven.File(source, $"{file}.cs"));
        return Driven.Driver().RunGenerators(before).RunGenerators(after).GetRunResult().Results[0];
    }

    private static IncrementalStepRunReason[] Reasons(GeneratorRunResult result, string step) =>
        [.. result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];
}
