using Handmade.Bench;
using Handmade.Physics;

namespace Handmade.Tests;

/// <summary>The simulator against LAMMPS. It is nothing that building or testing needs: where it is missing the test is skipped, with CI=true too.</summary>
public class LammpsTests
{
    [Test]
    public void LAMMPS_sees_the_same_contacts_and_halving_the_step_halves_the_distance()
    {
        if (Lammps.Program is null) Assert.Ignore($"LAMMPS is missing (Debian: apt-get install {Lammps.Package})");
        // Up to 0.3: each disc has met walls and others, and chaos has not grown yet.
        DiscScene scene = new() { FrameInterval = 0.05, Frames = 6 };
        var coarse = Agreement.Distances(scene with { SubstepsPerContact = 40 }, 8);
        var fine = Agreement.Distances(scene with { SubstepsPerContact = 160 }, 8);
        double before = Agreement.Quantile(coarse.Apart[^1], 0.5), after = Agreement.Quantile(fine.Apart[^1], 0.5);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fine.Contacts[^1], Is.GreaterThan(5), "contacts of a scene");
            Assert.That(before, Is.LessThan(1e-3));
            Assert.That(before / after, Is.InRange(3, 5), "a quarter of the step");
            Assert.That(fine.Apart[0][^1], Is.Zero, "same starts");
        }
    }
}
