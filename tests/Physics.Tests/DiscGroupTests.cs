namespace Handmade.Physics.Tests;

/// <summary>The SIMD kernel with its neighbor list against one plain loop over all pairs: the same bits.</summary>
public class DiscGroupTests
{
    [TestCase(1, 0.2)]
    [TestCase(2, 0.2)]
    [TestCase(3, 0.15)]
    [TestCase(16, 0.06)]
    [TestCase(17, 0.06)]
    [TestCase(40, 0.04)]
    [TestCase(64, 0.03)]
    [TestCase(100, 0.025)]
    public void States_and_contacts_are_those_of_the_plain_loop(int particles, double radius)
    {
        var scene = new DiscScene { Particles = particles, Radius = radius, GravityX = 0.3 };
        AssertNaive(scene, DiscGroup.DefaultSkin, 6);
    }

    [Test]
    public void The_neighbor_list_changes_no_bit([Values(0, 0.003, 0.1, 0.7, double.PositiveInfinity)] double skin)
    {
        AssertNaive(new DiscScene(), skin, 12);
    }

    [Test]
    public void Options_change_the_plain_loop_in_the_same_way([Values] bool interacting, [Values] bool pushOnly)
    {
        AssertNaive(new DiscScene { Interacting = interacting, PushOnly = pushOnly }, DiscGroup.DefaultSkin, 12);
    }

    [Test]
    public void A_resting_bed_is_that_of_the_plain_loop()
    {
        AssertNaive(new DiscScene { StartSpeed = 0, Restitution = 0.3 }, DiscGroup.DefaultSkin, 60);
    }

    [Test]
    public void Setting_a_disc_again_starts_afresh()
    {
        var scene = new DiscScene { Particles = 2, GravityY = 0 };
        using var group = new DiscGroup(scene);
        for (int lane = 0; lane < DiscGroup.Lanes; lane++)
        {
            group.Set(lane, 0, new(0.3, 0.5, 0, 0));
            group.Set(lane, 1, new(0.7, 0.5, 0, 0));
        }
        group.Advance(1);
        Assert.That(group.Contacts(2)[0], Is.Zero);
        group.Set(2, 1, new(0.4, 0.05, 0, 0));
        group.Set(2, 0, new(0.41, 0.1, 0, 0));
        group.Advance(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(group.Contacts(2).ToArray(), Is.EqualTo(new ulong[] { 2, 1 }));
            Assert.That(group.WallContacts(2).ToArray(), Is.EqualTo(new byte[] { 0, 1 }));
            Assert.That(group.Contacts(1).ToArray(), Is.EqualTo(new ulong[] { 0, 0 }));
            Assert.That(() => group.Get(DiscGroup.Lanes, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => group.Set(0, 2, default), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public void Radii_masses_and_sides_are_those_of_the_plain_loop([Values] BoxSides sides, [Values(0, 0.5)] double spread, [Values] bool equalMasses, [Values] bool pushOnly)
    {
        AssertNaive(new DiscScene { Particles = 20, Sides = sides, RadiusSpread = spread, EqualMasses = equalMasses, PushOnly = pushOnly, GravityY = sides == BoxSides.PeriodicXY ? 0 : -1 }, DiscGroup.DefaultSkin, 12);
    }

    // The code for discs of their own sizes, with sizes that happen to be equal.
    [Test]
    public void Own_radii_that_are_all_the_scenes_radius_change_no_bit([Values] bool pushOnly)
    {
        var equal = new DiscScene { PushOnly = pushOnly };
        DiscState[] start = Lab.RandomStart(equal, 5);
        using var plain = new HostDiscs(equal, start);
        using var own = new HostDiscs(equal with { RadiusSpread = 0.4 }, start, [.. Enumerable.Repeat(equal.Radius, 16)]);
        plain.Advance(2000);
        own.Advance(2000);
        for (int i = 0; i < 16; i++) Assert.That(Bits(own[i]), Is.EqualTo(Bits(plain[i])), $"disc {i}");
    }

    [Test]
    public void Sides_that_nobody_reaches_change_no_bit()
    {
        var walls = new DiscScene { Particles = 9, GravityY = 0, StartSpeed = 0 };
        DiscState[] start = [.. Enumerable.Range(0, 9).Select(i => new DiscState(0.35 + 0.15 * (i % 3), 0.35 + 0.15 * (i / 3), i % 2 == 0 ? 0.3 : -0.3, 0.1 * (i - 4)))];
        using var closed = new HostDiscs(walls, start);
        closed.Advance(500);
        Assert.That(Enumerable.Range(0, 9).Any(closed.TouchedWall), Is.False);
        Assert.That(Enumerable.Range(1, 8).Any(i => closed.Touched(0, i)));
        foreach (BoxSides sides in (BoxSides[])[BoxSides.PeriodicX, BoxSides.PeriodicXY])
        {
            using var open = new HostDiscs(walls with { Sides = sides }, start);
            open.Advance(500);
            for (int i = 0; i < 9; i++) Assert.That(Bits(open[i]), Is.EqualTo(Bits(closed[i])), $"{sides}, disc {i}");
        }
    }

    private static void AssertNaive(DiscScene scene, double skin, int frames)
    {
        using var group = new DiscGroup(scene, skin);
        var naive = new NaiveDiscs[DiscGroup.Lanes];
        for (int lane = 0; lane < DiscGroup.Lanes; lane++)
        {
            DiscState[] start = Lab.RandomStart(scene, 21, (uint)lane);
            double[] radii = Lab.Radii(scene, 21, (uint)lane);
            naive[lane] = new NaiveDiscs(scene, start, radii);
            for (int i = 0; i < scene.Particles; i++)
            {
                group.Set(lane, i, start[i]);
                if (scene.HasSizes) group.SetRadius(lane, i, radii[i]);
            }
        }
        int contacts = 0;
        for (int frame = 0; frame < frames; frame++)
        {
            group.Advance(scene.SubstepsPerFrame);
            for (int lane = 0; lane < DiscGroup.Lanes; lane++)
            {
                naive[lane].Advance(scene.SubstepsPerFrame);
                for (int i = 0; i < scene.Particles; i++)
                {
                    Assert.That(Bits(group.Get(lane, i)), Is.EqualTo(Bits(naive[lane].States[i])), $"frame {frame}, lane {lane}, particle {i}");
                    Assert.That(group.WallContacts(lane)[i] != 0, Is.EqualTo(naive[lane].TouchedWall[i]));
                    for (int j = 0; j < scene.Particles; j++)
                    {
                        bool touched = (group.Contacts(lane)[i * scene.MaskWords + j / 64] >> (j % 64) & 1) != 0;
                        if (touched != naive[lane].Touched[i, j]) Assert.Fail($"contact of {i} and {j} in frame {frame}, lane {lane}");
                        if (touched) contacts++;
                    }
                }
            }
        }
        if (scene.Particles > 3) Assert.That(contacts, Is.GreaterThan(20), "something touched");
    }

    private static (long, long, long, long) Bits(DiscState s) =>
        (BitConverter.DoubleToInt64Bits(s.X), BitConverter.DoubleToInt64Bits(s.Y), BitConverter.DoubleToInt64Bits(s.Vx), BitConverter.DoubleToInt64Bits(s.Vy));
}
