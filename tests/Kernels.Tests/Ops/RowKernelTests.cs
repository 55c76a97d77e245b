using System.Collections.Concurrent;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>
/// Kernels over rows and columns on devices against the host: what the op table does not reach. Each device runs them as a processor does (a work item a
/// row) and as a GPU does (a warp or a group a row).
/// </summary>
[TestFixture("emulator", true)]
[TestFixture("emulator", false)]
[TestFixture("opencl", true)]
[TestFixture("opencl", false)]
[Parallelizable(ParallelScope.Self)]
public sealed class RowKernelTests(string word, bool asProcessor)
{
    private static readonly ConcurrentDictionary<(string, bool), Lazy<Device>> shared = new();
    private Device device = null!;

    [SetUp]
    public void Open()
    {
        string? missing = Devices.Missing().FirstOrDefault(sentence => sentence.StartsWith(word + ":", StringComparison.Ordinal));
        if (missing is not null && Environment.GetEnvironmentVariable("CI") != "true") Assert.Ignore(missing);
        device = shared.GetOrAdd((word, asProcessor), key => new Lazy<Device>(() =>
        {
            Device opened = Devices.Open(key.Item1);
            opened.IsProcessor = key.Item2;
            return opened;
        })).Value;
    }

    [Test]
    public void Softmax_of_rows_of_any_length([Values(1, 7, 33, 70, 1100)] int d) => Agree(on =>
    [
        Softmax.Forward(Floats(on, [3, d])),
        Softmax.LogForward(Floats(on, [3, d])),
        Softmax.Backward(Softmax.Forward(Floats(on, [3, d])), Floats(on, [3, d], 2)),
        Softmax.LogBackward(Softmax.LogForward(Floats(on, [3, d])), Floats(on, [3, d], 2)),
        Softmax.Forward(Doubles(on, [3, d])),
    ]);

    [Test]
    public void Softmax_is_NaN_where_the_host_says_so()
    {
        const float Inf = float.PositiveInfinity, NaN = float.NaN;
        float[] rows = [-Inf, 1, 2, -Inf, -Inf, -Inf, 1, NaN, 2, 1, Inf, 2, NaN, NaN, NaN, NaN, -Inf, -Inf];
        Agree(on => [Softmax.Forward(on.From<float>(rows, [6, 3])), Softmax.LogForward(on.From<float>(rows, [6, 3]))]);
    }

    [Test]
    public void Tensors_without_elements_are_fine() => Agree(on =>
    [
        Softmax.Forward(Floats(on, [0, 4])),
        Softmax.Forward(Floats(on, [4, 0])),
        Sum.Over(Floats(on, [0, 4]), 0),
        Sum.Over(Floats(on, [4, 0]), 1),
        Sum.Over(Floats(on, [2, 0, 3]), 1),
        Sum.Over(Floats(on, [2, 3, 0]), 1),
        Sum.Mean(Floats(on, [2, 0]), 1),
        MeanSquaredError.Forward(Floats(on, [2, 0]), Floats(on, [2, 0])),
        Cumsum.Along(Floats(on, [3, 0]), 1),
        Sort.Along(Floats(on, [3, 0]), 1).Values,
    ]);

    [Test]
    public void Layer_norm_of_one_weight_or_one_a_replica([Values(5, 37, 64)] int d) => Agree(on =>
    {
        TensorView x = Floats(on, [2, 3, d]), one = Floats(on, [d], 3), each = Doubles(on, [2, d], 3);
        (TensorView y, TensorView mean, TensorView rstd) = LayerNorm.Forward(x, one, Floats(on, [d], 4));
        (TensorView dx, TensorView dweight, TensorView dbias) = LayerNorm.Backward(Floats(on, [2, 3, d], 5), x, one, mean, rstd);
        TensorView wide = Doubles(on, [2, 3, d]);
        (TensorView z, TensorView means, TensorView rstds) = LayerNorm.Forward(wide, each, Doubles(on, [2, d], 4));
        (TensorView dz, TensorView dweights, TensorView dbiases) = LayerNorm.Backward(Doubles(on, [2, 3, d], 5), wide, each, means, rstds);
        return [y, mean, rstd, dx, dweight, dbias, z, dz, dweights, dbiases];
    });

    [Test]
    public void Gradients_of_layer_norm_add_up_over_blocks_of_rows() => Agree(on =>
    {
        TensorView x = Doubles(on, [300, 3]), weight = Doubles(on, [3], 3);
        (_, TensorView mean, TensorView rstd) = LayerNorm.Forward(x, weight, weight);
        (TensorView dx, TensorView dweight, TensorView dbias) = LayerNorm.Backward(Doubles(on, [300, 3], 5), x, weight, mean, rstd);
        return [dx, dweight, dbias];
    });

    [Test]
    public void Reductions_over_rows_and_columns_of_any_length([Values(1, 5, 100, 1030)] int length) => Agree(on =>
    [
        Sum.Over(Doubles(on, [2, length]), 1),
        Sum.Over(Doubles(on, [length, 3]), 0),
        Sum.Mean(Doubles(on, [2, length, 2]), 1),
        Sum.Variance(Floats(on, [2, length]), true, 1),
        Sum.Variance(Floats(on, [length, 3]), false, 0),
        Extremes.Max(Floats(on, [2, length]), 1),
        Extremes.Min(Floats(on, [length, 3]), 0),
        LogSumExp.Over(Floats(on, [2, length]), 1),
    ]);

    [Test]
    public void Columns_fill_vectors_and_leave_a_rest([Values(15, 16, 17, 64, 70)] int columns) => Agree(on =>
        [Sum.Over(Doubles(on, [9, columns]), 0), Sum.Variance(Doubles(on, [2, 9, columns]), true, 1)]);

    [Test]
    public void Many_blocks_meet_in_a_second_kernel() => Agree(on => [Sum.Over(Floats(on, [20000])), Sum.Over(Doubles(on, [1200, 2]), 0)]);

    [Test]
    public void The_largest_of_elements_with_a_NaN_is_NaN() => Agree(on =>
    [
        Extremes.Max(on.From<float>([1, float.NaN, 2, 1, 2, 3, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], [3, 3]), 1),
        Extremes.Min(on.From<float>([1, float.NaN, 2, 1, 2, 3, float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity], [3, 3]), 0),
    ]);

    [Test]
    public void Mean_squared_error_of_replicas([Values(1, 50, 1300, 9000)] int count) => Agree(on =>
    [
        MeanSquaredError.Forward(Floats(on, [2, count]), Floats(on, [2, count], 2)),
        MeanSquaredError.Backward(Floats(on, [2, count]), Floats(on, [2, count], 2), Floats(on, [2], 3)),
    ]);

    [Test]
    public void Cross_entropy_of_replicas([Values(2, 13, 100)] int count)
    {
        int[] classes = [0, count - 1, 1, 0, 1, count / 2];
        Agree(on =>
        [
            CrossEntropy.Forward(Floats(on, [2, 3, count]), on.From<int>(classes, [2, 3])),
            CrossEntropy.Backward(Floats(on, [2, 3, count]), on.From<int>(classes, [2, 3]), Floats(on, [2], 3)),
        ]);
    }

    [Test]
    public void A_class_that_is_none_makes_a_captured_row_NaN()
    {
        TensorView logits = Floats(device, [1, 2, 3]), classes = device.From<int>([1, 3], [1, 2]), dy = device.From<float>([1], [1]);
        using CapturedStep step = device.Capture(() => [CrossEntropy.Forward(logits, classes), CrossEntropy.Backward(logits, classes, dy)]);
        step.Replay();
        float[] slope = step.Results[1].ToArray<float>();
        Assert.Multiple(() =>
        {
            Assert.That(step.Results[0].Item<float>(), Is.NaN);
            Assert.That(slope[..3], Is.All.Not.NaN);
            Assert.That(slope[3..], Is.All.NaN);
        });
    }

    [Test]
    public void The_gradient_norm_goes_over_all_tensors([Values(1, 8, 11)] int tensors) => Agree(on =>
    {
        TensorView[] gradients = [.. Enumerable.Range(0, tensors).Select(i => Floats(on, i == 4 ? [2, 0] : i == 0 ? [2, 5000] : [2, 3 * i, 5], i))];
        return Clip(on, gradients);
    });

    [Test]
    public void A_gradient_that_is_not_finite_raises_the_flag_once() => Agree(on =>
        Clip(on, [on.From<double>([1, 2, 3, double.NaN], [2, 2]), on.From<double>([1, 2], [2, 1])]));

    [Test]
    public void Argmax_finds_the_first_of_equals_and_the_first_NaN() => Agree(on =>
    [
        Argmax.Over(on.From<float>([1, 3, 3, 2, 5, float.NaN, 7, float.NaN, -1, -1, -1, -1], [3, 4]), 1),
        Argmax.Over(on.From<float>([1, 3, 3, 2, 5, float.NaN, 7, float.NaN, -1, -1, -1, -1], [3, 4]), 0),
        Argmax.Over(Floats(on, [2, 1100]), 1),
        Argmax.Over(Doubles(on, [2, 90, 3]), 1),
        Argmax.Over(on.From<double>([.. Enumerable.Repeat(double.NegativeInfinity, 5)], [5]), 0),
    ]);

    [Test]
    public void Running_sums_of_rows_of_any_length([Values(1, 40, 300)] int n) => Agree(on =>
    [
        Cumsum.Along(Floats(on, [3, n]), 1),
        Cumsum.Along(Doubles(on, [3, n]), 1, reverse: true),
        Cumsum.Along(Floats(on, [n, 2]), 0),
    ]);

    [Test]
    public void Sorting_is_stable_for_rows_of_any_length([Values(1, 2, 13, 100, 700)] int n) => Agree(on =>
    {
        TensorView ties = on.From<float>([.. Enumerable.Range(0, 2 * n).Select(i => (float)(i * 7 % 5) - 2)], [2, n]);
        TensorView whole = on.From<int>([.. Enumerable.Range(0, 2 * n).Select(i => (i * 7919 % 11) - 5)], [2, n]);
        (TensorView up, TensorView upAt) = Sort.Along(ties, 1);
        (TensorView down, TensorView downAt) = Sort.Along(Doubles(on, [2, n]), 1, descending: true);
        (TensorView ints, TensorView intsAt) = Sort.Along(whole, 1, descending: true);
        return [up, upAt, down, downAt, ints, intsAt];
    });

    [Test]
    public void Sorting_puts_NaN_above_everything_and_holds_zeros_equal() => Agree(on =>
    {
        TensorView x = on.From<float>([0f, -0f, float.NaN, float.PositiveInfinity, -0f, 0f, float.NegativeInfinity, -float.NaN, 1], [9]);
        (TensorView up, TensorView upAt) = Sort.Along(x, 0);
        (TensorView down, TensorView downAt) = Sort.Along(x, 0, descending: true);
        return [up, upAt, down, downAt];
    });

    [Test]
    public void The_same_work_gives_the_same_bits()
    {
        TensorView x = Floats(device, [40, 70]), weight = Floats(device, [70], 2);
        TensorView[] Work()
        {
            (TensorView y, TensorView mean, TensorView rstd) = LayerNorm.Forward(x, weight, weight);
            (TensorView dx, TensorView dweight, _) = LayerNorm.Backward(y, x, weight, mean, rstd);
            return [Sum.Over(x), Sum.Variance(x, true, 0), Softmax.Forward(dx), dweight];
        }
        float[][] first = [.. Work().Select(y => y.ToArray<float>())];
        using CapturedStep step = device.Capture(Work);
        for (int replay = 0; replay < 2; replay++)
        {
            step.Replay();
            Assert.That(step.Results.Select(y => y.ToArray<float>()), Is.EqualTo(first));
        }
    }

    private static TensorView[] Clip(Device on, TensorView[] gradients)
    {
        TensorView steps = on.From<int>([4, 9], [2]), failed = on.From<int>([0, 0], [2]), norm = on.Empty([2], DType.F64), factor = on.Empty([2], DType.F64);
        GradientClip.Launch(gradients, 0.7, steps, norm, factor, failed);
        return [norm, factor, failed];
    }

    private void Agree(Func<Device, TensorView[]> ops)
    {
        using var host = new HostDevice(1);
        TensorView[] expected = ops(host), actual = ops(device);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.That(actual[i].Shape, Is.EqualTo(expected[i].Shape), $"result {i}");
                double tolerance = expected[i].DType switch { DType.F32 => 1e-5, DType.F64 => 1e-12, _ => 0 };
                double[] x = Numbers(expected[i]), y = Numbers(actual[i]);
                for (int k = 0; k < x.Length; k++)
                    Assert.That(y[k], Is.EqualTo(x[k]).Within(double.IsFinite(x[k]) ? tolerance * (1 + Math.Abs(x[k])) : 0), $"result {i}, element {k}");
            }
        });
    }

    private static double[] Numbers(TensorView tensor) => tensor.DType switch
    {
        DType.F32 => [.. tensor.ToArray<float>().Select(x => (double)x)],
        DType.F64 => tensor.ToArray<double>(),
        _ => [.. tensor.ToArray<int>().Select(x => (double)x)],
    };

    private static TensorView Floats(Device on, Shape shape, int seed = 1)
    {
        var random = new System.Random(seed);
        return on.From<float>([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (random.NextSingle() * 4) - 2)], shape);
    }

    private static TensorView Doubles(Device on, Shape shape, int seed = 1)
    {
        var random = new System.Random(seed);
        return on.From<double>([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (random.NextDouble() * 4) - 2)], shape);
    }
}
