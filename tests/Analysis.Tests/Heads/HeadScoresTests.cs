using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Analysis.Tests.Heads;

/// <summary>Planted heads have scores that follow from their definition.</summary>
public sealed class HeadScoresTests : IDisposable
{
    private const int Frames = 9, N = 19;
    private readonly HostDevice device = new(threads: 2);
    private readonly byte[] contacts = new byte[Frames * N * N];
    private readonly float[] states = new float[Frames * N * 4];
    private readonly float[] impact = new float[Frames * N];

    public HeadScoresTests()
    {
        var random = new Random(5);
        for (int i = 0; i < states.Length; i++) states[i] = random.NextSingle();
        for (int i = 0; i < impact.Length; i++) impact[i] = random.NextSingle() + 0.1f;
        for (int frame = 0; frame < Frames; frame++)
            for (int i = 0; i < N; i++)
                for (int j = 0; j < i; j++)
                    if (random.Next(5) == 0) contacts[At(frame, i, j)] = contacts[At(frame, j, i)] = 1;
    }

    public void Dispose() => device.Dispose();

    [Test]
    public void A_head_that_spreads_over_its_contacts_scores_one()
    {
        HeadScore score = Score((frame, i, j) => Partners(frame, i) is var partners and > 0
            ? (double)contacts[At(frame, i, j)] / partners
            : i == j ? 0 : 1.0 / (N - 1));
        Assert.Multiple(() =>
        {
            Assert.That(score.Contact, Is.EqualTo(1).Within(1e-6));
            Assert.That(score.ImpactWeighted, Is.EqualTo(1).Within(1e-6));
            Assert.That(score.OffSelf, Is.EqualTo(1).Within(1e-6));
            Assert.That(score.TopOne, Is.EqualTo(1));
            Assert.That(score.Gate, Is.EqualTo(0).Within(1e-6));
        });
    }

    [Test]
    public void Uniform_attention_scores_the_null()
    {
        HeadScore score = Score((_, i, j) => i == j ? 0 : 1.0 / (N - 1));
        double expected = Touching().Average(row => (double)Partners(row.Frame, row.I) / (N - 1));
        Assert.Multiple(() =>
        {
            Assert.That(score.Contact, Is.EqualTo(expected).Within(1e-6));
            Assert.That(score.Null, Is.EqualTo(expected).Within(1e-12));
            Assert.That(score.Auc, Is.EqualTo(0.5));
            Assert.That(score.Touching, Is.EqualTo(Touching().Count()));
        });
    }

    [Test]
    public void Where_self_is_allowed_the_null_counts_it_and_the_gate_opens()
    {
        HeadScore score = Score((frame, i, j) => Partners(frame, i) is var partners and > 0
            ? i == j ? 0.4 : 0.6 * contacts[At(frame, i, j)] / partners
            : i == j ? 0.9 : 0.1 / (N - 1), selfAllowed: true);
        Assert.Multiple(() =>
        {
            Assert.That(score.Contact, Is.EqualTo(0.6).Within(1e-6));
            Assert.That(score.OffSelf, Is.EqualTo(1).Within(1e-6));
            Assert.That(score.Gate, Is.EqualTo(0.5).Within(1e-6));
            Assert.That(score.Null, Is.EqualTo(Touching().Average(row => (double)Partners(row.Frame, row.I) / N)).Within(1e-12));
        });
    }

    [Test]
    public void Attention_that_falls_linearly_with_distance_has_correlation_minus_one()
    {
        HeadScore score = Score((frame, i, j) => i == j ? 0 : 0.5 - (0.3 * Distance(frame, i, j)));
        Assert.That(score.DistanceCorrelation, Is.EqualTo(-1).Within(1e-6));
    }

    [Test]
    public void Correlation_with_contact_and_area_under_the_curve_agree_with_plain_formulas()
    {
        var random = new Random(11);
        var weights = new double[Frames * N * N];
        for (int i = 0; i < weights.Length; i++) weights[i] = (float)(random.NextDouble() * (contacts[i] == 1 ? 1 : 0.7));
        HeadScore score = Score((frame, i, j) => weights[At(frame, i, j)]);
        (double Weight, double Touch)[] pairs =
        [
            .. from frame in Enumerable.Range(0, Frames)
               from i in Enumerable.Range(0, N)
               from j in Enumerable.Range(0, N)
               where i != j
               select (weights[At(frame, i, j)], (double)contacts[At(frame, i, j)]),
        ];
        double auc = (from touching in pairs.Where(p => p.Touch == 1) from free in pairs.Where(p => p.Touch == 0) select touching.Weight > free.Weight ? 1.0 : 0.0).Average();
        double meanWeight = pairs.Average(p => p.Weight), meanTouch = pairs.Average(p => p.Touch);
        double covariance = pairs.Average(p => (p.Weight - meanWeight) * (p.Touch - meanTouch));
        double deviations = Math.Sqrt(pairs.Average(p => Math.Pow(p.Weight - meanWeight, 2)) * pairs.Average(p => Math.Pow(p.Touch - meanTouch, 2)));
        Assert.Multiple(() =>
        {
            Assert.That(score.ContactCorrelation, Is.EqualTo(covariance / deviations).Within(1e-9));
            Assert.That(score.Auc, Is.EqualTo(auc).Within(3e-3), "scores are binned to 1/128 of their size");
        });
    }

    [Test]
    public void A_pattern_stored_key_major_gives_the_same_scores()
    {
        float[] random = [.. Enumerable.Range(0, Frames * 2 * N * N).Select(i => new Random(i).NextSingle())];
        TensorView dense = device.From<float>(random, [1, Frames, 2, N, N]);
        TensorView turned = device.From<float>(dense.Transpose(-1, -2).ToArray<float>(), [1, Frames, 2, N, N]).Transpose(-1, -2);
        Assert.That(Read(turned), Is.EqualTo(Read(dense)));
    }

    [Test]
    public void Frames_in_portions_give_the_same_scores()
    {
        TensorView pattern = device.From<float>([.. Enumerable.Range(0, Frames * 2 * N * N).Select(i => new Random(i).NextSingle())], [1, Frames, 2, N, N]);
        Assert.That(Read(pattern, portion: 4), Is.EqualTo(Read(pattern)));
    }

    [Test]
    public void A_head_that_detects_below_a_level_only_scores_one_there_and_the_null_above()
    {
        const int bins = 4;
        HeightScore[] heights = ScoreByHeight(bins, (frame, i, j) =>
            Height(frame, i) < 0.5 ? (Partners(frame, i) is var partners and > 0 ? (double)contacts[At(frame, i, j)] / partners : 0) : i == j ? 0 : 1.0 / (N - 1));
        Assert.Multiple(() =>
        {
            Assert.That(heights.Take(2).Select(bin => bin.Contact), Has.All.EqualTo(1).Within(1e-6));
            foreach (HeightScore bin in heights.Skip(2)) Assert.That(bin.Contact, Is.EqualTo(bin.Null).Within(1e-6));
            Assert.That(heights[0].Touching, Is.EqualTo(Touching().Count(row => Height(row.Frame, row.I) < 0.25)));
        });
    }

    [Test]
    public void Uniform_attention_scores_the_null_at_every_height()
    {
        foreach (HeightScore bin in ScoreByHeight(8, (_, i, j) => i == j ? 0 : 1.0 / (N - 1))) Assert.That(bin.Contact, Is.EqualTo(bin.Null).Within(1e-6));
    }

    [Test]
    public void Scores_by_height_make_up_the_whole()
    {
        var random = new Random(2);
        double[] weights = [.. Enumerable.Range(0, Frames * N * N).Select(_ => random.NextDouble())];
        HeadScore whole = Score((frame, i, j) => weights[At(frame, i, j)]);
        HeightScore[] parts = ScoreByHeight(6, (frame, i, j) => weights[At(frame, i, j)]);
        Assert.Multiple(() =>
        {
            Assert.That(parts.Sum(part => part.Touching), Is.EqualTo(whole.Touching));
            Assert.That(parts.Sum(part => part.Touching * part.Contact) / whole.Touching, Is.EqualTo(whole.Contact).Within(1e-14));
            Assert.That(parts.Sum(part => part.Touching * part.Null) / whole.Touching, Is.EqualTo(whole.Null).Within(1e-14));
        });
    }

    [Test]
    public void Labels_follow_their_thresholds()
    {
        HeadScore score = Score((_, i, j) => i == j ? 0 : 1.0 / (N - 1));
        Assert.Multiple(() =>
        {
            Assert.That((score with { Contact = 0.9 }).Label(0.85, 0.2), Is.EqualTo(HeadLabel.True));
            Assert.That((score with { Contact = 0.85 }).Label(0.85, 0.2), Is.EqualTo(HeadLabel.True));
            Assert.That((score with { Contact = 0.5 }).Label(0.85, 0.2), Is.EqualTo(HeadLabel.Partial));
            Assert.That((score with { Contact = 0.19 }).Label(0.85, 0.2), Is.EqualTo(HeadLabel.None));
            Assert.That((score with { Contact = double.NaN }).Label(0.85, double.NaN), Is.EqualTo(HeadLabel.None), "nobody touched");
        });
    }

    [TestCase(false, false, 0.9)]
    [TestCase(true, false, 0.5)]
    [TestCase(true, true, 0.2)]
    public void Distances_are_those_of_the_nearest_images(bool repeatsX, bool repeatsY, double expected)
    {
        // Apart by 0.8 along x, or by 0.2 over the side; along y by what makes the distance, or by a whole box.
        float dy = repeatsY ? 1f : (float)Math.Sqrt(expected * expected - (repeatsX ? 0.04 : 0.64));
        float[] two = [0.1f, 0f, 0, 0, 0.9f, dy, 0, 0];
        ScoredFrames frames = ScoredFrames.Of(device.From<byte>([0, 0, 0, 0], [1, 2, 2]), device.From<float>(two, [1, 2, 4]), device.From<float>([0, 0], [1, 2]), repeatsX, repeatsY);
        Assert.That(frames.Distances.ToArray<float>(), Is.EqualTo(new[] { 0, expected, expected, 0 }).Within(1e-6));
    }

    private static int At(int frame, int i, int j) => (((frame * N) + i) * N) + j;

    private int Partners(int frame, int i) => Enumerable.Range(0, N).Sum(j => contacts[At(frame, i, j)]);

    private IEnumerable<(int Frame, int I)> Touching() =>
        from frame in Enumerable.Range(0, Frames) from i in Enumerable.Range(0, N) where Partners(frame, i) > 0 select (frame, i);

    private double Height(int frame, int i) => states[(((frame * N) + i) * 4) + 1];

    private double Distance(int frame, int i, int j)
    {
        ReadOnlySpan<float> s = states.AsSpan(frame * N * 4, N * 4);
        double dx = s[4 * i] - s[4 * j], dy = s[(4 * i) + 1] - s[(4 * j) + 1];
        return Math.Sqrt((dx * dx) + (dy * dy));
    }

    private ScoredFrames Scored() => ScoredFrames.Of(
        device.From<byte>(contacts, [Frames, N, N]), device.From<float>(states, [Frames, N, 4]), device.From<float>(impact, [Frames, N]));

    private HeadScore[,] Read(TensorView pattern, bool selfAllowed = false, int portion = Frames)
    {
        HeadStatistics statistics = HeadStatistics.Empty(device, pattern.Shape[0], pattern.Shape[2]);
        for (int start = 0; start < Frames; start += portion)
            HeadScores.Add(statistics, pattern.Slice(1, start, Math.Min(portion, Frames - start)), Scored().Slice(start, Math.Min(portion, Frames - start)), selfAllowed);
        return HeadScores.Read(HeadScores.Finish(statistics));
    }

    private HeadScore Score(Func<int, int, int, double> attention, bool selfAllowed = false) => Read(Pattern(attention), selfAllowed)[0, 0];

    private HeightScore[] ScoreByHeight(int bins, Func<int, int, int, double> attention)
    {
        HeadStatistics statistics = HeadStatistics.Empty(device, 1, 1, bins);
        HeadScores.Add(statistics, Pattern(attention), Scored(), selfAllowed: false);
        return HeadScores.ReadHeights(statistics.Heights)[0, 0];
    }

    private TensorView Pattern(Func<int, int, int, double> attention)
    {
        double[] pattern = [.. from frame in Enumerable.Range(0, Frames) from i in Enumerable.Range(0, N) from j in Enumerable.Range(0, N) select attention(frame, i, j)];
        return device.From<double>(pattern, [1, Frames, 1, N, N]);
    }
}
