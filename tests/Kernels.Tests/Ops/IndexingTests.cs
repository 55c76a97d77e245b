using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class IndexingTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [TestCase(5)]
    [TestCase(-1)]
    public void An_index_outside_the_axis_is_one_sentence(int index)
    {
        TensorView x = device.From<float>(new float[10], [5, 2]), rows = device.From<int>([0, index], [2]), places = device.From<int>([0, 1, 2, index], [2, 2]);
        TensorView source = device.From<float>(new float[4], [2, 2]);
        Assert.Multiple(() =>
        {
            Assert.That(() => IndexSelect.Take(x, 0, rows), Throws.TypeOf<HandmadeException>().With.Message.EqualTo($"index_select: index {index} on axis 0 of [5, 2]; use 0…4"));
            Assert.That(() => Gather.Along(x, 0, places), Throws.TypeOf<HandmadeException>().With.Message.EqualTo($"gather: index {index} on axis 0 of [5, 2]; use 0…4"));
            Assert.That(() => ScatterAdd.Along(x, 0, places, source), Throws.TypeOf<HandmadeException>().With.Message.Contains($"index {index}"));
            Assert.That(() => IndexAdd.Rows(source, 0, rows, 5), Throws.TypeOf<HandmadeException>().With.Message.Contains($"index {index}"));
        });
    }

    [Test]
    public void A_captured_step_answers_a_bad_index_with_nan_in_its_row_alone()
    {
        TensorView x = device.From<float>([1, 2, 3, 4], [2, 2]), indices = device.From<int>([1, 0], [2]);
        using CapturedStep step = device.Capture(() => [IndexSelect.Take(x, 0, indices)]);
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo([3f, 4, 1, 2]));
        indices.CopyFrom<int>([2, 1]);
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo([float.NaN, float.NaN, 3f, 4]));
        Assert.That(step.ReplayUntilNonFinite()!.Name, Is.EqualTo("index_select"));
    }

    [Test]
    public void A_captured_scatter_add_poisons_only_the_line_of_the_bad_index()
    {
        TensorView x = device.From<double>([1, 2, 3, 4], [2, 2]), indices = device.From<int>([0, 9], [2, 1]), source = device.From<double>([10, 20], [2, 1]);
        using CapturedStep step = device.Capture(() => [ScatterAdd.Along(x, 1, indices, source), Gather.Along(x, 1, indices)]);
        step.Replay();
        Assert.That(step.Results[0].ToArray<double>(), Is.EqualTo([11, 2, double.NaN, double.NaN]));
        Assert.That(step.Results[1].ToArray<double>(), Is.EqualTo([1, double.NaN]));
    }

    [Test]
    public void Integers_and_masks_are_picked_too()
    {
        TensorView indices = device.From<int>([2, 0], [2]);
        Assert.That(IndexSelect.Take(device.From<int>([7, 8, 9], [3]), 0, indices).ToArray<int>(), Is.EqualTo([9, 7]));
        Assert.That(Gather.Along(device.From([true, false, false], [3]), 0, indices).ToArray<bool>(), Is.EqualTo([false, true]));
    }

    [Test]
    public void One_data_set_serves_many_replicas()
    {
        TensorView data = device.From<float>([0, 1, 2, 3, 4, 5], [1, 3, 2]), indices = device.From<int>([2, 0, 1, 1], [2, 2]);
        TensorView batch = IndexSelect.Take(data, 1, indices);
        Assert.That(batch.Shape, Is.EqualTo(new Shape(2, 2, 2)));
        Assert.That(batch.ToArray<float>(), Is.EqualTo([4f, 5, 0, 1, 2, 3, 2, 3]));
    }

    [Test]
    public void Shapes_that_do_not_fit_are_told_by_name()
    {
        TensorView x = device.Empty([3, 4, 5], DType.F32);
        Assert.Multiple(() =>
        {
            Assert.That(() => IndexSelect.Take(x, 1, device.Empty([2, 6], DType.I32)), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("index_select: [3] and [2] do not broadcast"));
            Assert.That(() => IndexSelect.Take(x, 1, device.Empty([3, 6], DType.F32)), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("index_select: takes i32"));
            Assert.That(() => Gather.Along(x, 1, device.Empty([4, 4, 5], DType.I32)), Throws.TypeOf<HandmadeException>().With.Message.Contains("none longer except axis 1"));
            Assert.That(() => ScatterAdd.Along(x, 1, device.Empty([3, 4, 5], DType.I32), device.Empty([3, 4, 1], DType.F32)), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("scatter_add: the source"));
        });
    }

    [Test]
    public void Sums_have_the_same_bits_on_any_number_of_threads()
    {
        const int Rows = 3000, Row = 130, Picked = 9000;
        using var four = new HostDevice(threads: 4);
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, Picked * Row).Select(_ => random.NextSingle() - 0.5f)];
        int[] places = [.. Enumerable.Range(0, Picked).Select(_ => (int)(Rows * random.NextDouble() * random.NextDouble()))];
        int[] lines = [.. Enumerable.Range(0, Picked * Row).Select(_ => random.Next(7))];
        float[] Added(HostDevice on) => IndexAdd.Rows(on.From(values, [Picked, Row]), 0, on.From(places, [Picked]), Rows).ToArray<float>();
        float[] Scattered(HostDevice on) => ScatterAdd.Along(on.From(new float[Picked * 7], [Picked, 7]), 1, on.From(lines, [Picked, Row]), on.From(values, [Picked, Row])).ToArray<float>();
        Assert.That(Added(four).AsSpan().SequenceEqual(Added(device)));
        Assert.That(Scattered(four).AsSpan().SequenceEqual(Scattered(device)));

        var expected = new float[Row];
        int busiest = places.GroupBy(place => place).MaxBy(group => group.Count())!.Key;
        for (int m = 0; m < Picked; m++)
            for (int i = 0; i < Row && places[m] == busiest; i++) expected[i] += values[(m * Row) + i];
        Assert.That(Added(four)[(busiest * Row)..((busiest + 1) * Row)], Is.EqualTo(expected), "added in the order of the indices");
    }
}
