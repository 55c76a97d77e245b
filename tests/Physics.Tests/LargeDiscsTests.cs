using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics.Tests;

/// <summary>Cell list, neighbor list, vectors and threads against one plain loop over all pairs, which sums in another order: the same bits.</summary>
public class LargeDiscsTests
{
    private static readonly LargeDiscScene Gas = LargeDiscScene.Of(300);

    // Four fifths of the box covered: most discs touch some other most of the time.
    private static readonly LargeDiscScene Dense = Gas with { Radius = Math.Sqrt(0.8 / (Math.PI * 300)), StartSpeed = 0.3 };

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(64)]
    [TestCase(101)]
    [TestCase(1000)]
    public void States_and_contacts_are_those_of_the_plain_loop(int particles)
    {
        LargeDiscScene scene = LargeDiscScene.Of(particles) with { GravityX = 0.3 };
        AssertNaive(scene, RandomStart(scene), substeps: particles > 500 ? 60 : 300);
    }

    [Test]
    public void A_dense_scene_is_that_of_the_plain_loop([Values] bool periodic, [Values] bool pushOnly)
    {
        LargeDiscScene scene = Dense with { PeriodicX = periodic, PushOnly = pushOnly };
        AssertNaive(scene, LatticeStart(scene), substeps: 300);
    }

    [Test]
    public void The_neighbor_list_changes_no_bit([Values(0, 0.01, 0.3, 3, 100)] double skin, [Values] bool periodic)
    {
        LargeDiscScene scene = Gas with { PeriodicX = periodic, GravityX = periodic ? 3 : 0 };
        AssertNaive(scene, RandomStart(scene), substeps: 200, skin: skin);
    }

    [Test]
    public void Strips_lose_nobody_at_their_borders([Values(10, 70)] int discsPerStrip, [Values] bool periodic)
    {
        LargeDiscScene scene = Dense with { PeriodicX = periodic, GravityX = 0.2 };
        AssertNaive(scene, LatticeStart(scene), substeps: 200, discsPerStrip: discsPerStrip);
    }

    [Test]
    public void Boxes_of_any_shape_are_simulated([Values] bool periodic)
    {
        LargeDiscScene scene = Gas with { Particles = 150, Radius = 0.013, Width = 0.2, Height = 3, PeriodicX = periodic };
        AssertNaive(scene, RandomStart(scene), substeps: 200);
        scene = scene with { Width = 3, Height = 0.2 };
        AssertNaive(scene, RandomStart(scene), substeps: 200);
    }

    [Test]
    public void A_layer_on_the_floor_of_a_high_box_is_shared_by_strips_and_threads()
    {
        LargeDiscScene scene = LargeDiscScene.Of(4000) with { Width = 4, Height = 1 };
        DiscState[] start = [.. Enumerable.Range(0, 4000).Select(i => new DiscState(0.01 + 0.0079 * (i % 500), scene.Radius * (0.99 + 2 * (i / 500)), 0, 0))];
        DiscState[] alone = new DiscState[4000], shared = new DiscState[4000];
        using var workers = new WorkerPool(3);
        using var one = new LargeDiscs(scene);
        using var many = new LargeDiscs(scene, workers, null, discsPerStrip: 100);
        one.Set(start);
        many.Set(start);
        one.Advance(200);
        many.Advance(200);
        one.CopyTo(alone);
        many.CopyTo(shared);
        Assert.That(shared, Is.EqualTo(alone));
    }

    [Test]
    public void Radii_and_masses_are_those_of_the_plain_loop([Values] bool periodic, [Values] bool equalMasses, [Values(12, 12_000)] int discsPerStrip)
    {
        LargeDiscScene scene = Dense with { PeriodicX = periodic, RadiusSpread = 0.4, Radius = Dense.Radius / 1.4, EqualMasses = equalMasses, PushOnly = equalMasses, StartSpeed = 1 };
        AssertNaive(scene, LatticeStart(scene), substeps: 200, discsPerStrip: discsPerStrip);
    }

    [Test]
    public void Own_radii_that_are_all_the_scenes_radius_change_no_bit([Values] bool periodic)
    {
        LargeDiscScene equal = Dense with { PeriodicX = periodic };
        DiscState[] start = LatticeStart(equal);
        using var plain = new LargeDiscs(equal);
        using var own = new LargeDiscs(equal with { RadiusSpread = 0.3 });
        plain.Set(start);
        own.Set(start);
        own.SetRadii([.. Enumerable.Repeat(equal.Radius, 300)]);
        plain.Advance(300);
        own.Advance(300);
        for (int i = 0; i < 300; i++) Assert.That(own.Get(i), Is.EqualTo(plain.Get(i)));
    }

    [Test]
    public void Discs_that_do_not_interact_are_labelled_like_the_plain_loops()
    {
        LargeDiscScene scene = Gas with { Interacting = false };
        AssertNaive(scene, RandomStart(scene), substeps: 200);
    }

    [Test]
    public void Discs_on_the_edges_of_cells_lose_nobody([Values] bool periodic)
    {
        // Reach 0.1 and no skin make cells of 0.1; centres stand on their corners and half-way between, and graze each other.
        LargeDiscScene scene = Gas with { Particles = 361, Radius = 0.05, Interacting = false, GravityY = 0, StartSpeed = 0, PeriodicX = periodic };
        DiscState[] start = [.. Enumerable.Range(0, 361).Select(i => new DiscState(0.05 + 0.05 * (i % 19), 0.05 + 0.05 * (i / 19), 0, 0))];
        AssertNaive(scene, start, substeps: 1, skin: 0);
    }

    [Test]
    public void All_discs_in_one_cell_are_those_of_the_plain_loop([Values] bool interacting)
    {
        // 40 discs make cells of 0.16. Those that do not interact lie on each other, so that every pair touches.
        double spacing = interacting ? 0.0195 : 0.001;
        LargeDiscScene scene = Gas with { Particles = 40, Radius = 0.01, Interacting = interacting };
        DiscState[] start = [.. Enumerable.Range(0, 40).Select(i => new DiscState(0.33 + spacing * (i % 6), 0.34 + spacing * (i / 6), 0.1 * (i % 3), 0))];
        AssertNaive(scene, start, substeps: 60);
    }

    [Test]
    public void A_fast_disc_meets_everybody_on_its_way_through_many_cells()
    {
        LargeDiscScene scene = Gas with { StartSpeed = 0, GravityY = 0, Interacting = false };
        DiscState[] start = RandomStart(scene);
        start[7] = start[7] with { X = 0.02, Y = 0.5, Vx = 0.99 * scene.SpeedLimit, Vy = 0.01 };
        using var discs = new LargeDiscs(scene, skin: 1);
        var naive = new NaiveLargeDiscs(scene, start);
        discs.Set(start);
        discs.Advance(450);
        naive.Advance(450);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(discs.Searches, Is.GreaterThan(20), "the list was made again on the way");
            Assert.That(discs.Contacts.ToArray(), Is.EqualTo(naive.Touched));
            Assert.That(discs.Contacts.ToArray().Count(pair => pair.I == 7 || pair.J == 7), Is.GreaterThan(5));
        }
    }

    [Test]
    public void The_number_of_threads_changes_no_bit([Values] bool periodic)
    {
        LargeDiscScene scene = LargeDiscScene.Of(6000) with { PeriodicX = periodic, Radius = Math.Sqrt(0.7 / (Math.PI * 6000)) };
        DiscState[] start = LatticeStart(scene), alone = new DiscState[6000], shared = new DiscState[6000];
        using var one = new LargeDiscs(scene);
        one.Set(start);
        one.Advance(120);
        one.CopyTo(alone);
        foreach (int threads in (int[])[2, 3])
        {
            using var workers = new WorkerPool(threads);
            using var many = new LargeDiscs(scene, workers, null, discsPerStrip: 300);
            many.Set(start);
            many.Advance(120);
            many.CopyTo(shared);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(shared, Is.EqualTo(alone));
                Assert.That(many.Contacts.ToArray(), Is.EqualTo(one.Contacts.ToArray()));
                Assert.That(many.WallContacts.ToArray(), Is.EqualTo(one.WallContacts.ToArray()));
                Assert.That(one.Contacts.Length, Is.GreaterThan(3000));
            }
        }
    }

    [Test]
    public void Contacts_keep_the_momentum_to_the_last_bit()
    {
        LargeDiscScene scene = Dense with { PeriodicX = true, GravityY = 0 };
        using var discs = new LargeDiscs(scene);
        discs.Set(LatticeStart(scene));
        Int128 before = Momentum();
        discs.Advance(400);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(discs.Contacts.Length, Is.GreaterThan(200));
            Assert.That(Momentum(), Is.EqualTo(before));
        }

        // In quanta. Walls at y = 0 and 1 push along y only.
        Int128 Momentum() => Enumerable.Range(0, scene.Particles).Aggregate((Int128)0, (sum, i) => sum + (Int128)(discs.Get(i).Vx / scene.SpeedQuantum));
    }

    [Test]
    public void Speeds_near_the_limit_are_quanta_too_and_hard_hits_the_same_on_both_sides_of_a_border()
    {
        LargeDiscScene scene = LargeDiscScene.Of(300) with { GravityY = 0, Restitution = 0.01, SubstepsPerContact = 12 };
        double speed = 0.7 * scene.SpeedLimit;
        DiscState[] start = LatticeStart(scene);
        for (int i = 0; i < start.Length; i++) start[i] = start[i] with { Vx = 0, Vy = i % 2 == 0 ? speed * (1 + 1e-15) : -speed * (1 - 3e-16) };
        using var one = new LargeDiscs(scene);
        using var many = new LargeDiscs(scene, null, null, discsPerStrip: 10);
        one.Set(start);
        many.Set(start);
        for (int step = 0; step < 20; step++)
        {
            for (int i = 0; i < start.Length; i++)
            {
                double quanta = one.Get(i).Vy / scene.SpeedQuantum;
                Assert.That(quanta, Is.EqualTo(Math.Round(quanta)), $"disc {i} after {step} substeps");
                Assert.That(many.Get(i), Is.EqualTo(one.Get(i)));
            }
            one.Advance(1);
            many.Advance(1);
        }
        Assert.That(one.Contacts.Length, Is.GreaterThan(10));
    }

    [Test]
    public void Frames_can_be_asked_for_twice_or_not_at_all()
    {
        LargeDiscScene scene = Gas with { Frames = 2 };
        IEnumerable<LargeDiscFrame> frames = DiscSimulator.Frames(scene, RandomStart(scene));
        Assert.That(frames.Count(), Is.EqualTo(3));
        Assert.That(frames.Count(), Is.EqualTo(3));
    }

    [TestCase(-1)]
    [TestCase(double.NaN)]
    public void A_skin_that_is_none_is_one_sentence(double skin) =>
        Assert.That(() => new LargeDiscs(Gas, null, skin), Throws.TypeOf<HandmadeException>().With.Message.EqualTo(FormattableString.Invariant($"large discs: skin is {skin}; use 0 or more radii")));

    [Test]
    public void Other_numbers_for_the_discs_change_no_bit_of_their_tracks()
    {
        DiscState[] start = LatticeStart(Dense);
        using var straight = new LargeDiscs(Dense);
        using var reversed = new LargeDiscs(Dense);
        straight.Set(start);
        reversed.Set([.. start.Reverse()]);
        straight.Advance(500);
        reversed.Advance(500);
        for (int i = 0; i < start.Length; i++) Assert.That(reversed.Get(start.Length - 1 - i), Is.EqualTo(straight.Get(i)));
    }

    [Test]
    public void Small_scenes_are_those_of_the_groups_until_rounding_has_grown()
    {
        var small = new DiscScene { Particles = 100, Radius = 0.025, Frames = 4 };
        LargeDiscScene large = LargeDiscScene.From(small);
        DiscState[] start = Lab.RandomStart(small, 8);
        using var group = new HostDiscs(small, start);
        using var discs = new LargeDiscs(large);
        discs.Set(start);
        int contacts = 0;
        for (int frame = 0; frame < 4; frame++)
        {
            group.Advance(small.SubstepsPerFrame);
            discs.Advance(small.SubstepsPerFrame);
            contacts += discs.Contacts.Length;
            DiscPair[] expected = [.. Enumerable.Range(0, 100).SelectMany(i => Enumerable.Range(i + 1, 99 - i).Where(j => group.Touched(i, j)).Select(j => new DiscPair(i, j)))];
            Assert.That(discs.Contacts.ToArray(), Is.EqualTo(expected), $"frame {frame}");
            for (int i = 0; i < 100; i++)
            {
                Assert.That(double.Hypot(discs.Get(i).X - group[i].X, discs.Get(i).Y - group[i].Y), Is.LessThan(1e-11), $"disc {i} in frame {frame}");
                Assert.That(discs.WallContacts[i] != 0, Is.EqualTo(group.TouchedWall(i)));
            }
        }
        Assert.That(contacts, Is.GreaterThan(100));
    }

    [Test]
    public void Energy_of_a_dense_elastic_scene_swings_by_the_substep_and_does_not_drift()
    {
        double coarse = WorstEnergyError(40), fine = WorstEnergyError(400);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(coarse, Is.LessThan(0.05));
            Assert.That(fine, Is.LessThan(0.15 * coarse));
        }
    }

    [Test]
    public void A_substep_allocates_nothing([Values(1, 2)] int threads)
    {
        LargeDiscScene scene = LargeDiscScene.Of(3000);
        using var workers = new WorkerPool(threads);
        using var discs = new LargeDiscs(scene, workers);
        discs.Set(RandomStart(scene));
        discs.Advance(100);
        int searches = discs.Searches;
        long before = GC.GetAllocatedBytesForCurrentThread();
        discs.Advance(200);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(allocated, Is.Zero);
            Assert.That(discs.Searches, Is.GreaterThan(searches), "the neighbor list was made again");
        }
    }

    [Test]
    public void A_disc_set_again_starts_afresh_and_errors_are_one_sentence()
    {
        LargeDiscScene scene = Gas with { Particles = 2, GravityY = 0 };
        using var discs = new LargeDiscs(scene);
        discs.Set([new(0.3, 0.5, 0, 0), new(0.7, 0.5, 0, 0)]);
        discs.Advance(1);
        Assert.That(discs.Contacts.Length, Is.Zero);
        discs.Set(1, new(0.3 + scene.Radius, 0.5, 0, 0));
        discs.Advance(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(discs.Contacts.ToArray(), Is.EqualTo(new DiscPair[] { new(0, 1) }));
            Assert.That(() => discs.Get(2), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => discs.Set([default]), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("large discs: 1 starting states; use 2, one for each disc"));
            Assert.That(() => discs.Set(0, new(0.5, 0.5, 1e9, 0)), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("large discs: disc 0 at (0.5, 0.5) with speed 1000000000; use a finite place and at most the scene's speed limit, "));
            Assert.That(() => discs.Set(0, new(double.NaN, 0.5, 0, 0)), Throws.TypeOf<HandmadeException>());
        }
    }

    [Test]
    public void An_explosion_is_one_sentence()
    {
        LargeDiscScene scene = Gas with { Particles = 200, Radius = 0.02, Restitution = 1 };
        using var discs = new LargeDiscs(scene);
        discs.Set([.. Enumerable.Range(0, 200).Select(i => new DiscState(0.5 + 1e-5 * i, 0.5, 0, 0))]);
        Assert.That(() => discs.Advance(100), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("large discs: a disc moves at "));
    }

    private static DiscState[] RandomStart(LargeDiscScene scene)
    {
        var start = new DiscState[scene.Particles];
        LargeDiscStart.Random(scene, 21, 0, start);
        return start;
    }

    private static DiscState[] LatticeStart(LargeDiscScene scene)
    {
        var start = new DiscState[scene.Particles];
        LargeDiscStart.Lattice(scene, 21, 0, start);
        return start;
    }

    private static void AssertNaive(LargeDiscScene scene, DiscState[] start, int substeps, double? skin = null, int discsPerStrip = 12_000)
    {
        using var discs = new LargeDiscs(scene, null, skin, discsPerStrip);
        var radii = new double[scene.Particles];
        DiscStart.Radii(scene, 21, 0, radii);
        var naive = new NaiveLargeDiscs(scene, start, radii);
        discs.Set(start);
        if (scene.HasSizes) discs.SetRadii(radii);
        int contacts = 0;
        for (int frame = 0; frame < 2; frame++)
        {
            discs.Advance((substeps + frame) / 2);
            naive.Advance((substeps + frame) / 2);
            for (int i = 0; i < start.Length; i++) Assert.That(discs.Get(i), Is.EqualTo(naive.States[i]), $"disc {i} in frame {frame}");
            Assert.That(discs.Contacts.ToArray(), Is.EqualTo(naive.Touched));
            Assert.That(discs.WallContacts.ToArray(), Is.EqualTo(naive.TouchedWall));
            contacts += discs.Contacts.Length;
        }
        if (start.Length > 30) Assert.That(contacts, Is.GreaterThan(20), "something touched");
    }

    private static double WorstEnergyError(int substepsPerContact)
    {
        DiscScene small = new() { Particles = 100, Radius = 0.04, StartSpeed = 0.2, Restitution = 1, SubstepsPerContact = substepsPerContact };
        LargeDiscScene scene = LargeDiscScene.From(small);
        using var lab = new Lab(new CellDiscs(scene, LatticeStart(scene)), small);
        double first = lab.Energy, worst = 0;
        for (int frame = 0; frame < 20; frame++)
        {
            lab.Advance(small.SubstepsPerFrame);
            worst = Math.Max(worst, Math.Abs(lab.Energy / first - 1));
        }
        return worst;
    }
}
