using Handmade.Kernels;

namespace Handmade.Physics.Tests;

public class LargeDiscStartTests
{
    [Test]
    public void In_the_unit_box_a_large_scene_starts_as_a_small_one()
    {
        var small = new DiscScene { Particles = 64, Radius = 0.03 };
        var start = new DiscState[64];
        LargeDiscStart.Random(LargeDiscScene.From(small), 5, 3, start);
        Assert.That(start, Is.EqualTo(Lab.RandomStart(small, 5, 3)));
    }

    [Test]
    public void Random_starts_are_free_of_overlap_inside_the_box([Values] bool periodic)
    {
        LargeDiscScene scene = LargeDiscScene.Of(2000) with { Width = 2, Height = 0.9, PeriodicX = periodic, Radius = 0.011 };
        var start = new DiscState[2000];
        LargeDiscStart.Random(scene, 1, 0, start);
        AssertFree(scene, start);
        Assert.That(start.Average(s => s.X), Is.EqualTo(1).Within(0.05));
        Assert.That(start.Average(s => s.Vx * s.Vx), Is.EqualTo(0.49).Within(0.05));
    }

    [TestCase(1, 0.3)]
    [TestCase(2, 0.24)]
    [TestCase(3, 0.2)]
    [TestCase(7, 0.1)]
    [TestCase(1500, 0.0135)]
    public void Lattices_are_free_of_overlap_inside_the_box(int particles, double radius)
    {
        foreach (bool periodic in (bool[])[false, true])
        {
            LargeDiscScene scene = LargeDiscScene.Of(particles) with { Radius = radius, Width = 2.5, Height = 0.8, PeriodicX = periodic };
            var start = new DiscState[particles];
            LargeDiscStart.Lattice(scene, 1, 0, start);
            AssertFree(scene, start);
        }
    }

    [Test]
    public void A_lattice_is_as_dense_as_eighty_five_percent()
    {
        LargeDiscScene scene = LargeDiscScene.Of(3000) with { Radius = Math.Sqrt(0.85 / (Math.PI * 3000)) };
        var start = new DiscState[3000];
        LargeDiscStart.Lattice(scene, 1, 0, start);
        AssertFree(scene, start);
    }

    [Test]
    public void What_does_not_fit_is_one_sentence()
    {
        LargeDiscScene scene = LargeDiscScene.Of(100) with { Radius = 0.06 };
        var start = new DiscState[100];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => LargeDiscStart.Random(scene, 1, 0, start), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("disc scene: 100 discs of radius 0.06 cover 113 % of the box, and in scene 0 disc "));
            Assert.That(() => LargeDiscStart.Lattice(scene, 1, 0, start), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("disc scene: 100 discs of radius 0.06 cover 113 % of the box and fit no lattice; use fewer or smaller discs"));
            Assert.That(() => LargeDiscStart.Lattice(scene with { Width = 0 }, 1, 0, start), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("disc scene: box is 0 × 1; use positive numbers"));
            Assert.That(() => LargeDiscStart.Lattice(scene with { PeriodicX = true, Width = 0.4 }, 1, 0, start), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("disc scene: periodic width is 0.4; use at least 8 radii, 0.48"));
            Assert.That(() => LargeDiscStart.Random(scene, 1, 0, start.AsSpan(1)), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("disc start: room for 99 states; use 100, one for each disc"));
        }
    }

    private static void AssertFree(LargeDiscScene scene, DiscState[] start)
    {
        double reach = 2 * scene.Radius, least = double.PositiveInfinity;
        for (int i = 0; i < start.Length; i++)
        {
            if (!scene.PeriodicX) Assert.That(start[i].X, Is.InRange(scene.Radius, scene.Width - scene.Radius));
            Assert.That(start[i].Y, Is.InRange(scene.Radius, scene.Height - scene.Radius));
            for (int j = 0; j < i; j++)
            {
                double dx = start[i].X - start[j].X;
                if (scene.PeriodicX) dx -= scene.Width * Math.Round(dx / scene.Width);
                least = Math.Min(least, double.Hypot(dx, start[i].Y - start[j].Y));
            }
        }
        Assert.That(least, Is.GreaterThanOrEqualTo(reach * (1 - 1e-12)));
    }
}
