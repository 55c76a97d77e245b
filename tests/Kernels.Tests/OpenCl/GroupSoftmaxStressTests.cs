namespace Handmade.Kernels.Tests.OpenCl;

/// <summary>
/// Shared memory under load. A driver may give an array of a group to two groups at once if a device function is not inlined: PoCL 3.1 did so for a few
/// rows in ten thousand, so a single launch rarely shows it.
/// </summary>
public sealed partial class GroupSoftmaxStressTests : OpenClTest
{
    private const int Launches = 20, Rows = 2048, Columns = 113;

    [Kernel(GroupSize = 128)]
    internal static void Softmax<T, TM>(ArrayView<T> y, ArrayView<T> x, int columns)
        where T : unmanaged, System.Numerics.IAdditionOperators<T, T, T>, System.Numerics.ISubtractionOperators<T, T, T>, System.Numerics.IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int row = Grid.IdxX * columns, i = Group.IdxX;
        T value = i < columns ? x[row + i] : TM.Of(-1e30);
        T most = GroupExtensions.AllReduce<T, MaxOf<T, TM>>(value);
        T power = i < columns ? TM.Exp(value - most) : TM.Of(0.0);
        T sum = GroupExtensions.AllReduce<T, AddOf<T, TM>>(power);
        if (i < columns) y[row + i] = power / sum;
    }

    [Test]
    public void Every_row_of_every_launch_sums_to_one_and_all_launches_have_the_same_bits()
    {
        using Scope scope = Device.Scope();
        var random = new Random(1);
        TensorView x = Device.From<float>([.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)(8 * random.NextDouble()))], [Rows, Columns]);
        TensorView[] results = [.. Enumerable.Range(0, Launches).Select(_ => Launched(x))];
        float[] first = results[0].ToArray<float>();
        for (int row = 0; row < Rows; row++)
            Assert.That(first.AsSpan(row * Columns, Columns).ToArray().Sum(value => (double)value), Is.EqualTo(1).Within(1e-5), $"row {row}");
        for (int i = 1; i < Launches; i++) Assert.That(results[i].ToArray<float>().AsSpan().SequenceEqual(first), $"launch {i}");

        static TensorView Launched(TensorView x)
        {
            TensorView y = Device.Empty(x.Shape, DType.F32);
            Device.Submit(new TextLaunch("softmax", [x], [y], queue => Softmax<float, F32>(queue, (Rows, 128), y, x, Columns)));
            return y;
        }
    }
}
