using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics.Tests;

public class DiscSimulatorTests
{
    private static readonly DiscScene Tiny = new();

    [Test]
    public void A_scene_has_the_same_bits_alone_and_in_any_batch_on_any_threads()
    {
        Trajectories batch = DiscSimulator.Run(Tiny, 7, 23);
        using var workers = new WorkerPool(3);
        Trajectories threaded = DiscSimulator.Run(Tiny, 7, 23, workers);
        Assert.That(Same(batch, threaded));
        for (int scene = 0; scene < 23; scene++)
        {
            var alone = new Trajectories(Tiny, 1);
            DiscSimulator.Run(Tiny, 7, (uint)scene, alone);
            Assert.That(alone.States.SequenceEqual(Part(batch.States, scene)), $"states of scene {scene}");
            Assert.That(alone.Contacts.SequenceEqual(Part(batch.Contacts, scene)), $"contacts of scene {scene}");
            Assert.That(alone.WallContacts.SequenceEqual(Part(batch.WallContacts, scene)), $"wall contacts of scene {scene}");
        }

        Span<T> Part<T>(Span<T> all, int scene) => all.Slice(all.Length / 23 * scene, all.Length / 23);
    }

    [Test]
    public void Another_seed_gives_other_scenes_and_the_same_seed_the_same()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Same(DiscSimulator.Run(Tiny, 7, 3), DiscSimulator.Run(Tiny, 7, 3)));
            Assert.That(Same(DiscSimulator.Run(Tiny, 7, 3), DiscSimulator.Run(Tiny, 8, 3)), Is.False);
        }
    }

    [Test]
    public void Frames_hold_what_the_plain_loop_reaches()
    {
        DiscScene scene = Tiny with { Frames = 5 };
        DiscState[] start = [.. Lab.RandomStart(scene, 9, 0), .. Lab.RandomStart(scene, 9, 1)];
        Trajectories tracks = DiscSimulator.Run(scene, start);
        for (int place = 0; place < 2; place++)
        {
            var naive = new NaiveDiscs(scene, start[(16 * place)..(16 * place + 16)]);
            for (int frame = 0; frame <= 5; frame++)
            {
                if (frame > 0) naive.Advance(scene.SubstepsPerFrame);
                for (int i = 0; i < 16; i++)
                {
                    DiscState s = naive.States[i];
                    Assert.That(tracks.State(place, frame, i), Is.EqualTo(new DiscState((float)s.X, (float)s.Y, (float)s.Vx, (float)s.Vy)));
                    if (frame == 0) continue;
                    Assert.That(tracks.TouchesWall(place, frame - 1, i), Is.EqualTo(naive.TouchedWall[i]));
                    for (int j = 0; j < 16; j++) Assert.That(tracks.Touch(place, frame - 1, i, j), Is.EqualTo(naive.Touched[i, j]));
                }
            }
        }
    }

    [Test]
    public unsafe void Given_memory_is_filled_to_its_end_and_not_beyond()
    {
        DiscScene scene = Tiny with { Particles = 70, Radius = 0.02, Frames = 2 };
        var states = new float[Trajectories.StateLength(scene, 5) + 1];
        var contacts = new ulong[Trajectories.ContactLength(scene, 5) + 1];
        var walls = new byte[Trajectories.WallContactLength(scene, 5) + 1];
        Array.Fill(states, -77);
        Array.Fill(contacts, 77UL);
        Array.Fill(walls, (byte)77);
        fixed (float* s = states)
        fixed (ulong* c = contacts)
        fixed (byte* w = walls)
        {
            var given = new Trajectories(scene, 5, s, c, w);
            DiscSimulator.Run(scene, 3, 0, given);
            Assert.That(Same(given, DiscSimulator.Run(scene, 3, 5)));
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That((states[^1], contacts[^1], walls[^1]), Is.EqualTo((-77f, 77UL, (byte)77)));
            Assert.That(states[^2], Is.Not.EqualTo(-77f));
            Assert.That(contacts.Length - 1, Is.EqualTo(5 * 2 * 70 * 2), "two words a mask beyond 64 particles");
            Assert.That(walls[..^1], Has.None.GreaterThan(1));
        }
    }

    [Test]
    public void Starts_are_free_of_overlap_inside_the_box_and_normal_in_velocity()
    {
        DiscScene scene = Tiny with { Particles = 40, Radius = 0.04 };
        double sum = 0, square = 0;
        for (uint number = 0; number < 100; number++)
        {
            DiscState[] start = Lab.RandomStart(scene, 2, number);
            for (int i = 0; i < start.Length; i++)
            {
                Assert.That(Math.Min(Math.Min(start[i].X, 1 - start[i].X), Math.Min(start[i].Y, 1 - start[i].Y)), Is.GreaterThanOrEqualTo(0.04 - 1e-15));
                for (int j = 0; j < i; j++)
                    Assert.That(double.Hypot(start[i].X - start[j].X, start[i].Y - start[j].Y), Is.GreaterThanOrEqualTo(0.08 - 1e-12));
                sum += start[i].Vx + start[i].Vy;
                square += start[i].Vx * start[i].Vx + start[i].Vy * start[i].Vy;
            }
        }
        Assert.That(sum / 8000, Is.EqualTo(0).Within(0.03));
        Assert.That(square / 8000, Is.EqualTo(0.49).Within(0.03));
    }

    [Test]
    public void Progress_counts_every_scene_and_a_cancelled_run_stops()
    {
        var seen = new Seen();
        DiscSimulator.Run(Tiny with { Frames = 1 }, 1, 10, progress: seen);
        Assert.That(seen.Counts, Is.EqualTo(new[] { 4, 8, 10 }));
        Assert.That(() => DiscSimulator.Run(Tiny, 1, 10, cancel: new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private static IEnumerable<TestCaseData> BadScenes() => Sentences().Select(bad => new TestCaseData(bad.Scene, bad.Sentence).SetArgDisplayNames(bad.Sentence));

    private static IEnumerable<(DiscScene Scene, string Sentence)> Sentences()
    {
        yield return (Tiny with { Particles = 0 }, "disc scene: particles is 0; use at least 1");
        yield return (Tiny with { Radius = 0.5 }, "disc scene: radius is 0.5; a disc fits the unit box with a radius between 0 and 0.5");
        yield return (Tiny with { Radius = double.NaN }, "disc scene: radius is NaN; a disc fits the unit box with a radius between 0 and 0.5");
        yield return (Tiny with { GravityX = double.PositiveInfinity }, "disc scene: gravity is (Infinity, -1); use finite numbers");
        yield return (Tiny with { Restitution = 0 }, "disc scene: restitution is 0; use a value in (0, 1]");
        yield return (Tiny with { ContactTime = -1 }, "disc scene: contact time is -1; use a positive number");
        yield return (Tiny with { SubstepsPerContact = 0 }, "disc scene: substeps per contact is 0; use at least 10");
        yield return (Tiny with { SubstepsPerContact = 2 }, "disc scene: 2 substeps per contact cannot follow restitution 0.5; use at least 7");
        yield return (Tiny with { Frames = 0 }, "disc scene: frames is 0; use at least 1");
        yield return (Tiny with { StartSpeed = -0.1 }, "disc scene: start speed is -0.1; use 0 or more");
        yield return (Tiny with { FrameInterval = 0 }, "disc scene: frame interval is 0; use at least one substep, 0.0005");
        yield return (Tiny with { FrameInterval = 0.0502 }, "disc scene: frame interval 0.0502 is 100.4 substeps of 0.0005; use a whole number of them, such as 0.05");
        yield return (Tiny with { Radius = 0.2 }, "disc scene: 16 discs of radius 0.2 cover 201 % of the box, and in scene 0 disc");
    }

    [TestCaseSource(nameof(BadScenes))]
    public void A_bad_scene_is_one_sentence(DiscScene scene, string sentence) =>
        Assert.That(() => DiscSimulator.Run(scene, 1, 1), Throws.TypeOf<HandmadeException>().With.Message.StartsWith(sentence));

    [Test]
    public void Starts_and_memory_of_another_shape_are_one_sentence()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => DiscSimulator.Run(Tiny, new DiscState[17]), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("disc simulator: 17 starting states; use a multiple of the 16 particles"));
            Assert.That(() => DiscSimulator.Run(Tiny, 1, 0), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("disc simulator: 0 scenes; use at least 1"));
            Assert.That(() => DiscSimulator.Run(Tiny, 1, 0, new Trajectories(Tiny with { Frames = 3 }, 1)), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("disc simulator: room for 3 frames of 16 particles; the scene has 12 of 16"));
        }
    }

    private static bool Same(Trajectories a, Trajectories b) =>
        a.States.SequenceEqual(b.States) && a.Contacts.SequenceEqual(b.Contacts) && a.WallContacts.SequenceEqual(b.WallContacts);

    private sealed class Seen : IProgress<int>
    {
        public List<int> Counts { get; } = [];

        public void Report(int value) => Counts.Add(value);
    }
}
