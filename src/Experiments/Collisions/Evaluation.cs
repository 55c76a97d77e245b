using Handmade.Analysis;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;

namespace Handmade.Experiments.Collisions;

/// <summary>A network on held-out frames: its loss, and the scores of its heads. It may be captured.</summary>
internal static class Evaluation
{
    // Activations of some hundred kilobytes, which stay in the cache.
    private const int TokensPerPortion = 1024;

    /// <summary>Frames in portions that stay in the cache, in order: a pass needs the memory of one portion, however many frames there are.</summary>
    public static IEnumerable<(int Start, int Count)> Portions(TestFrames frames)
    {
        int count = frames.Past.Shape[1], portion = Math.Max(1, TokensPerPortion / frames.Past.Shape[2]);
        for (int start = 0; start < count; start += portion) yield return (start, Math.Min(portion, count - start));
    }

    /// <summary>The mean squared error, f64 [1], then the scores of each block's heads, as <see cref="HeadScores.Finish"/> leaves them, then those by height.</summary>
    public static TensorView[] Of(ParticleTransformer model, TestFrames frames, CollisionsOptions options)
    {
        using IDisposable noGrad = Tape.NoGrad();
        Device device = frames.Past.Device;
        TensorView loss = Copy.Full(device, [1], DType.F64, 0);
        HeadStatistics[] statistics = [.. model.Blocks.Select(_ => HeadStatistics.Empty(device, 1, options.Heads, options.HeightBins))];
        foreach (var (start, count) in Portions(frames))
        {
            using Scope scope = device.Scope();
            ScoredFrames scored = frames.Scored.Slice(start, count);
            IDisposable[] listeners = [.. model.Blocks.Zip(statistics, (block, sums) => block.Attention.HookPattern.Listen(pattern =>
            {
                HeadScores.Add(sums, pattern.View, scored, options.SelfAllowed);
                return null;
            }))];
            Tensor mean = Loss.MeanSquared(model.Forward(frames.Past.Slice(1, start, count)), frames.Change.Slice(1, start, count));
            foreach (IDisposable listener in listeners) listener.Dispose();
            loss = scope.Keep(Arithmetic.Add(loss, Arithmetic.Multiply(Cast.To(mean.View, DType.F64), (double)count / frames.Past.Shape[1])));
        }
        return [loss, .. statistics.Select(HeadScores.Finish), .. statistics.Select(sums => sums.Heights)];
    }

    /// <summary>What <see cref="Of"/> left on the device, as a measurement.</summary>
    public static Measurement Read(IReadOnlyList<TensorView> results, long step, double trainLoss, double freeFallLoss) => new(
        step, trainLoss, results[0].Item<double>(), freeFallLoss,
        [.. results.Skip(1).Take(results.Count / 2).Select(scores => HeadScores.Read(scores).Cast<HeadScore>().ToArray())],
        [.. results.Skip(1 + (results.Count / 2)).Select(heights => HeadScores.ReadHeights(heights).Cast<HeightScore[]>().ToArray())]);
}
