using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class IndexingOnDevicesTests(string word) : DeviceOpTests(word)
{
    [Test]
    public void Elements_of_every_type_are_gathered_along_any_axis() => Agree(device =>
    [
        .. AllTypes.Select(dtype => Gather.Along(Some(device, [4, 5, 6], dtype), 1, Places(device, [3, 7, 2], 5))),
        Gather.Along(Some(device, [6, 4]).Transpose(0, 1), 0, Places(device, [3, 9], 4).Transpose(0, 1).Slice(0, 2, 5, 1)),
        Gather.Along(Some(device, [5]), 0, Places(device, [300], 5)),
        Gather.Along(Some(device, [5, 3]), 1, Places(device, [5, 0], 3)),
        Gather.Along(Some(device, [2, 3, 2, 3, 2, 3, 2]).Permute(6, 4, 2, 0, 5, 3, 1), 3, Places(device, [2, 3, 2, 3, 2, 1, 3], 2).Permute(4, 2, 0, 3, 6, 5, 1).Slice(3, 0, 2).Slice(4, 0, 2)),
    ]);

    [Test]
    public void Rows_are_taken_for_one_and_many_replicas() => Agree(device =>
    [
        IndexSelect.Take(Some(device, [7, 33]), 0, Places(device, [4, 5], 7)),
        IndexSelect.Take(Some(device, [2, 7, 3], DType.Bool), 1, Places(device, [2, 6], 7)),
        IndexSelect.Take(Some(device, [1, 7, 3], DType.F64), 1, Places(device, [4, 6], 7)),
        IndexSelect.Take(Some(device, [4, 7, 2, 2]), 1, Places(device, [6], 7)),
        IndexSelect.Take(Some(device, [2, 1, 7, 5], DType.I32), 2, Places(device, [1, 3, 6], 7)),
        IndexSelect.Take(Some(device, [7]), 0, Places(device, [300], 7)),
        IndexSelect.Take(Some(device, [7, 4]).Transpose(0, 1), 0, Places(device, [9], 4)),
        IndexSelect.Take(Some(device, [7, 4]), 0, Places(device, [0], 4)),
    ]);

    [Test]
    public void Rows_are_added_in_the_order_of_the_indices() => Agree(device =>
    [
        IndexAdd.Rows(Some(device, [300, 5]), 0, Places(device, [300], 7), 7),
        IndexAdd.Rows(Some(device, [70, 3], DType.F64), 0, Places(device, [70], 300), 300),
        IndexAdd.Rows(Some(device, [2, 3, 70, 3]), 2, Places(device, [2, 3, 70], 5), 5),
        IndexAdd.Rows(Some(device, [2, 3, 70, 3]), 2, Places(device, [1, 3, 70], 5), 5),
        IndexAdd.Rows(Some(device, [3, 70, 3]), 1, Places(device, [70], 5), 5),
        IndexAdd.Rows(Some(device, [65]), 0, Places(device, [65], 2), 2),
        IndexAdd.Rows(Some(device, [0, 3]), 0, Places(device, [0], 2), 2),
        IndexAdd.Rows(Some(device, [5, 0]), 0, Places(device, [5], 2), 2),
    ]);

    [Test]
    public void More_lists_than_a_grid_is_wide_are_added_too()
    {
        if (IsEmulator) return;
        Agree(device =>
        [
            IndexAdd.Rows(Some(device, [66_000, 2]), 1, Places(device, [66_000, 2], 4), 4),
            IndexAdd.Rows(Some(device, [66_000, 2]), 1, Places(device, [2], 4), 4),
        ]);
    }

    [Test]
    public void Embedding_gradients_have_the_bits_of_the_host()
    {
        if (IsEmulator) return;
        Agree(device =>
        [
            IndexAdd.Rows(Some(device, [9000, 40]), 0, Places(device, [9000], 1000), 1000),
            IndexAdd.Rows(Some(device, [20_011, 3]), 0, Places(device, [20_011], 50), 50),
            IndexAdd.Rows(Some(device, [3000, 2]), 0, Places(device, [3000], 100_003), 100_003),
        ]);
    }

    [Test]
    public void Elements_are_scattered_in_the_order_of_the_indices() => Agree(device =>
    [
        ScatterAdd.Along(Some(device, [4, 5, 6]), 1, Places(device, [3, 17, 2], 5), Some(device, [3, 17, 2])),
        ScatterAdd.Along(Some(device, [5, 6], DType.F64), 1, Places(device, [4, 200], 6), Some(device, [4, 200], DType.F64)),
        ScatterAdd.Along(Some(device, [3, 4, 5]), 1, Places(device, [5, 130, 3], 4).Permute(2, 1, 0), Some(device, [130, 3, 5]).Permute(1, 0, 2)),
        ScatterAdd.Along(Some(device, [70]), 0, Places(device, [300], 70), Some(device, [300])),
        ScatterAdd.Along(Some(device, [1100, 3]).Transpose(0, 1), 0, Places(device, [5, 1100], 3), Some(device, [5, 1100])),
    ]);

    [TestCase(5)]
    [TestCase(-1)]
    public void A_bad_index_of_an_eager_launch_is_the_hosts_sentence_when_values_are_read(int index)
    {
        TensorView x = Some(Device, [5, 2]), rows = Device.From<int>([0, index], [2]), places = Device.From<int>([0, 1, 2, index], [2, 2]), source = Some(Device, [2, 2]);
        (string Op, Func<TensorView> Run)[] ops =
        [
            ("index_select", () => IndexSelect.Take(x, 0, rows)),
            ("gather", () => Gather.Along(x, 0, places)),
            ("scatter_add", () => ScatterAdd.Along(x, 0, places, source)),
            ("index_add", () => IndexAdd.Rows(source, 0, rows, 5)),
        ];
        foreach (var (op, run) in ops)
        {
            IndexSelect.Take(x, 0, Device.From<int>([4, 1], [2]));
            TensorView bad = run();
            IndexSelect.Take(x, 0, Device.From<int>([0, 7], [2]));
            HandmadeException error = Assert.Throws<HandmadeException>(() => bad.ToArray<float>())!;
            Assert.That(error.Message, Is.EqualTo($"{op}: index {index} on axis 0 of [5, 2]; use 0…4"), "the first launch that met one, not the later");
            Assert.That(bad.ToArray<float>(), Has.Some.NaN, "told once");
        }
    }

    [Test]
    public void A_captured_step_answers_a_bad_index_as_on_the_host()
    {
        TensorView[] Run(Device device)
        {
            TensorView x = Some(device, [3, 2]), rows = device.From<int>([1, 0], [2]), places = device.From<int>([0, 1], [2, 1]), source = Some(device, [2, 1]), added = Some(device, [2, 2]);
            using CapturedStep step = device.Capture(() =>
                [IndexSelect.Take(x, 0, rows), Gather.Along(x, 1, places), ScatterAdd.Along(x, 1, places, source), IndexAdd.Rows(added, 0, rows, 3), IndexSelect.Take(x, 0, rows)]);
            step.Replay();
            rows.CopyFrom<int>([3, 1]);
            places.CopyFrom<int>([0, 9]);
            step.Replay();
            return [.. step.Results.Select(result => device.From<float>(result.ToArray<float>(), result.Shape))];
        }
        Agree(Run);
    }

    // Indices with many repeats.
    private static TensorView Places(Device device, Shape shape, int extent)
    {
        var random = new Random(3 + (int)shape.Count);
        return device.From<int>([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (int)(extent * random.NextDouble() * random.NextDouble()))], shape);
    }
}
