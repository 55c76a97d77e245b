using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Tests;

/// <summary>Every rule fires, once, on the line that breaks it: the one that says so.</summary>
public sealed class RulesTests
{
    private const string Here = "// here";

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Body(1, "an array", "var a = new float[4];");
        yield return Body(1, "an object", "var a = new Counter();");
        yield return Body(1, "a box", "object a = i;");
        yield return Body(2, "a lambda", "Func<int, int> f = x => x + 1;");
        yield return Body(2, "a local function", "int f(int x) => x + 1;");
        yield return Body(2, "a call of a delegate", "Counter.Step(i);");
        yield return Body(3, "a call through an object", "i = new Counter().Next();");
        yield return Body(4, "a literal", "string s = \"x\";");
        yield return Body(4, "an interpolated string", "string s = $\"{i}\";");
        yield return Body(5, "throw", "if (i > 3) throw new InvalidOperationException();");
        yield return Body(5, "throw in an expression", "i = i > 3 ? i : throw new InvalidOperationException();");
        yield return Body(5, "try", "try { i++; } finally { i--; }");
        yield return Of(6, "a function of itself", """
            static int Down(int n) => n == 0 ? 0 :
                Down(n - 1); // here
            [Kernel] public static void K(ArrayView<int> y) { y[0] = Down(3); }
            """);
        yield return Of(6, "two functions of each other", """
            static int Ping(int n) => n == 0 ? 0 : Pong(n - 1);
            static int Pong(int n) => n == 0 ? 0 :
                Ping(n - 1); // here
            [Kernel] public static void K(ArrayView<int> y) { y[0] = Ping(3); }
            """);
        yield return Body(7, "a span", "foreach (int x in stackalloc int[4]) i += x;");
        yield return Body(8, "decimal", "decimal d = 3;");
        yield return Body(8, "a struct of the BCL", "DateTime t;");
        yield return Of(8, "a struct that holds an object", """
            struct Pair { public int First; public Counter Second; }
            [Kernel] public static void K(
                Pair pair) // here
            { }
            """);
        yield return Body(9, "a function of the BCL", "i = int.Parse(y[0] > 0 ? default : default(ReadOnlySpan<char>));");
        yield return Body(9, "mathematics that devices lack", "x[0] = MathF.Cbrt(x[0]);");
        yield return Body(9, "a static method of the BCL", "Console.WriteLine(i);");
        yield return Body(10, "a warp", "i = Warp.Shuffle(i, 0);");
        yield return Of(11, "shared memory", """
            static void Deep()
            {
                var shared = SharedMemory.Allocate<int>(4); // here
            }
            [Kernel] public static void K(ArrayView<int> y) { Deep(); }
            """);
        yield return Of(11, "shared memory of the launch's size", """
            static int First() =>
                SharedMemory.GetDynamic<int>()[0]; // here
            [Kernel(ExceedsSharedLimit = true)] public static void K(ArrayView<int> y) { y[0] = First(); }
            """);
        yield return Of(11, "a group reduction", """
            static float Sum(float x) =>
                GroupExtensions.AllReduce<float, AddOf<float, F32>>(x); // here
            [Kernel] public static void K(ArrayView<float> y) { y[0] = Sum(y[1]); }
            """);
        yield return Body(12, "shared memory", "var shared = SharedMemory.Allocate<int>(i);");
        yield return Body(12, "local memory", "var local = LocalMemory.Allocate<int>(y.IntLength);");
        yield return Body(12, "copies to wait for", "Intrinsics.WaitForCopies(i);");
        yield return Of(13, "an instance method", "[Kernel] public void K(ArrayView<int> y) { } // here", "partial class Sample");
        yield return Of(13, "a result", "[Kernel] public static int K(ArrayView<int> y) => 3; // here");
        yield return Of(13, "a class in one part", "[Kernel] public static void K(ArrayView<int> y) { } // here", "static class Sample");
        yield return Of(13, "a generic class", "[Kernel] public static void K(ArrayView<int> y) { } // here", "static partial class Sample<T>");
        yield return Body(14, "a ref local", "ref int first = ref y[0];");
        yield return Body(14, "an array", "i = ((int[])null!)[i];");
        yield return Body(14, "lock", "lock (typeof(int)) i++;");
        yield return Body(14, "a pattern", "switch (i) { case > 3: i++; break; }");
        yield return Parameter(15, "bool", "bool flag");
        yield return Parameter(15, "a reference", "ref int count");
        yield return Parameter(15, "a plain int as size", "[Spec] int size");
        yield return Parameter(15, "a size without [Spec]", "SpecInt size");
        yield return Parameter(15, "a view of bools", "ArrayView<bool> flags");
        yield return Of(16, "a group", "[Kernel(GroupSize = 512)] public static void K(ArrayView<int> y) { } // here");
        yield return Body(16, "shared memory", "var shared = SharedMemory.Allocate<double>(4097);");
        yield return Body(16, "shared memory of the launch's size", "var shared = SharedMemory.GetDynamic<int>();");
        yield return Body(17, "a static field", "i = Counter.Count;");
        yield return Body(17, "a table", "i = Counter.Table[i];");
        yield return Body(18, "a product of shared memory", "var four = SharedMemory.Allocate<float>(4); Intrinsics.MmaTf32(four, four, four);");
        yield return Body(18, "a copy to global memory", "Intrinsics.CopyAsync4(x, 0, x, 4, 4);");
        yield return Body(18, "a choice", "var view = i > 3 ? y : SharedMemory.Allocate<int>(4);");
        yield return Body(18, "an assignment", "var view = y; view = LocalMemory.Allocate<int>(4);");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_rule_is_reported_on_its_line(string id, string source)
    {
        (string, int)[] reported = [.. Driven.Errors(source).Select(error => (error.Id, error.Location.GetLineSpan().StartLinePosition.Line))];
        int line = 1 + source[..source.IndexOf(Here, StringComparison.Ordinal)].Count(c => c == '\n');
        Assert.That(reported, Is.EqualTo(new[] { (id, line) }));
    }

    [Test]
    public void Every_rule_has_a_case() =>
        Assert.That(Broken().Select(one => one.Arguments[0]).Distinct(), Is.EqualTo(Rules.All.Select(rule => rule.Id)));

    [Test]
    public void The_documentation_lists_every_rule()
    {
        DirectoryInfo? root = new(TestContext.CurrentContext.TestDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Handmade.sln"))) root = root.Parent;
        string[] rows = [.. File.ReadLines(Path.Combine(root!.FullName, "docs", "add-a-kernel.md")).Where(line => line.StartsWith("| HMK", StringComparison.Ordinal))];
        Assert.That(rows.Select(row => row.Split('|')[1].Trim()), Is.EqualTo(Rules.All.Select(rule => rule.Id)));
    }

    [Test]
    public void A_broken_kernel_leaves_no_file() =>
        Assert.That(Driven.Driver().RunGenerators(Driven.Compile((string)Broken().First().Arguments[1]!)).GetRunResult().GeneratedTrees, Is.Empty);

    [Test]
    public void A_message_names_the_construct_and_the_way_out() =>
        Assert.That(
            Driven.Errors((string)Broken().First().Arguments[1]!)[0].GetMessage(null),
            Is.EqualTo("kernel code can't allocate float[]; take memory from SharedMemory.Allocate or LocalMemory.Allocate"));

    [Test]
    public void Errors_stand_in_the_source_and_not_in_what_is_generated() =>
        Assert.That(Driven.Errors((string)Broken().First().Arguments[1]!)[0].Location.GetLineSpan().Path, Is.EqualTo("0.cs"));

    // One line in a kernel that has a view y of int, a view x of float, and an int i.
    private static TestCaseData Body(int rule, string what, string line) => Of(rule, what, $$"""
        [Kernel] public static void K(ArrayView<int> y, ArrayView<float> x, int n)
        {
            int i = n;
            {{line}} {{Here}}
        }
        """);

    private static TestCaseData Parameter(int rule, string what, string parameter) => Of(rule, what, $$"""
        [Kernel] public static void K(ArrayView<int> y,
            {{parameter}}) {{Here}}
        { }
        """);

    private static TestCaseData Of(int rule, string what, string members, string type = "static partial class Sample") =>
        new TestCaseData($"HMK{rule:0000}", $$"""
            class Counter { public static int Count; public static readonly int[] Table = [1]; public static Func<int, int> Step = x => x; public int Next() => 1; }
            unsafe {{type}} {
            {{members}}
            }
            """).SetArgDisplayNames($"HMK{rule:0000}", what);
}
