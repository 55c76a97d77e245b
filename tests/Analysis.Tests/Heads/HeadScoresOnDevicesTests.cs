using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Analysis.Tests.Heads;

/// <summary>Scores that are reduced on a device from the attention buffer, against the host's.</summary>
[TestFixture("emulator")]
[TestFixture("opencl")]
[Parallelizable(ParallelScope.Self)]
public sealed class HeadScoresOnDevicesTests(string word)
{
    private const int Replicas = 2, Frames = 7, Heads = 3, N = 6;

    [SetUp]
    public void Need()
    {
        string? missing = Devices.Missing().FirstOrDefault(sentence => sentence.StartsWith(word + ":", StringComparison.Ordinal));
        if (missing is not null && Environment.GetEnvironmentVariable("CI") != "true") Assert.Ignore(missing);
    }

    [Test]
    public void Scores_are_those_of_the_host_and_histograms_exactly([Values(DType.F32, DType.F64)] DType dtype, [Values] bool selfAllowed)
    {
        using var host = new HostDevice(1);
        using Device device = Devices.Open(word);
        (double[] sums, int[] histogram, double[] heights, double[] scores) expected = Score(host, dtype, selfAllowed), actual = Score(device, dtype, selfAllowed);
        Assert.Multiple(() =>
        {
            Assert.That(actual.histogram, Is.EqualTo(expected.histogram));
            Assert.That(actual.heights, Is.EqualTo(expected.heights).Within(1e-12).Percent);
            Assert.That(actual.sums, Is.EqualTo(expected.sums).Within(1e-12).Percent);
            for (int i = 0; i < expected.scores.Length; i++) Assert.That(actual.scores[i], Is.EqualTo(expected.scores[i]).Within(1e-11 * (1 + Math.Abs(expected.scores[i]))), $"score {i}");
        });
    }

    // Frames come in two portions, and the pattern's axes lie in another order than they are named.
    private static (double[] Sums, int[] Histogram, double[] Heights, double[] Scores) Score(Device device, DType dtype, bool selfAllowed)
    {
        HeadStatistics statistics = HeadStatistics.Empty(device, Replicas, Heads, 5);
        TensorView pattern = Pattern(device, dtype).Permute(2, 0, 1, 4, 3);
        ScoredFrames frames = RandomFrames(device);
        HeadScores.Add(statistics, pattern.Slice(1, 0, 4), frames.Slice(0, 4), selfAllowed);
        HeadScores.Add(statistics, pattern.Slice(1, 4, 3), frames.Slice(4, 3), selfAllowed);
        return (statistics.Sums.ToArray<double>(), statistics.Histogram.ToArray<int>(), statistics.Heights.ToArray<double>(), HeadScores.Finish(statistics).ToArray<double>());
    }

    private static TensorView Pattern(Device device, DType dtype)
    {
        var random = new Random(3);
        double[] weights = [.. Enumerable.Range(0, Frames * Heads * Replicas * N * N).Select(_ => Math.Round(random.NextDouble(), 2))];
        Shape shape = [Frames, Heads, Replicas, N, N];
        return dtype == DType.F64 ? device.From<double>(weights, shape) : device.From<float>([.. weights.Select(weight => (float)weight)], shape);
    }

    private static ScoredFrames RandomFrames(Device device)
    {
        var random = new Random(4);
        byte[] contacts = new byte[Frames * N * N];
        float[] distances = new float[Frames * N * N];
        for (int frame = 0; frame < Frames; frame++)
            for (int i = 0; i < N; i++)
                for (int j = 0; j < i; j++)
                {
                    int there = (((frame * N) + i) * N) + j, back = (((frame * N) + j) * N) + i;
                    contacts[there] = contacts[back] = random.Next(5) == 0 ? (byte)1 : (byte)0;
                    distances[there] = distances[back] = random.NextSingle();
                }
        float[] impact = [.. Enumerable.Range(0, Frames * N).Select(_ => random.NextSingle())];
        // Some beyond the box: a disc pressed into the floor or the ceiling.
        float[] heights = [.. Enumerable.Range(0, Frames * N).Select(_ => (1.2f * random.NextSingle()) - 0.1f)];
        return new ScoredFrames(
            device.From<byte>(contacts, [Frames, N, N]), device.From<float>(distances, [Frames, N, N]), device.From<float>(impact, [Frames, N]), device.From<float>(heights, [Frames, N]));
    }
}
