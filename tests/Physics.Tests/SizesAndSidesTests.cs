namespace Handmade.Physics.Tests;

/// <summary>Discs of different radii and masses, and boxes that repeat: closed forms and what is conserved.</summary>
[TestFixtureSource(typeof(Place), nameof(Place.HostAndFast))]
public class SizesAndSidesTests(string place)
{
    private static readonly DiscScene Still = new() { GravityY = 0, Radius = 0.05, RadiusSpread = 0.6, Particles = 2, SubstepsPerContact = 2000, StartSpeed = 0 };

    // Restitution is that of the relative speed, whatever the masses: v = (m₁u₁ + m₂u₂ ∓ m₂,₁ e (u₁ − u₂)) / (m₁ + m₂).
    [Test]
    public void A_head_on_contact_of_unequal_discs_leaves_the_speeds_of_the_closed_form([Values(0.2, 0.5, 1.0)] double e, [Values] bool equalMasses)
    {
        DiscScene scene = Still with { Restitution = e, EqualMasses = equalMasses };
        double[] radii = [0.03, 0.08];
        double m1 = equalMasses ? 1 : 0.36, m2 = equalMasses ? 1 : 2.56;
        using var lab = Lab.Of(place, scene, radii, [new(0.4, 0.5, 0.5, 0), new(0.52, 0.5, -0.3, 0)]);
        lab.AdvanceTime(0.05);
        double common = (m1 * 0.5 - m2 * 0.3) / (m1 + m2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.Touched(0, 1));
            Assert.That(lab[0].Vx, Is.EqualTo(common - m2 / (m1 + m2) * e * 0.8).Within(0.001));
            Assert.That(lab[1].Vx, Is.EqualTo(common + m1 / (m1 + m2) * e * 0.8).Within(0.001));
        }
    }

    [Test]
    public void A_contact_lasts_the_contact_time_whatever_the_masses([Values(0.02, 0.05, 0.08)] double radius)
    {
        DiscScene scene = Still with { SubstepsPerContact = 1000 };
        using var lab = Lab.Of(place, scene, [radius, 0.08], [new(0.4, 0.5, 0.5, 0), new(0.48 + radius + 1e-12, 0.5, 0, 0)]);
        int touching = 0;
        for (int step = 0; step < 2000; step += 10)
        {
            lab.Advance(10);
            if (lab.Touched(0, 1)) touching += 10;
        }
        Assert.That(touching * scene.Substep, Is.EqualTo(scene.ContactTime).Within(0.02 * scene.ContactTime));
    }

    [Test]
    public void Discs_touch_walls_and_each_other_at_their_own_radii()
    {
        DiscScene scene = Still with { Particles = 4 };
        using var lab = Lab.Of(place, scene, [0.02, 0.08, 0.02, 0.08], [new(0.0201, 0.5, 0, 0), new(0.0799, 0.3, 0, 0), new(0.5, 0.8, 0, 0), new(0.5, 0.9001, 0, 0)]);
        lab.Advance(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.TouchedWall(0), Is.False);
            Assert.That(lab.TouchedWall(1));
            Assert.That(lab.Touched(2, 3), Is.False);
        }
        using var closer = Lab.Of(place, scene, [0.02, 0.08, 0.02, 0.08], [new(0.3, 0.5, 0, 0), new(0.7, 0.3, 0, 0), new(0.5, 0.8, 0, 0), new(0.5, 0.8999, 0, 0)]);
        closer.Advance(1);
        Assert.That(closer.Touched(2, 3));
    }

    [Test]
    public void Momentum_along_periodic_sides_stays([Values] bool sizes)
    {
        var scene = new DiscScene { Sides = BoxSides.PeriodicX, RadiusSpread = sizes ? 0.5 : 0, Particles = 30, Radius = 0.05 };
        using var lab = Lab.Of(place, scene, sizes ? Lab.Radii(scene, 3) : [], Lab.RandomStart(scene, 3));
        var before = lab.Momentum;
        int contacts = 0;
        for (int frame = 0; frame < 20; frame++)
        {
            lab.Advance(100);
            for (int i = 1; i < 30; i++) contacts += Enumerable.Range(0, i).Count(j => lab.Touched(i, j));
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That(contacts, Is.GreaterThan(100));
            Assert.That(lab.Momentum.X, Is.EqualTo(before.X).Within(1e-11));
            Assert.That(Math.Abs(lab.Momentum.Y - before.Y), Is.GreaterThan(0.1), "floor and gravity act");
        }
    }

    [Test]
    public void Discs_meet_across_periodic_sides_as_they_do_in_the_middle()
    {
        var scene = Still with { Sides = BoxSides.PeriodicX, RadiusSpread = 0 };
        DiscState[] middle = [new(0.44, 0.5, 0.5, 0.01), new(0.56, 0.53, -0.5, 0)];
        using var inside = new Lab(place, scene, middle);
        using var across = new Lab(place, scene, middle[0] with { X = 0.94 }, middle[1] with { X = 0.06 });
        inside.AdvanceTime(0.1);
        across.AdvanceTime(0.1);
        Assert.That(inside[0].Vx, Is.LessThan(0.2), "they met");
        for (int i = 0; i < 2; i++)
        {
            Assert.That(across[i].Vx, Is.EqualTo(inside[i].Vx).Within(1e-9));
            Assert.That(across[i].Vy, Is.EqualTo(inside[i].Vy).Within(1e-9));
        }
    }

    [Test]
    public void A_shift_along_periodic_sides_shifts_the_motion([Values(0.25, 0.3)] double shift)
    {
        var scene = new DiscScene { Sides = BoxSides.PeriodicX, RadiusSpread = 0.3 };
        DiscState[] start = Lab.RandomStart(scene, 5);
        using var here = Lab.Of(place, scene, Lab.Radii(scene, 5), start);
        using var there = Lab.Of(place, scene, Lab.Radii(scene, 5), [.. start.Select(s => s with { X = s.X + shift })]);
        here.Advance(600);
        there.Advance(600);
        for (int i = 0; i < 16; i++)
        {
            Assert.That(there[i].X - shift, Is.EqualTo(here[i].X).Within(1e-10));
            Assert.That(there[i].Y, Is.EqualTo(here[i].Y).Within(1e-10));
        }
    }

    [Test]
    public void Energy_of_elastic_discs_of_all_sizes_swings_by_the_substep_and_does_not_drift()
    {
        double coarse = WorstEnergyError(40), fine = WorstEnergyError(400);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(coarse, Is.LessThan(0.05));
            Assert.That(fine, Is.LessThan(0.2 * coarse));
        }
    }

    [Test]
    public void Starts_have_radii_of_the_spread_and_no_overlap([Values] BoxSides sides)
    {
        var scene = new DiscScene { Sides = sides, RadiusSpread = 0.5, Particles = 30, Radius = 0.05, GravityY = 0 };
        double mean = 0;
        for (uint number = 0; number < 40; number++)
        {
            double[] radii = Lab.Radii(scene, 6, number);
            DiscState[] start = Lab.RandomStart(scene, 6, number);
            mean += radii.Average() / 40;
            Assert.That(radii, Is.All.InRange(0.025, 0.075));
            for (int i = 0; i < 30; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    double dx = start[i].X - start[j].X, dy = start[i].Y - start[j].Y;
                    if (sides != BoxSides.Walls) dx -= Math.Round(dx);
                    if (sides == BoxSides.PeriodicXY) dy -= Math.Round(dy);
                    Assert.That(double.Hypot(dx, dy), Is.GreaterThanOrEqualTo((radii[i] + radii[j]) * (1 - 1e-12)));
                }
            }
        }
        Assert.That(mean, Is.EqualTo(0.05).Within(0.0018), "standard error 0.0004");
    }

    [Test]
    public void Recorded_places_are_inside_a_periodic_box()
    {
        var scene = new DiscScene { Sides = BoxSides.PeriodicX, StartSpeed = 3, Frames = 20 };
        Trajectories run = Place.Run(place, scene, 7, 3);
        var xs = Enumerable.Range(0, 16).SelectMany(i => Enumerable.Range(0, 21).Select(frame => run.State(1, frame, i).X)).ToArray();
        Assert.That(xs, Is.All.InRange(0, 1));
        Assert.That(xs.Count(x => x is < 0.06 or > 0.94), Is.GreaterThan(10), "no wall keeps them away from the sides");
    }

    private double WorstEnergyError(int substepsPerContact)
    {
        var scene = new DiscScene { Particles = 30, Radius = 0.05, RadiusSpread = 0.5, Restitution = 1, SubstepsPerContact = substepsPerContact };
        using var lab = Lab.Of(place, scene, Lab.Radii(scene, 8), Lab.RandomStart(scene, 8));
        double first = lab.Energy, worst = 0;
        for (int frame = 0; frame < 20; frame++)
        {
            lab.Advance(scene.SubstepsPerFrame);
            worst = Math.Max(worst, Math.Abs(lab.Energy / first - 1));
        }
        return worst;
    }
}

/// <summary>A box without walls, which small scenes know.</summary>
[TestFixtureSource(typeof(Place), nameof(Place.OfSmallScenes))]
public class NoWallsTests(string place)
{
    [Test]
    public void Without_walls_all_momentum_stays()
    {
        var scene = new DiscScene { Sides = BoxSides.PeriodicXY, GravityY = 0, RadiusSpread = 0.5, Particles = 30, Radius = 0.05 };
        using var lab = Lab.Of(place, scene, Lab.Radii(scene, 4), Lab.RandomStart(scene, 4));
        var before = lab.Momentum;
        lab.Advance(1500);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.Momentum.X, Is.EqualTo(before.X).Within(1e-11));
            Assert.That(lab.Momentum.Y, Is.EqualTo(before.Y).Within(1e-11));
            Assert.That(Enumerable.Range(0, 30).Any(lab.TouchedWall), Is.False);
        }
    }
}

/// <summary>What can't be simulated, in one sentence.</summary>
public class SizesAndSidesErrorTests
{
    private static readonly DiscScene Tiny = new();

    [Test]
    public void Scenes_that_do_not_exist_are_one_sentence()
    {
        using (Assert.EnterMultipleScope())
        {
            Says(Tiny with { RadiusSpread = -0.1 }, "disc scene: radius spread is -0.1; use a value in [0, 0.9]");
            Says(Tiny with { RadiusSpread = 0.5, Radius = 0.4 }, "disc scene: radii reach 0.6000000000000001; a disc fits the unit box with a radius below 0.5, so use a smaller radius or spread");
            Says(Tiny with { Sides = BoxSides.PeriodicX, Radius = 0.3 }, "disc scene: radii reach 0.3; in a periodic box they stay below 0.25");
            Says(Tiny with { Sides = BoxSides.PeriodicXY }, "disc scene: gravity is (0, -1) and no side stops the fall; without walls use no gravity");
        }

        static void Says(DiscScene scene, string sentence) => Assert.That(scene.Validate, Throws.TypeOf<Kernels.HandmadeException>().With.Message.EqualTo(sentence));
    }

    [Test]
    public void Radii_that_do_not_fit_are_one_sentence()
    {
        using var equal = new DiscGroup(Tiny);
        using var own = new DiscGroup(Tiny with { RadiusSpread = 0.5 });
        using var large = new LargeDiscs(LargeDiscScene.Of(10));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => equal.SetRadius(0, 0, 0.06), Throws.TypeOf<Kernels.HandmadeException>().With.Message.EqualTo("disc scene: all discs have the scene's radius; give it a radius spread"));
            Assert.That(() => own.SetRadius(0, 3, 0.1), Throws.TypeOf<Kernels.HandmadeException>().With.Message.EqualTo("disc scene: disc 3 has radius 0.1; use a positive one up to 0.09, which the scene's spread allows"));
            Assert.That(() => large.SetRadii([0.1]), Throws.TypeOf<Kernels.HandmadeException>().With.Message.EqualTo("large discs: 1 radii; use none, since all discs have the scene's radius"));
            Assert.That(() => LargeDiscScene.From(Tiny with { Sides = BoxSides.PeriodicXY }), Throws.TypeOf<Kernels.HandmadeException>().With.Message.StartsWith("large discs: the box repeats along y"));
        }
    }
}
