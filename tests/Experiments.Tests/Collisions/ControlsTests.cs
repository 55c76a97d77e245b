using Handmade.Analysis;
using Handmade.Autograd;
using Handmade.Experiments.Collisions;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Model;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>Controls on planted attention and planted weights, where the answer is known.</summary>
public sealed class ControlsTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void A_perfect_detector_scores_the_null_of_shuffled_labels()
    {
        TestFrames frames = Frames(600, 12);
        HeadScore whole = ScoreOfPerfectDetector(frames, frames), shuffled = ScoreOfPerfectDetector(frames, ShuffledLabels.Of(frames, 7));
        Assert.Multiple(() =>
        {
            Assert.That(whole.Contact, Is.EqualTo(1).Within(1e-6));
            Assert.That(shuffled.Null, Is.EqualTo(whole.Null).Within(1e-12), "everybody keeps somebody's number of partners");
            Assert.That(shuffled.Touching, Is.EqualTo(whole.Touching));
            Assert.That(shuffled.Contact, Is.EqualTo(shuffled.Null).Within(0.02), "four standard errors");
        });
    }

    [Test]
    public void Shuffled_labels_are_a_permutation_of_each_frame()
    {
        const int n = 9;
        TestFrames frames = Frames(40, n), shuffled = ShuffledLabels.Of(frames, 7), again = ShuffledLabels.Of(frames, 7), other = ShuffledLabels.Of(frames, 8);
        for (int frame = 0; frame < 40; frame++)
        {
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) Assert.That(shuffled.Contacts[At(frame, i, j, n)], Is.EqualTo(shuffled.Contacts[At(frame, j, i, n)]), "who touches is touched");
            Assert.That(Partners(shuffled, frame, n).Order(), Is.EqualTo(Partners(frames, frame, n).Order()));
        }
        Assert.That(again.Contacts, Is.EqualTo(shuffled.Contacts));
        Assert.That(other.Contacts, Is.Not.EqualTo(shuffled.Contacts));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Leaving_out_a_head_whose_z_is_zero_changes_no_bit(bool byMean)
    {
        ParticleTransformer model = Model();
        PlantValues(model, head: 1, 0);
        TestFrames frames = Frames(300, 6);
        float[] instead = byMean ? Ablation.MeanZ(model, frames)[0][1] : new float[4];
        Assert.That(Ablation.Without(model, frames, 0, 1, instead), Is.EqualTo(Ablation.Whole(model, frames)));
        Assert.That(Ablation.Without(model, frames, 0, 0, new float[4]), Is.Not.EqualTo(Ablation.Whole(model, frames)), "another head counts");
    }

    [Test]
    public void Replacing_a_constant_z_by_its_mean_changes_no_bit()
    {
        // Of two particles each gives all of its attention to the other, so z is the value itself.
        ParticleTransformer model = Model();
        PlantValues(model, head: 0, 0.3f);
        TestFrames frames = Frames(700, 2);
        float[] mean = Ablation.MeanZ(model, frames)[0][0];
        Assert.That(mean, Has.All.EqualTo(0.3f));
        Assert.That(Ablation.Without(model, frames, 0, 0, mean), Is.EqualTo(Ablation.Whole(model, frames)));
        Assert.That(Ablation.Without(model, frames, 0, 0, new float[4]), Is.Not.EqualTo(Ablation.Whole(model, frames)));
    }

    [Test]
    public void The_mean_of_z_is_that_of_all_particles_in_all_portions()
    {
        ParticleTransformer model = Model();
        TestFrames frames = Frames(301, 6);
        var z = new List<float>();
        using (model.Blocks[1].Attention.HookZ.Listen(tensor =>
        {
            z.AddRange(tensor.ToArray<float>());
            return null;
        })) model.Forward(frames.Past);
        float[][][] means = Ablation.MeanZ(model, frames);
        for (int head = 0; head < 2; head++)
            for (int feature = 0; feature < 4; feature++)
                Assert.That(means[1][head][feature], Is.EqualTo(z.Where((_, i) => i % 8 == (4 * head) + feature).Average(x => (double)x)).Within(1e-6));
    }

    [Test]
    public void Errors_are_told_apart_by_what_happens_to_a_particle()
    {
        // Frame 1: 0 and 1 touch, 2 hits a wall, 3 falls. Frame 2: nobody touches, 1 hits a wall.
        byte[] contacts = new byte[2 * 16];
        contacts[At(0, 0, 1, 4)] = contacts[At(0, 1, 0, 4)] = 1;
        float[] impact = [1, 1, 2, 0, 0, 3, 0, 0], off = [1, 2, 3, 4, 5, 6, 7, 8];
        TestFrames frames = Frames(contacts, impact, 2, 4);
        float[] prediction = [.. off.SelectMany(x => new[] { x, 0f })];
        var tally = new RowTally(frames);
        tally.Add(new Tensor(device.From<float>(prediction.AsSpan(0, 8), [1, 1, 4, 2])), frames.Change.Slice(1, 0, 1), 0);
        tally.Add(new Tensor(device.From<float>(prediction.AsSpan(8), [1, 1, 4, 2])), frames.Change.Slice(1, 1, 1), 1);
        Assert.That(tally.Errors, Is.EqualTo(new RowErrors((1 + 4) / 2.0 / 2, (1 + 4 + 9 + 16) / 4.0 / 2, (16 + 25 + 49 + 64) / 4.0 / 2)));
    }

    [Test]
    public void Settings_of_a_transfer_fit_the_box_and_cost_what_home_costs()
    {
        foreach (string preset in new[] { "tiny", "paper", "deep", "power-law" })
        {
            var options = (CollisionsOptions)new Experiments.Collisions.Collisions().Configure(preset, []);
            TransferSetting[] settings = TransferSetting.Of(options);
            Assert.That(settings, Has.Length.EqualTo(6), preset);
            foreach (TransferSetting setting in settings)
            {
                Assert.That(setting.Scene.Validate, Throws.Nothing);
                Assert.That(setting.Trajectories(options) * setting.Scene.Particles, Is.EqualTo(options.TestTrajectories * options.Particles).Within(setting.Scene.Particles));
                Assert.That(() => Physics.DiscSimulator.Run(setting.Scene with { Frames = 1 }, 7, setting.Trajectories(options), device.Workers), Throws.Nothing, setting.Name);
            }
        }
    }

    private HeadScore ScoreOfPerfectDetector(TestFrames truth, TestFrames scored)
    {
        int count = truth.Past.Shape[1], n = truth.Past.Shape[2];
        float[] pattern = new float[count * n * n];
        for (int frame = 0; frame < count; frame++)
        {
            int[] partners = Partners(truth, frame, n);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    pattern[At(frame, i, j, n)] = partners[i] > 0 ? truth.Contacts[At(frame, i, j, n)] / (float)partners[i] : i == j ? 0 : 1f / (n - 1);
        }
        HeadStatistics statistics = HeadStatistics.Empty(device, 1, 1);
        HeadScores.Add(statistics, device.From<float>(pattern, [1, count, 1, n, n]), scored.Scored, selfAllowed: false);
        return HeadScores.Read(HeadScores.Finish(statistics))[0, 0];
    }

    private ParticleTransformer Model() => new(new Init(device, new RandomStream(device, [3])), new ParticleTransformerSizes { Width = 8, Blocks = 2, Heads = 2 });

    /// <summary>Makes every value vector of a head of block 1 constant.</summary>
    private static void PlantValues(ParticleTransformer model, int head, float value)
    {
        var named = model.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor.View);
        Copy.Fill(named["blocks.0.attn.qkv.weight"].Slice(1, 16 + (4 * head), 4), 0);
        Copy.Fill(named["blocks.0.attn.qkv.bias"].Slice(1, 16 + (4 * head), 4), value);
    }

    private TestFrames Frames(int count, int n)
    {
        var random = new Random(5);
        byte[] contacts = new byte[count * n * n];
        for (int frame = 0; frame < count; frame++)
            for (int i = 0; i < n; i++)
                for (int j = 0; j < i; j++)
                    if (random.Next(n) == 0) contacts[At(frame, i, j, n)] = contacts[At(frame, j, i, n)] = 1;
        return Frames(contacts, [.. Enumerable.Range(0, count * n).Select(_ => random.NextSingle())], count, n);
    }

    private TestFrames Frames(byte[] contacts, float[] impact, int count, int n)
    {
        var random = new Random(6);
        float[] states = [.. Enumerable.Range(0, count * n * 4).Select(_ => random.NextSingle())];
        var scored = ScoredFrames.Of(device.From<byte>(contacts, [count, n, n]), device.From<float>(states, [count, n, 4]), device.From<float>(impact, [count, n]));
        return new TestFrames(new Tensor(device.From<float>(states, [1, count, n, 4])), Tensor.Zeros(device, [1, count, n, 2], DType.F32), scored, states, contacts, 1);
    }

    private static int At(int frame, int i, int j, int n) => (((frame * n) + i) * n) + j;

    private static int[] Partners(TestFrames frames, int frame, int n) =>
        [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Count(j => frames.Contacts[At(frame, i, j, n)] != 0))];
}
