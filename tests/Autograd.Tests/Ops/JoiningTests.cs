using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Autograd.Tests.Ops;

public sealed class JoiningTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void Slices_are_views_of_the_same_memory()
    {
        Tensor x = Tensor.From<float>(device, [0, 1, 2, 3, 4, 5, 6], [7]);
        Tensor[] pieces = x.Chunk(0, 3);
        Assert.That(pieces.Select(piece => piece.Shape[0]), Is.EqualTo([3, 3, 1]));
        x.View.CopyFrom<float>([10, 11, 12, 13, 14, 15, 16]);
        Assert.That(pieces[1].ToArray<float>(), Is.EqualTo([13f, 14, 15]));
    }

    [Test]
    public void Pieces_that_overlap_add_their_gradients()
    {
        Tensor x = Tensor.From<double>(device, [1, 2, 3], [3], requiresGrad: true);
        (x.Slice(0, 0, 2) * 10 + x.Slice(0, 1, 2)).Sum().Backward();
        Assert.That(x.Grad!.ToArray<double>(), Is.EqualTo([10, 11, 1]));
    }

    [Test]
    public void Integers_join_split_pad_and_flip_without_gradients()
    {
        Tensor x = Tensor.From<int>(device, [1, 2, 3], [3]);
        Assert.That(Tensor.Concat(0, x, x.Flip(0), x.Pad(0, 1, 0, -1)).ToArray<int>(), Is.EqualTo([1, 2, 3, 3, 2, 1, -1, 1, 2, 3]));
    }

    [Test]
    public void Shapes_that_do_not_fit_are_one_sentence()
    {
        Tensor a = Tensor.Zeros(device, [2, 3]), b = Tensor.Zeros(device, [2, 4]), c = Tensor.Zeros(device, [2, 3], DType.F64);
        Assert.Multiple(() =>
        {
            Assert.That(() => Tensor.Concat(0, a, b), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("concat: [2, 3] and [2, 4] differ beside axis 0; all other extents must agree"));
            Assert.That(() => Tensor.Concat(0, a, c), Throws.TypeOf<HandmadeException>().With.Message.Contains("different types"));
            Assert.That(() => Tensor.Concat(0), Throws.TypeOf<HandmadeException>());
            Assert.That(() => Tensor.Stack(0, a, b), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("stack: [2, 3] and [2, 4]"));
            Assert.That(() => b.Slice(1, 2, 3), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("slice: 3 elements from 2"));
            Assert.That(() => b.Split(1, 1, 2), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("split: lengths [1, 2] add up to 3; axis 1 of [2, 4] has 4"));
            Assert.That(() => b.Chunk(1, 0), Throws.TypeOf<HandmadeException>());
            Assert.That(() => b.Pad(1, -1, 0), Throws.TypeOf<HandmadeException>());
            Assert.That(() => b.Flip(0, -2), Throws.TypeOf<HandmadeException>().With.Message.Contains("twice"));
        });
    }
}
