using Handmade.Experiments.Collisions;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Physics;
using Paper = Handmade.Experiments.Collisions.Collisions;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>Discs of different radii and boxes that repeat, from the option to the player.</summary>
public class SizesAndSidesTests
{
    [Test]
    public void The_network_is_told_radii_and_the_player_draws_them()
    {
        using var temporary = new TemporaryFolder();
        using var device = new HostDevice(2);
        ReportData? report = null;
        RunOutcome outcome = SmallRun.Go(temporary.Root, device, device.Workers, ["physics.radius-spread=0.4", "physics.sides=periodic-x"], report: data => report = data);
        var options = (CollisionsOptions)new Paper().Configure("tiny", ["physics.radius-spread=0.4"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcome, Is.EqualTo(RunOutcome.Done));
            Assert.That(options.Sizes.Inputs, Is.EqualTo(5));
            Assert.That(report!.Scenes[0].Radii, Has.Count.EqualTo(5).And.All.InRange(0.06 * 0.6, 0.06 * 1.4));
            Assert.That(report.Scenes[0].Radii.Distinct().Count(), Is.EqualTo(5));
            Assert.That(report.Scenes[0].RepeatsX);
            Assert.That(report.Scenes[0].RepeatsY, Is.False);
        }
    }

    [Test]
    public void Features_are_the_states_and_behind_them_the_radii_of_their_scene()
    {
        var scene = new DiscScene { Particles = 3, RadiusSpread = 0.5, Frames = 2 };
        float[] states = [.. Enumerable.Range(0, 2 * 2 * 3 * 4).Select(k => (float)k)], features = Features.Of(states, scene, 9, 4);
        var radii = new double[3];
        for (int row = 0; row < 12; row++)
        {
            DiscStart.Radii(scene, 9, (uint)(4 + (row / 6)), radii);
            Assert.That(features[(5 * row)..(5 * row + 5)], Is.EqualTo((float[])[.. states[(4 * row)..(4 * row + 4)], (float)radii[row % 3]]));
        }
        Assert.That(Features.Of(states, scene with { RadiusSpread = 0 }, 9, 4), Is.SameAs(states), "equal discs have four numbers");
    }

    [TestCase("disc scene: gravity is (0, -1) and no side stops the fall; without walls use no gravity", "physics.sides=periodic-xy")]
    [TestCase("disc scene: radii reach 0.27", "physics.sides=periodic-x", "physics.radius=0.18", "physics.radius-spread=0.5")]
    public void Scenes_that_do_not_exist_are_one_sentence(string sentence, params string[] settings) =>
        Assert.That(() => new Paper().Configure("tiny", settings), Throws.TypeOf<HandmadeException>().With.Message.StartsWith(sentence));
}
