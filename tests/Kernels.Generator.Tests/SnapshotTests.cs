using System.Reflection;

namespace Handmade.Kernels.Generator.Tests;

/// <summary>
/// The whole file that a kernel becomes. A change of the generator that is meant shows here as a difference to read; the new text then
/// replaces the old in Snapshots.
/// </summary>
public sealed class SnapshotTests
{
    [Test]
    public void A_map_over_elements() => Same("Scale.txt", """
        internal static partial class Scale
        {
            [Kernel]
            public static void Rows<T, TM>(ArrayView<T> y, ArrayView<T> x, T factor, int count, [Spec] SpecInt width)
                where T : unmanaged, IMultiplyOperators<T, T, T>
                where TM : struct, IScalarMath<T>
            {
                int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
                if (i < count) y[i] = TM.Max(x[i] * factor, TM.FromInt(i % width));
            }
        }
        """);

    [Test]
    public void A_group_reduction_with_shared_memory_and_a_barrier() => Same("Sums.txt", """
        internal static partial class Sums
        {
            [Kernel(GroupSize = 64)]
            public static void Neighbours<T, TM>(ArrayView<T> y, ArrayView<T> x)
                where T : unmanaged, IAdditionOperators<T, T, T>
                where TM : struct, IScalarMath<T>
            {
                var tile = SharedMemory.Allocate<T>(64);
                int own = Group.IdxX;
                tile[own] = x[(Grid.IdxX * 64) + own];
                Group.Barrier();
                T pair = tile[own] + tile[own ^ 1];
                T sum = GroupExtensions.AllReduce<T, AddOf<T, TM>>(pair);
                if (own == 0) y[Grid.IdxX] = sum;
            }
        }
        """);

    private static void Same(string name, string source)
    {
        string actual = Driven.Files(source).Single().SourceText.ToString();
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        string expected = stream is null ? "" : new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n");
        if (actual == expected) return;
        string seen = Path.Combine(TestContext.CurrentContext.WorkDirectory, name);
        File.WriteAllText(seen, actual);
        Assert.That(actual, Is.EqualTo(expected), $"the text as it is now: {seen}");
    }
}
