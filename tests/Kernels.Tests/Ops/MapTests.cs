using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class MapTests : IDisposable
{
    private readonly HostDevice device = new(threads: 2);

    public void Dispose() => device.Dispose();

    private TensorView Noise(Random random, Shape shape) =>
        device.From<float>([.. Enumerable.Range(0, (int)shape.Count).Select(_ => random.NextSingle() - 0.5f)], shape);

    /// <summary>A view of the wanted shape in one of the ways in which views come about.</summary>
    private TensorView View(Random random, Shape shape)
    {
        switch (random.Next(5))
        {
            case 0: // some axes stretched
                Shape stretched = new([.. shape.Extents.ToArray().Select(extent => random.Next(2) == 0 ? 1 : extent)]);
                return Noise(random, stretched);
            case 1: // leading axes missing
                return Noise(random, new Shape(shape.Extents[random.Next(shape.Rank + 1)..]));
            case 2 when shape.Rank > 1: // axes turned round
                int[] turned = [.. Enumerable.Range(0, shape.Rank).OrderBy(_ => random.Next())];
                return Noise(random, new Shape([.. turned.Select(axis => shape[axis])])).Permute([.. Enumerable.Range(0, shape.Rank).Select(axis => Array.IndexOf(turned, axis))]);
            case 3 when shape.Rank > 0 && shape.Count > 0: // every second element, from the second on
                int sliced = random.Next(shape.Rank);
                return Noise(random, shape.With(sliced, (2 * shape[sliced]) + 1)).Slice(sliced, 1, shape[sliced], 2);
            default:
                return Noise(random, shape);
        }
    }

    private static float At(TensorView x, float[] values, int[] index)
    {
        int position = 0;
        for (int axis = 0; axis < x.Shape.Rank; axis++)
            position = (position * x.Shape[axis]) + (x.Shape[axis] == 1 ? 0 : index[index.Length - x.Shape.Rank + axis]);
        return values[position];
    }

    [Test]
    public void Any_mixture_of_views_gives_each_element_its_own_operands([Range(0, 39)] int seed)
    {
        var random = new Random(seed);
        int[] sizes = [1, 2, 3, 5, 16, 17, 33];
        var shape = new Shape([.. Enumerable.Range(0, random.Next(4)).Select(_ => sizes[random.Next(sizes.Length)])]);
        if (seed % 13 == 12) shape = new Shape([3, 0, 2]);
        using Scope scope = device.Scope();
        TensorView a = View(random, shape), b = View(random, shape), dense = Noise(random, shape);
        TensorView mask = Compare.Less(View(random, shape), 0.1);
        TensorView y = Where.Select(mask, Arithmetic.Subtract(a, b), Bounds.WhereLarger(a, b, dense));
        y = Arithmetic.Add(y, dense);

        float[] va = a.ToArray<float>(), vb = b.ToArray<float>(), vd = dense.ToArray<float>(), result = y.ToArray<float>();
        float[] vm = [.. mask.ToArray<bool>().Select(value => value ? 1f : 0)];
        Assert.That(y.Shape, Is.EqualTo(shape));
        var expected = new float[shape.Count];
        int position = 0;
        foreach (int[] index in Indices(shape))
        {
            float x1 = At(a, va, index), x2 = At(b, vb, index), x3 = vd[position];
            expected[position++] = (At(mask, vm, index) == 1 ? x1 - x2 : x1 > x2 ? x3 : x1 == x2 ? x3 / 2 : 0) + x3;
        }
        Assert.That(result, Is.EqualTo(expected), $"{shape}");
    }

    private static IEnumerable<int[]> Indices(Shape shape)
    {
        for (int position = 0; position < shape.Count; position++)
        {
            var index = new int[shape.Rank];
            for (int axis = shape.Rank - 1, rest = position; axis >= 0; rest /= shape[axis--]) index[axis] = rest % shape[axis];
            yield return index;
        }
    }

    [Test]
    public void An_element_does_not_depend_on_its_place()
    {
        TensorView x = Noise(new Random(1), [9001]);
        float[] whole = Gelu.Erf(x).ToArray<float>();
        foreach (int start in new[] { 0, 1, 15, 4095, 4096, 8999 })
        {
            foreach (int length in new[] { 1, 15, 16, 17, 4097 })
            {
                if (start + length > whole.Length) continue;
                Assert.That(Gelu.Erf(x.Slice(0, start, length)).ToArray<float>(), Is.EqualTo(whole[start..(start + length)]), $"{length} from {start}");
            }
        }
    }

    [Test]
    public void Large_launches_shared_by_threads_have_the_bits_of_one_thread()
    {
        using var alone = new HostDevice(threads: 1);
        float[] values = Noise(new Random(2), [1_100_003]).ToArray<float>();
        float[] shared = Sigmoid.Silu(device.From<float>(values, [values.Length])).ToArray<float>();
        Assert.That(shared, Is.EqualTo(Sigmoid.Silu(alone.From<float>(values, [values.Length])).ToArray<float>()));
    }

    [Test]
    public void Nothing_is_written_beside_a_row()
    {
        // 40 elements into memory of 64: what lies behind must stay.
        TensorView x = Noise(new Random(3), [40]);
        for (int length = 1; length <= 40; length++)
        {
            TensorView buffer = Copy.Full(device, [128], DType.F32, 7);
            Copy.Into(buffer.Slice(0, 64, length), Arithmetic.Add(x.Slice(0, 0, length), 1.0));
            Assert.That(buffer.ToArray<float>()[(64 + length)..], Is.All.EqualTo(7));
            Assert.That(buffer.ToArray<float>()[..64], Is.All.EqualTo(7));
        }
    }

    [Test]
    public void Wrong_operands_are_one_sentence()
    {
        TensorView f32 = Noise(new Random(4), [2, 3]), f64 = Cast.To(f32, DType.F64), i32 = Cast.To(f32, DType.I32), mask = Compare.Less(f32, 0);
        using var elsewhere = new HostDevice(threads: 1);
        Assert.Multiple(() =>
        {
            Says(() => Arithmetic.Add(f32, f64), "add: f32 [2, 3] and f64 [2, 3] are of different types; cast one of them");
            Says(() => Arithmetic.Add(i32, i32), "add: takes f32 or f64, not i32 [2, 3]");
            Says(() => Exponential.Exp(mask), "exp: takes f32 or f64, not bool [2, 3]");
            Says(() => Arithmetic.Add(f32, Noise(new Random(5), [2])), "add: [2, 3] and [2] do not broadcast; axis -1 has 3 and 2");
            Says(() => Arithmetic.Add(f32, elsewhere.Empty([2, 3], DType.F32)), "copy one of them over");
            Says(() => Where.Select(f32, f32, 0.0), "where: takes bool, not f32 [2, 3]");
            Says(() => Where.Select(mask, mask, 0.0), "where: selects among f32, f64 or i32, not bool");
            Says(() => Where.Select(mask, 1.0, 0.0), "where: both values are numbers");
            Says(() => Compare.Less(i32, 2.5), "lt: 2.5 is no i32");
            Says(() => Compare.Less(i32, f32), "lt: i32 [2, 3] and f32 [2, 3] are of different types");
            Says(() => Bounds.Clamp(f32, 2, 1), "clamp: the lower bound 2 is above the upper bound 1");
        });
    }

    private static void Says(Action code, string part) => Assert.That(code, Throws.TypeOf<HandmadeException>().With.Message.Contains(part));
}
