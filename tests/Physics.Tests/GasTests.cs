using System.Numerics;

namespace Handmade.Physics.Tests;

/// <summary>Kinetic theory of many discs without gravity. Mass is 1, so the temperature is the mean kinetic energy of a disc.</summary>
[TestFixtureSource(typeof(Place), nameof(Place.HostAndFast))]
public class GasTests(string place)
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

    private const int Scenes = 4;

    private static double Side => 1 - 2 * Gas.Radius;

    private static double Packing => Gas.Particles * Math.PI * Gas.Radius * Gas.Radius / (Side * Side);

    // Henderson's g(σ) of hard discs: 1.18 here, so that its absence would show.
    private static double ContactValue => (1 - 7 * Packing / 16) / ((1 - Packing) * (1 - Packing));

    [Test]
    public void An_elastic_gas_collides_at_Enskogs_rate_with_Hendersons_contact_value()
    {
        const int warmUp = 300, frames = 1500;
        Trajectories gas = Place.Run(place, Gas with { Restitution = 1, Frames = warmUp + frames }, 31, Scenes);
        double expected = CollisionRate(Temperature(gas, warmUp));
        double measured = 2.0 * CountCollisions(gas, warmUp) / (Scenes * Gas.Particles * frames * Gas.FrameInterval);
        Assert.That(measured, Is.EqualTo(expected).Within(0.05 * expected), "counting noise 1.4 %, walls some percent");
    }

    // T = T₀ (1 + t/τ)⁻²: a collision takes (1 − e²) T from its pair on average, and so does a hit on a wall from its disc.
    [Test]
    public void A_dissipative_gas_cools_by_Haffs_law()
    {
        Trajectories gas = Place.Run(place, Gas with { Restitution = 0.9, FrameInterval = 0.2, Frames = 9 }, 32, Scenes);
        double start = Temperature(gas, 0);
        double wallHits = 4 / Side * Math.Sqrt(start / (2 * Math.PI)) * (1 + 2 * Packing * ContactValue);
        double rate = 0.5 * (1 - 0.9 * 0.9) * (0.5 * CollisionRate(start) + wallHits);
        for (int frame = 1; frame <= 9; frame++)
        {
            double slope = (Math.Sqrt(start / Temperature(gas, frame)) - 1) / (0.2 * frame);
            Assert.That(slope, Is.EqualTo(rate).Within(0.07 * rate), $"1/τ from the temperature at {0.2 * frame:F1}");
        }
        Assert.That(Temperature(gas, 9), Is.LessThan(0.2 * start));
    }

    private static double Temperature(Trajectories gas, int frame)
    {
        double sum = 0;
        for (int scene = 0; scene < Scenes; scene++)
        {
            for (int i = 0; i < Gas.Particles; i++)
            {
                DiscState s = gas.State(scene, frame, i);
                sum += 0.5 * (s.Vx * s.Vx + s.Vy * s.Vy);
            }
        }
        return sum / (Scenes * Gas.Particles);
    }

    // Collisions of one disc per time: 2 n σ g(σ) √(πT).
    private static double CollisionRate(double temperature) =>
        2 * (Gas.Particles - 1) / (Side * Side) * 2 * Gas.Radius * ContactValue * Math.Sqrt(Math.PI * temperature);

    // Contacts that were not there in the frame before, from a frame on.
    private static int CountCollisions(Trajectories gas, int first)
    {
        int begun = 0, length = Gas.Particles * Gas.MaskWords;
        for (int scene = 0; scene < Scenes; scene++)
        {
            ReadOnlySpan<ulong> all = gas.Contacts.Slice(scene * gas.Frames * length, gas.Frames * length);
            for (int word = first * length; word < all.Length; word++) begun += BitOperations.PopCount(all[word] & ~all[word - length]);
        }
        return begun / 2;
    }
}
