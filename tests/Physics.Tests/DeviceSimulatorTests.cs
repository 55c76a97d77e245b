using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics.Tests;

/// <summary>The simulator's kernel against the host's SIMD groups: the same bits in f64, whatever the batch.</summary>
[TestFixtureSource(typeof(Place), nameof(Place.WithKernels))]
public class DeviceSimulatorTests(string place)
{
    private static readonly DiscScene Tiny = new();

    private Device Device => Place.Open(place);

    // One thread a disc: the emulator affords few substeps.
    private bool IsSlow => place == "emulator";

    [TestCase(1, 0.2)]
    [TestCase(2, 0.2)]
    [TestCase(17, 0.06)]
    [TestCase(40, 0.04)]
    [TestCase(64, 0.03)]
    [TestCase(65, 0.03)]
    [TestCase(200, 0.02)]
    public void Frames_and_contacts_have_the_hosts_bits(int particles, double radius)
    {
        DiscScene scene = Tiny with { Particles = particles, Radius = radius, GravityX = 0.3, Frames = 6 };
        if (IsSlow) scene = scene with { Frames = 2, FrameInterval = particles < 20 ? 0.05 : 0.001, StartSpeed = 2 };
        Trajectories expected = DiscSimulator.Run(scene, 21, 5), actual = Place.Run(place, scene, 21, 5);
        AssertSame(actual, expected);
        if (particles >= 17 && (particles < 20 || !IsSlow)) Assert.That(expected.Contacts.ContainsAnyExcept(0UL), "something touched");
    }

    [Test]
    public void A_thread_a_scene_and_a_group_a_scene_give_the_same_bits([Values(1, 2, 16, 17, 64)] int particles, [Values] bool sizes)
    {
        DiscScene scene = Tiny with { RadiusSpread = sizes ? 0.4 : 0, Sides = sizes ? BoxSides.PeriodicX : BoxSides.Walls, Particles = particles, Radius = 0.12 / Math.Sqrt(particles), Frames = 3, StartSpeed = 2 };
        if (IsSlow) scene = scene with { Frames = 2, FrameInterval = particles < 20 ? 0.05 : 0.001 };
        Trajectories expected = DiscSimulator.Run(scene, 24, 5);
        double[] start = [.. Enumerable.Range(0, 5).SelectMany(number => Lab.RandomStart(scene, 24, (uint)number)).SelectMany(s => new[] { s.X, s.Y, s.Vx, s.Vy })];
        using Scope scope = Device.Scope();
        TensorView discs = Device.From<double>(start, [5, particles, 4]);
        TensorView? radii = sizes ? Device.From<double>([.. Enumerable.Range(0, 5).SelectMany(number => Lab.Radii(scene, 24, (uint)number))], [5, particles]) : null;
        AssertSame(DiscSimulator.Run(scene, discs, radii, sceneAThread: true).ToHost(), expected);
        AssertSame(DiscSimulator.Run(scene, discs, radii, sceneAThread: false).ToHost(), expected);
    }

    [Test]
    public void Options_change_the_host_in_the_same_way([Values] bool interacting, [Values] bool pushOnly)
    {
        DiscScene scene = Tiny with { Interacting = interacting, PushOnly = pushOnly, Frames = IsSlow ? 2 : 12 };
        AssertSame(Place.Run(place, scene, 22, 4), DiscSimulator.Run(scene, 22, 4));
    }

    [Test]
    public void Radii_masses_and_sides_have_the_hosts_bits([Values(17, 40, 70)] int particles, [Values] BoxSides sides, [Values] bool equalMasses)
    {
        DiscScene scene = Tiny with
        {
            Particles = particles,
            Radius = 0.24 / Math.Sqrt(particles),
            RadiusSpread = 0.3,
            EqualMasses = equalMasses,
            Sides = sides,
            GravityY = sides == BoxSides.PeriodicXY ? 0 : -1,
            PushOnly = equalMasses,
            Frames = 6,
        };
        if (IsSlow) scene = scene with { Frames = 1, FrameInterval = particles < 20 ? 0.02 : 0.001, StartSpeed = 2 };
        Trajectories expected = DiscSimulator.Run(scene, 25, 5);
        AssertSame(Place.Run(place, scene, 25, 5), expected);
        if (!IsSlow) Assert.That(expected.Contacts.ContainsAnyExcept(0UL), "something touched");
    }

    [Test]
    public void Discs_that_fall_from_rest_and_settle_are_those_of_the_host()
    {
        DiscScene scene = Tiny with { StartSpeed = 0, Restitution = 0.3, Frames = IsSlow ? 3 : 60 };
        AssertSame(Place.Run(place, scene, 23, 4), DiscSimulator.Run(scene, 23, 4));
    }

    [Test]
    public void A_scene_has_the_same_bits_in_any_batch_and_in_a_second_run()
    {
        DiscScene scene = Tiny with { Frames = IsSlow ? 1 : 12 };
        int scenes = IsSlow ? 5 : 23;
        Trajectories batch = Place.Run(place, scene, 7, scenes);
        AssertSame(Place.Run(place, scene, 7, scenes), batch);
        for (int number = 0; number < scenes; number += 3)
        {
            using Scope scope = Device.Scope();
            Trajectories alone = DiscSimulator.Run(Device, scene, 7, 1, (uint)number).ToHost();
            Assert.That(alone.States.SequenceEqual(Part(batch.States, number, scenes)), $"states of scene {number}");
            Assert.That(alone.Contacts.SequenceEqual(Part(batch.Contacts, number, scenes)), $"contacts of scene {number}");
            Assert.That(alone.WallContacts.SequenceEqual(Part(batch.WallContacts, number, scenes)), $"wall contacts of scene {number}");
        }
    }

    [Test]
    public void A_run_goes_on_from_the_end_of_another_as_if_it_had_not_ended()
    {
        DiscScene full = Tiny with { Frames = IsSlow ? 2 : 8 }, half = full with { Frames = full.Frames / 2 };
        using Scope scope = Device.Scope();
        DeviceTrajectories first = DiscSimulator.Run(Device, half, 3, 6), second = DiscSimulator.Run(half, first.End), all = DiscSimulator.Run(Device, full, 3, 6);
        Assert.That(second.End.ToArray<double>(), Is.EqualTo(all.End.ToArray<double>()));
        Trajectories late = second.ToHost(), whole = all.ToHost();
        int words = half.Frames * half.Particles;
        for (int scene = 0; scene < 6; scene++)
            Assert.That(Part(late.Contacts, scene, 6).SequenceEqual(Part(whole.Contacts, scene, 6)[words..]), $"contacts of scene {scene}");
    }

    [Test]
    public void The_host_is_a_device_like_the_others()
    {
        using var host = new HostDevice(2);
        using Scope scope = host.Scope(), other = Device.Scope();
        DiscScene scene = Tiny with { Frames = 1 };
        DeviceTrajectories here = DiscSimulator.Run(host, scene, 5, 6), there = DiscSimulator.Run(Device, scene, 5, 6);
        AssertSame(here.ToHost(), DiscSimulator.Run(scene, 5, 6));
        Assert.That(there.End.ToArray<double>(), Is.EqualTo(here.End.ToArray<double>()));
    }

    [Test]
    public void Single_precision_falls_bounces_and_touches_like_double()
    {
        DiscScene scene = Tiny with { Particles = 2, Radius = 0.05 };
        // They meet between two substeps, so that rounding does not move the contact by a whole one.
        DiscState[] start = [new(0.3, 0.3, 0.4, 0.2), new(0.4502, 0.3, -0.4, 0.2)];
        using IDiscs single = new DeviceDiscs(Device, scene, start, DType.F32), precise = new HostDiscs(scene, start);
        for (int part = 0; part < 10; part++)
        {
            single.Advance(150);
            precise.Advance(150);
            for (int i = 0; i < 2; i++)
            {
                Assert.That(single[i].X, Is.EqualTo(precise[i].X).Within(2e-4));
                Assert.That(single[i].Y, Is.EqualTo(precise[i].Y).Within(2e-4));
                Assert.That(single[i].Vy, Is.EqualTo(precise[i].Vy).Within(1e-3));
                Assert.That(single.TouchedWall(i), Is.EqualTo(precise.TouchedWall(i)), $"wall, part {part}");
            }
            Assert.That(single.Touched(0, 1), Is.EqualTo(precise.Touched(0, 1)), $"contact, part {part}");
        }
        Assert.That(precise[0].Vx, Is.LessThan(0), "they collided");
        Assert.That(precise[0].Y, Is.LessThan(0.2), "they fell");
    }

    [Test]
    public void What_a_device_cannot_simulate_is_one_sentence()
    {
        string name = Device.Name;
        using var host = new HostDevice(1);
        using (Assert.EnterMultipleScope())
        {
            Says(() => DiscSimulator.Run(Device, Tiny, 1, 0), "disc simulator: 0 scenes; use at least 1");
            Says(() => DiscSimulator.Run(Device, Tiny, ReadOnlySpan<DiscState>.Empty), "disc simulator: 0 scenes; use at least 1");
            Says(() => DiscSimulator.Run(Device, Tiny with { Particles = 257, Radius = 0.01 }, 1, 1), $"disc simulator: 257 particles, and {name} simulates at most 256 in a scene; use fewer, or --device host");
            Says(() => DiscSimulator.Run(Device, Tiny, new DiscState[17]), "disc simulator: 17 starting states; use a multiple of the 16 particles");
            Says(() => DiscSimulator.Run(Device, Tiny, 1, 1, precision: DType.I32), "disc simulator: precision i32; use f64 or f32");
            Says(() => DiscSimulator.Run(host, Tiny, 1, 1, precision: DType.F32), "disc simulator: the host simulates in f64; leave the precision out, or take another device");
            Says(() => DiscSimulator.Run(Tiny, Device.Empty([2, 15, 4], DType.F64)), "disc simulator: the start is f64 [2, 15, 4]; use a contiguous tensor of shape [scenes, 16, 4]");
            Says(() => DiscSimulator.Run(Tiny, Device.Empty([2, 16, 4], DType.I32)), "disc simulator: precision i32; use f64 or f32");
            Says(() => DiscSimulator.Run(Device, Tiny with { RadiusSpread = 0.1 }, new DiscState[16]), "disc simulator: 0 radii for 16 starting states; use 16, since the scene spreads radii");
            Says(() => DiscSimulator.Run(Tiny with { RadiusSpread = 0.1 }, Device.Empty([2, 16, 4], DType.F64)), "disc simulator: radii are missing; use a contiguous f64 tensor of shape [2, 16]");
            Says(() => DiscSimulator.Run(Device, Tiny with { Frames = 0 }, 1, 1), "disc scene: frames is 0; use at least 1");
            Says(() => DiscSimulator.Run(Device, Tiny with { Particles = 256, Radius = 0.01, Frames = 30_000 }, 1, 50), "disc simulator: 50 scenes have 1536000000 words of contacts, a batch on a device at most 1073741795; simulate fewer scenes at a time");
        }

        static void Says(Action run, string sentence) => Assert.That(() => run(), Throws.TypeOf<HandmadeException>().With.Message.EqualTo(sentence));
    }

    private static Span<T> Part<T>(Span<T> all, int scene, int scenes) => all.Slice(all.Length / scenes * scene, all.Length / scenes);

    private static void AssertSame(Trajectories actual, Trajectories expected)
    {
        int state = actual.States.CommonPrefixLength(expected.States), contact = actual.Contacts.CommonPrefixLength(expected.Contacts);
        if (state < expected.States.Length) Assert.Fail($"number {state} of the states is {actual.States[state]:G9}, the host's {expected.States[state]:G9}");
        if (contact < expected.Contacts.Length) Assert.Fail($"word {contact} of the contacts is {actual.Contacts[contact]:X}, the host's {expected.Contacts[contact]:X}");
        Assert.That(actual.WallContacts.SequenceEqual(expected.WallContacts), "wall contacts");
    }
}
