using Handmade.Analysis.ModularAddition;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Analysis.Tests.ModularAddition;

/// <summary>Findings whose passes run on another device, against the host's.</summary>
[TestFixture("opencl")]
[Parallelizable(ParallelScope.Self)]
public sealed class AdditionOnDevicesTests(string word)
{
    [SetUp]
    public void Need()
    {
        string? missing = Devices.Missing().FirstOrDefault(sentence => sentence.StartsWith(word + ":", StringComparison.Ordinal));
        if (missing is not null && Environment.GetEnvironmentVariable("CI") != "true") Assert.Ignore(missing);
    }

    [Test]
    public void Findings_are_those_of_the_host()
    {
        using var host = new HostDevice(1);
        using Device device = Devices.Open(word);
        AdditionFindings[] expected = Find(host), actual = Find(device);
        for (int r = 0; r < 2; r++)
        {
            Assert.That(actual[r].Logits.Values, Is.EqualTo(expected[r].Logits.Values).Within(1e-12));
            Assert.That(actual[r].Symmetricity.Value, Is.EqualTo(expected[r].Symmetricity.Value).Within(1e-12));
            Assert.That(actual[r].Circles.Select(circle => circle.Pizza), Is.EqualTo(expected[r].Circles.Select(circle => circle.Pizza)).Within(1e-9));
        }
    }

    // Parameters are drawn on the host, so that both have the same.
    private static AdditionFindings[] Find(Device device)
    {
        var sizes = new ModularAdditionSizes { Vocabulary = 5, Width = 8, Heads = 2, MlpRatio = 2 };
        using var host = new HostDevice(1);
        var drawn = new ModularAdditionTransformer(new Init(host, new RandomStream(host, [1, 2]), DType.F64), sizes, 0.5);
        var model = new ModularAdditionTransformer(new Init(device, new RandomStream(device, [1, 2]), DType.F64), sizes, 0.5);
        foreach (var (from, to) in drawn.Parameters().Zip(model.Parameters())) to.View.CopyFrom<double>(from.ToArray<double>());
        return AdditionFindings.Of(model.Pairs(5), ModularTask.Sum(5));
    }
}
