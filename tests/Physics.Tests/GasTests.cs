using System.Numerics;

namespace Handmade.Physics.Tests;

/// <summary>Kinetic theory of many discs without gravity. Mass is 1, so the temperature is the mean kinetic energy of a disc.</summary>
public class GasTests
{
    // 4 scenes of 256 discs. The contacts are so short that the discs are hard; frames of one contact time resolve every collision.
    private static readonly DiscScene Gas = new()
    {
        Particles = 256,
        Radius = 0.011,
        GravityY = 0,
        ContactTime = 4e-4,
        SubstepsPerContact = 20,
        FrameInterval = 4e-4,
        StartSpeed = 0.7,
    };

    private static double Side => 1 - 2 * Gas.Radius;

    private static double Packing => Gas.Particles * Math.PI * Gas.Radius * Gas.Radius / (Side * Side);

    // Henderson's g(σ) of hard discs: 1.18 here, so that its absence would show.
    private static double ContactValue => (1 - 7 * Packing / 16) / ((1 - Packing) * (1 - Packing));

    [Test]
    public void An_elastic_gas_collides_at_Enskogs_rate_with_Hendersons_contact_value()
    {
        DiscScene scene = Gas with { Restitution = 1 };
        using var group = Start(scene, 31);
        for (int frame = 0; frame < 300; frame++) group.Advance(scene.SubstepsPerFrame);
        const int frames = 1500;
        double expected = CollisionRate(Temperature(group));
        double measured = 2.0 * CountCollisions(group, frames) / (DiscGroup.Lanes * Gas.Particles * frames * Gas.FrameInterval);
        Assert.That(measured, Is.EqualTo(expected).Within(0.05 * expected), "counting noise 1.4 %, walls some percent");
    }

    // T = T₀ (1 + t/τ)⁻²: a collision takes (1 − e²) T from its pair on average, and so does a hit on a wall from its disc.
    [Test]
    public void A_dissipative_gas_cools_by_Haffs_law()
    {
        DiscScene scene = Gas with { Restitution = 0.9 };
        using var group = Start(scene, 32);
        double start = Temperature(group);
        double wallHits = 4 / Side * Math.Sqrt(start / (2 * Math.PI)) * (1 + 2 * Packing * ContactValue);
        double rate = 0.5 * (1 - 0.9 * 0.9) * (0.5 * CollisionRate(start) + wallHits);
        for (double t = 0.2; t < 1.9; t += 0.2)
        {
            group.Advance((int)Math.Round(0.2 / scene.Substep));
            double slope = (Math.Sqrt(start / Temperature(group)) - 1) / t;
            Assert.That(slope, Is.EqualTo(rate).Within(0.07 * rate), $"1/τ from the temperature at {t:F1}");
        }
        Assert.That(Temperature(group), Is.LessThan(0.2 * start));
    }

    private static DiscGroup Start(DiscScene scene, ulong seed)
    {
        var group = new DiscGroup(scene);
        for (int lane = 0; lane < DiscGroup.Lanes; lane++)
        {
            DiscState[] start = Lab.RandomStart(scene, seed, (uint)lane);
            for (int i = 0; i < start.Length; i++) group.Set(lane, i, start[i]);
        }
        return group;
    }

    private static double Temperature(DiscGroup group)
    {
        double sum = 0;
        for (int lane = 0; lane < DiscGroup.Lanes; lane++)
        {
            for (int i = 0; i < Gas.Particles; i++)
            {
                DiscState s = group.Get(lane, i);
                sum += 0.5 * (s.Vx * s.Vx + s.Vy * s.Vy);
            }
        }
        return sum / (DiscGroup.Lanes * Gas.Particles);
    }

    // Collisions of one disc per time: 2 n σ g(σ) √(πT).
    private static double CollisionRate(double temperature) =>
        2 * (Gas.Particles - 1) / (Side * Side) * 2 * Gas.Radius * ContactValue * Math.Sqrt(Math.PI * temperature);

    private static int CountCollisions(DiscGroup group, int frames)
    {
        int begun = 0;
        ulong[][] before = [.. Enumerable.Range(0, DiscGroup.Lanes).Select(lane => group.Contacts(lane).ToArray())];
        for (int frame = 0; frame < frames; frame++)
        {
            group.Advance(Gas.SubstepsPerFrame);
            for (int lane = 0; lane < DiscGroup.Lanes; lane++)
            {
                ReadOnlySpan<ulong> now = group.Contacts(lane);
                for (int word = 0; word < now.Length; word++) begun += BitOperations.PopCount(now[word] & ~before[lane][word]);
                now.CopyTo(before[lane]);
            }
        }
        return begun / 2;
    }
}
