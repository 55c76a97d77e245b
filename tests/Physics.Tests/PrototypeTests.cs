using System.Numerics;

namespace Handmade.Physics.Tests;

/// <summary>Means over many scenes that an independent simulator (the compiled Python prototype) measured for the `tiny` preset.</summary>
[TestFixtureSource(typeof(Place), nameof(Place.HostAndFast))]
public class PrototypeTests(string place)
{
    [Test]
    public void Mean_energy_falls_as_the_prototype_measured()
    {
        double[] measured = [0.980, 0.588, 0.401, 0.227, 0.154, 0.134, 0.125, 0.122];
        var scene = new DiscScene { FrameInterval = 0.5, Frames = 7, SubstepsPerContact = 20 };
        Trajectories tracks = Place.Run(place, scene, 1, 600);
        using (Assert.EnterMultipleScope())
        {
            for (int frame = 0; frame <= 7; frame++)
                Assert.That(MeanEnergy(tracks, frame), Is.EqualTo(measured[frame]).Within(0.03 * measured[frame]), $"at time {0.5 * frame}");
        }
    }

    [Test]
    public void As_many_discs_touch_in_a_frame_and_as_many_touch_only_one()
    {
        Trajectories tracks = Place.Run(place, new DiscScene(), 1, 600);
        int touching = 0, one = 0;
        foreach (ulong mask in tracks.Contacts)
        {
            int partners = BitOperations.PopCount(mask);
            if (partners > 0) touching++;
            if (partners == 1) one++;
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That((double)touching / tracks.Contacts.Length, Is.EqualTo(0.27).Within(0.015));
            Assert.That((double)one / touching, Is.EqualTo(0.86).Within(0.02));
        }
    }

    private static double MeanEnergy(Trajectories tracks, int frame)
    {
        double sum = 0;
        for (int scene = 0; scene < tracks.Scenes; scene++)
        {
            for (int i = 0; i < tracks.Particles; i++)
            {
                DiscState s = tracks.State(scene, frame, i);
                sum += 0.5 * (s.Vx * s.Vx + s.Vy * s.Vy) + s.Y;
            }
        }
        return sum / (tracks.Scenes * tracks.Particles);
    }
}
