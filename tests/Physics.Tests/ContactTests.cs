namespace Handmade.Physics.Tests;

/// <summary>One contact has closed forms: how much speed is left, how long it lasts, when a bouncing ball rests.</summary>
[TestFixtureSource(typeof(Place), nameof(Place.HostAndFast))]
public class ContactTests(string place)
{
    private static readonly DiscScene Still = new() { GravityY = 0, Radius = 0.05, Particles = 2 };

    [Test]
    public void Head_on_restitution_converges_to_the_dashpot_formula([Values(0.2, 0.5, 0.9, 1.0)] double e)
    {
        double coarse = Math.Abs(PairRestitution(Still with { Restitution = e, SubstepsPerContact = 40 }) - e);
        double fine = Math.Abs(PairRestitution(Still with { Restitution = e, SubstepsPerContact = 4000 }) - e);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(coarse, Is.LessThan(0.05));
            Assert.That(fine, Is.LessThan(0.0005));
        }
    }

    [Test]
    public void Wall_restitution_converges_to_the_dashpot_formula([Values(0.2, 0.5, 0.9, 1.0)] double e)
    {
        double coarse = Math.Abs(WallRestitution(Still with { Restitution = e, SubstepsPerContact = 40 }) - e);
        double fine = Math.Abs(WallRestitution(Still with { Restitution = e, SubstepsPerContact = 4000 }) - e);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(coarse, Is.LessThan(0.05));
            Assert.That(fine, Is.LessThan(0.0005));
        }
    }

    // With ζ = D / 2√K the clamped contact ends when spring and dashpot cancel: e = exp(−2ζ acos ζ / √(1 − ζ²)).
    [Test]
    public void A_contact_that_only_pushes_keeps_the_speed_of_its_own_formula([Values(0.2, 0.5, 0.9)] double e)
    {
        DiscScene scene = Still with { Restitution = e, SubstepsPerContact = 4000, PushOnly = true };
        double zeta = scene.Law.Damping / (2 * Math.Sqrt(scene.Law.Stiffness));
        double expected = Math.Exp(-2 * zeta * Math.Acos(zeta) / Math.Sqrt(1 - zeta * zeta));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(expected, Is.GreaterThan(e + 0.002), "the two formulas differ");
            Assert.That(PairRestitution(scene), Is.EqualTo(expected).Within(0.0005));
            Assert.That(WallRestitution(scene), Is.EqualTo(expected).Within(0.0005));
        }
    }

    [Test]
    public void A_contact_lasts_the_contact_time_at_any_speed([Values(0.01, 0.1, 1)] double speed)
    {
        DiscScene scene = Still with { SubstepsPerContact = 1000 };
        using var lab = new Lab(place, scene, new(0.4, 0.5, speed, 0), new(0.5 + 1e-12, 0.5, 0, 0));
        int touching = 0;
        for (int step = 0; step < 3000; step++)
        {
            lab.Advance(1);
            if (lab.Touched(0, 1)) touching++;
        }
        Assert.That(touching * scene.Substep, Is.EqualTo(scene.ContactTime).Within(0.005 * scene.ContactTime));
    }

    [Test]
    public void A_ball_dropped_from_h_rests_after_the_closed_form_time()
    {
        const double h = 0.2, e = 0.5;
        var scene = new DiscScene { Particles = 1, Radius = 0.05, Restitution = e, ContactTime = 1e-3, SubstepsPerContact = 1000 };
        using var lab = new Lab(place, scene, new DiscState(0.5, 0.05 + h, 0, 0));
        double expected = Math.Sqrt(2 * h) * (1 + e) / (1 - e), lastInTheAir = 0;
        for (double t = 0; t < 1.2 * expected; t += 1e-3)
        {
            if (lab[0].Y > 0.05) lastInTheAir = t;
            lab.AdvanceTime(1e-3);
        }
        Assert.That(lastInTheAir, Is.EqualTo(expected).Within(0.01 * expected));
    }

    [Test]
    public void An_oblique_contact_turns_only_the_normal_velocity()
    {
        DiscScene scene = Still with { SubstepsPerContact = 1000 };
        using var lab = new Lab(place, scene, new(0.4, 0.5, 0.6, 0.3), new(0.51, 0.5, 0, 0.3));
        lab.AdvanceTime(0.1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab[0].Vy, Is.EqualTo(0.3).Within(1e-12));
            Assert.That(lab[1].Vx - lab[0].Vx, Is.EqualTo(0.5 * 0.6).Within(0.001));
        }
    }

    private double PairRestitution(DiscScene scene)
    {
        using var lab = new Lab(place, scene, new(0.4, 0.5, 0.5, 0), new(0.55, 0.5, -0.5, 0));
        lab.AdvanceTime(0.2);
        return lab[1].Vx - lab[0].Vx;
    }

    private double WallRestitution(DiscScene scene)
    {
        using var lab = new Lab(place, scene with { Particles = 1 }, new DiscState(0.1, 0.5, -1, 0));
        lab.AdvanceTime(0.2);
        return lab[0].Vx;
    }
}
