using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class HugeShapeTests
{
    [Test]
    public void More_elements_than_an_int_numbers_are_refused_and_not_skipped()
    {
        using var host = new HostDevice(1);
        TensorView one = Copy.Full(host, [1], DType.F32, 1);
        Assert.Multiple(() =>
        {
            Assert.That(() => Copy.Fill(one.Expand([65536, 65536]), 2), Throws.TypeOf<HandmadeException>().With.Message.Contains("[65536, 65536] has 4,294,967,296 elements"));
            Assert.That(() => Copy.Fill(one.Expand([32768, 32768]), 2), Throws.Nothing);
        });
    }

    [Test]
    public void A_shape_whose_elements_no_integer_counts_is_refused() =>
        Assert.That(() => new Shape(65536, 65536, 65536, 65536), Throws.TypeOf<HandmadeException>().With.Message.Contains("more elements than can be counted"));
}
