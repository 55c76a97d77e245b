using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model.Data;

namespace Handmade.Model.Tests.Data;

public sealed class StandardizerTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [TestCase(DType.F32, 1e-5)]
    [TestCase(DType.F64, 1e-12)]
    public void Standardised_features_have_mean_0_and_sd_1_in_every_replica(DType dtype, double tolerance)
    {
        var stream = new RandomStream(device, [1, 2]);
        var data = new Tensor(stream.Uniform([2, 40, 3, 4], 100, 103, dtype));
        Standardizer standardizer = Standardizer.Fit(data.View);
        Tensor y = standardizer.Apply(data);
        double[] values = dtype == DType.F32 ? [.. y.ToArray<float>().Select(x => (double)x)] : y.ToArray<double>();
        for (int feature = 0; feature < 8; feature++)
        {
            double[] own = [.. values.Skip(feature / 4 * 480).Take(480).Where((_, i) => i % 4 == feature % 4)];
            Assert.That(own.Average(), Is.EqualTo(0).Within(100 * tolerance));
            Assert.That(own.Average(x => x * x), Is.EqualTo(1).Within(100 * tolerance));
        }
        Tensor back = standardizer.Invert(y) - data;
        double[] errors = dtype == DType.F32 ? [.. back.ToArray<float>().Select(x => (double)x)] : back.ToArray<double>();
        Assert.That(errors.Max(Math.Abs), Is.LessThan(100 * tolerance));
    }

    [Test]
    public void A_feature_that_never_changes_becomes_zero()
    {
        Standardizer standardizer = Standardizer.Fit(device.From<float>([0.1f, 1, 0.1f, 3], [1, 2, 2]));
        Assert.That(standardizer.Sd.ToArray<float>(), Is.EqualTo([1f, 1]));
        Assert.That(standardizer.Apply(Tensor.From<float>(device, [0.1f, 5], [1, 2])).ToArray<float>(), Is.EqualTo([0f, 3]));
    }

    [Test]
    public void Data_that_do_not_fit_are_one_sentence()
    {
        Standardizer standardizer = Standardizer.Fit(device.From<float>([1, 2, 3, 4], [1, 2, 2]));
        Assert.Multiple(() =>
        {
            Assert.That(() => standardizer.Apply(Tensor.Zeros(device, [1, 5, 3])), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("standardizer: values of shape [1, 5, 3]; it was fitted to [1, …, 2]"));
            Assert.That(() => Standardizer.Fit(device.Empty([2, 0, 3], DType.F32)), Throws.TypeOf<HandmadeException>());
            Assert.That(() => Standardizer.Fit(device.Empty([2, 3], DType.I32)), Throws.TypeOf<HandmadeException>());
        });
    }
}
