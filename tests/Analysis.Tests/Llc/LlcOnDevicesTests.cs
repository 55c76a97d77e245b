using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Analysis.Tests.Llc;

/// <summary>The sampler on other devices, where the noise has the host's bits up to rounding.</summary>
[TestFixture("opencl")]
[Parallelizable(ParallelScope.Self)]
public sealed class LlcOnDevicesTests(string word)
{
    [SetUp]
    public void Need()
    {
        string? missing = Devices.Missing().FirstOrDefault(sentence => sentence.StartsWith(word + ":", StringComparison.Ordinal));
        if (missing is not null && Environment.GetEnvironmentVariable("CI") != "true") Assert.Ignore(missing);
    }

    [Test]
    public void Traces_are_those_of_the_host([Values("none", "fixed", "rmsprop")] string metric)
    {
        using var host = new HostDevice(1);
        using Device device = Devices.Open(word);
        var settings = new LlcSettings
        {
            StepSize = metric == "fixed" ? 0.03 : 1e-3,
            NBeta = 100,
            Localization = 10,
            Chains = 2,
            Draws = 10,
            BurnIn = 3,
            Preconditioner = metric == "rmsprop" ? new() : null,
            MetricBatches = metric == "fixed" ? 2 : 0,
        };
        double[] Trace(Device on)
        {
            using var sampler = new LlcSampler(new Landscapes.LinearNetwork(on, 2, [3, 3, 3, 3], 1), [settings], LlcSampler.Seeds(6, 2));
            return sampler.Run()[0].ToArray();
        }
        double[] expected = Trace(host), actual = Trace(device);
        for (int i = 0; i < expected.Length; i++) Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-3 * (0.01 + Math.Abs(expected[i]))), $"number {i}");
    }
}
