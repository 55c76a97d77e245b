using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class ElementaryOnDevicesTests(string word) : DeviceOpTests(word)
{
    // GPUs have functions of their own; processors run the host's polynomials.
    [Test]
    public void Processors_have_the_hosts_bits_of_exp_log_tanh_and_erf()
    {
        if (!Device.IsProcessor) Assert.Ignore("a GPU's own functions round in their own way");
        Agree(device =>
        {
            TensorView x = device.From<float>(Numbers(), [Numbers().Length]);
            return [Exponential.Exp(x), Exponential.Log(x), Sigmoid.Tanh(x), Exponential.Erf(x)];
        });
    }

    // Edges of the ranges, where a function is reduced otherwise, and some between; full groups and a part of one.
    private static float[] Numbers()
    {
        float[] edges =
        [
            0, -0f, 1, -1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon, 1.17549435e-38f, 1e-40f,
            88.72f, 88.73f, 89, -87.33f, -87.34f, -103.9f, -104, -110, 0.6f, 0.59999f, -0.6f, 9.01f, 9.1f, 3.92f, 3.95f, -4, 0.99999f, 0.70710677f, 0.7071068f,
        ];
        return [.. edges, .. Enumerable.Range(-300, 600).Select(i => i * 0.0371f)];
    }
}
