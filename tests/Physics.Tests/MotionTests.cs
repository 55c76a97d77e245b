namespace Handmade.Physics.Tests;

/// <summary>Conservation laws and symmetries.</summary>
[TestFixtureSource(typeof(Place), nameof(Place.HostAndFast))]
public class MotionTests(string place)
{
    private static readonly DiscScene Tiny = new();

    // The simulator of large scenes rounds what gravity adds in a substep to its speed quantum.
    private readonly double rounding = place == "cells" ? 1e-11 : 1e-13;

    [Test]
    public void Free_fall_is_the_integrators_parabola()
    {
        DiscScene scene = Tiny with { Particles = 1, GravityX = 0.25, GravityY = -1 };
        using var lab = new Lab(place, scene, new DiscState(0.3, 0.5, 0.4, 0.6));
        const int n = 400;
        lab.Advance(n);
        double h = scene.Substep, t = n * h, fallen = h * h * n * (n + 1) / 2;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab[0].Vx, Is.EqualTo(0.4 + 0.25 * t).Within(rounding));
            Assert.That(lab[0].Vy, Is.EqualTo(0.6 - t).Within(rounding));
            Assert.That(lab[0].X, Is.EqualTo(0.3 + 0.4 * t + 0.25 * fallen).Within(rounding));
            Assert.That(lab[0].Y, Is.EqualTo(0.5 + 0.6 * t - fallen).Within(rounding));
        }
    }

    [Test]
    public void Momentum_and_angular_momentum_are_conserved_between_walls()
    {
        DiscScene scene = Tiny with { GravityY = 0, Radius = 0.03 };
        DiscState[] start = [.. Enumerable.Range(0, 16).Select(i => Converging(0.35 + 0.1 * (i % 4), 0.35 + 0.1 * (i / 4), i))];
        using var lab = new Lab(place, scene, start);
        var before = Momenta(lab.States);
        double energy = lab.KineticEnergy;
        lab.AdvanceTime(0.25);
        var after = Momenta(lab.States);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.KineticEnergy, Is.LessThan(0.6 * energy), "they collided");
            Assert.That(Enumerable.Range(0, 16).Any(lab.TouchedWall), Is.False);
            Assert.That(after.X, Is.EqualTo(before.X).Within(1e-13));
            Assert.That(after.Y, Is.EqualTo(before.Y).Within(1e-13));
            Assert.That(after.Angular, Is.EqualTo(before.Angular).Within(1e-13));
        }
    }

    [Test]
    public void Energy_of_a_dissipative_scene_never_grows_beyond_the_integrators_error()
    {
        for (uint number = 0; number < 20; number++)
        {
            using var lab = new Lab(place, Tiny, Lab.RandomStart(Tiny, 11, number));
            double last = lab.Energy, first = last;
            for (int frame = 0; frame < 60; frame++)
            {
                lab.Advance(Tiny.SubstepsPerFrame);
                double energy = lab.Energy;
                Assert.That(energy, Is.LessThan(last + 0.004 * first), $"scene {number}, frame {frame}");
                last = energy;
            }
            Assert.That(last, Is.LessThan(0.4 * first));
        }
    }

    [Test]
    public void Energy_of_an_elastic_scene_swings_by_the_substep_and_does_not_drift()
    {
        double coarse = WorstEnergyError(40), fine = WorstEnergyError(400);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(coarse, Is.LessThan(0.03));
            Assert.That(fine, Is.LessThan(0.15 * coarse));
        }
    }

    [Test]
    public void Turning_state_and_gravity_by_90_degrees_turns_the_result()
    {
        DiscState[] start = Lab.RandomStart(Tiny, 3);
        using var straight = new Lab(place, Tiny, start);
        using var turned = new Lab(place, Tiny with { GravityX = 1, GravityY = 0 }, [.. start.Select(Turn)]);
        straight.AdvanceTime(0.6);
        turned.AdvanceTime(0.6);
        AssertSame(turned.States, [.. straight.States.Select(Turn)], 1e-8);
    }

    [Test]
    public void Swapping_two_particles_swaps_their_tracks()
    {
        DiscState[] start = Lab.RandomStart(Tiny, 4), swapped = [.. start];
        (swapped[2], swapped[13]) = (swapped[13], swapped[2]);
        using var one = new Lab(place, Tiny, start);
        using var other = new Lab(place, Tiny, swapped);
        one.AdvanceTime(0.6);
        other.AdvanceTime(0.6);
        DiscState[] expected = one.States;
        (expected[2], expected[13]) = (expected[13], expected[2]);
        AssertSame(other.States, expected, 1e-8);
    }

    [Test]
    public void No_particle_leaves_the_box_through_collapse_and_rest()
    {
        var settled = Tiny with { Frames = 80 };
        Trajectories tracks = Place.Run(place, settled, 5, 100);
        float low = 1, high = 0;
        for (int i = 0; i < tracks.States.Length; i += 4)
        {
            low = Math.Min(low, Math.Min(tracks.States[i], tracks.States[i + 1]));
            high = Math.Max(high, Math.Max(tracks.States[i], tracks.States[i + 1]));
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That(low, Is.InRange(0.03, 0.06), "centres come at most half a radius into a wall");
            Assert.That(high, Is.InRange(0.94, 0.97));
        }
    }

    [Test]
    public void Discs_that_do_not_interact_move_as_if_alone()
    {
        DiscScene scene = Tiny with { Interacting = false };
        DiscState[] start = Lab.RandomStart(scene, 6);
        using var together = new Lab(place, scene, start);
        together.AdvanceTime(0.6);
        for (int i = 0; i < start.Length; i++)
        {
            using var alone = new Lab(place, scene with { Particles = 1 }, start[i]);
            alone.AdvanceTime(0.6);
            Assert.That(together[i], Is.EqualTo(alone[0]));
        }
        Assert.That(Enumerable.Range(1, 15).Any(i => Enumerable.Range(0, i).Any(j => together.Touched(i, j))), "contacts are still labelled");
    }

    private static DiscState Converging(double x, double y, int i) => new(x, y, 0.5 * (0.5 - x) / 0.15 + 0.1 * (i % 3), 0.5 * (0.5 - y) / 0.15 - 0.07 * (i % 5));

    private static DiscState Turn(DiscState s) => new(1 - s.Y, s.X, -s.Vy, s.Vx);

    private static (double X, double Y, double Angular) Momenta(DiscState[] states) =>
        (states.Sum(s => s.Vx), states.Sum(s => s.Vy), states.Sum(s => s.X * s.Vy - s.Y * s.Vx));

    private double WorstEnergyError(int substepsPerContact)
    {
        DiscScene scene = Tiny with { Restitution = 1, SubstepsPerContact = substepsPerContact };
        using var lab = new Lab(place, scene, Lab.RandomStart(scene, 12));
        double first = lab.Energy, worst = 0;
        for (int frame = 0; frame < 100; frame++)
        {
            lab.Advance(scene.SubstepsPerFrame);
            worst = Math.Max(worst, Math.Abs(lab.Energy / first - 1));
        }
        return worst;
    }

    private static void AssertSame(DiscState[] actual, DiscState[] expected, double tolerance)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            double distance = new[] { actual[i].X - expected[i].X, actual[i].Y - expected[i].Y, actual[i].Vx - expected[i].Vx, actual[i].Vy - expected[i].Vy }.Max(Math.Abs);
            Assert.That(distance, Is.LessThan(tolerance), $"particle {i}");
        }
    }
}
