using System.Globalization;
using Handmade.Experiments.Collisions;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>The drawn network is the network of the options.</summary>
public class ArchitectureTests
{
    [TestCase("tiny", 25_698)]
    [TestCase("paper", 100_546)]
    public void The_parameters_of_the_drawn_parts_are_those_of_the_network(string preset, int expected)
    {
        using var device = new HostDevice(1);
        var options = (CollisionsOptions)new Experiments.Collisions.Collisions().Configure(preset, []);
        var model = new ParticleTransformer(new Init(device, new RandomStream(device, [1])), options.Sizes);
        string[][] parts = [.. Architecture.Of(options, model).ToCsv().Split('\n')[1..^1].Select(line => line.Split(','))];
        Assert.That(parts.Select(part => part[1]), Is.EqualTo(new[] { "encoder", "norm", "attention", "norm", "MLP", "norm", "decoder" }));
        double[] counts = [.. parts.Select(part => double.Parse(part[^1], CultureInfo.InvariantCulture))];
        Assert.That(counts[0] + (options.Blocks * counts[1..5].Sum()) + counts[5] + counts[6], Is.EqualTo(expected).And.EqualTo(model.ParameterCount()));
    }

    [TestCase("model.layer-norm=false", 4)]
    [TestCase("model.heads=32", 7)]
    [TestCase("model.blocks=12", 7)]
    [TestCase("model.encoder=mlp", 7)]
    public void Any_network_can_be_drawn(string assignment, int boxes)
    {
        using var device = new HostDevice(1);
        var options = (CollisionsOptions)new Experiments.Collisions.Collisions().Configure("tiny", [assignment]);
        var model = new ParticleTransformer(new Init(device, new RandomStream(device, [1])), options.Sizes);
        Assert.That(Architecture.Of(options, model).ToCsv().Split('\n'), Has.Length.EqualTo(boxes + 2));
        Assert.That(Architecture.Of(options, model).ToSvg(), Does.StartWith("<svg"));
    }
}
