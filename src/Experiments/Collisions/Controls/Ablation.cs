using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;

namespace Handmade.Experiments.Collisions;

/// <summary>What a network loses without one of its heads. A high contact score says where a head looks; this says whether anybody uses it.</summary>
internal static class Ablation
{
    /// <summary>Errors of the whole network.</summary>
    public static RowErrors Whole(ParticleTransformer model, TestFrames frames)
    {
        using IDisposable noGrad = Tape.NoGrad();
        var tally = new RowTally(frames);
        foreach (var (start, count) in Evaluation.Portions(frames))
        {
            using Scope scope = frames.Past.Device.Scope();
            tally.Add(model.Forward(frames.Past.Slice(1, start, count)), frames.Change.Slice(1, start, count), start);
        }
        return tally.Errors;
    }

    /// <summary>Errors when what one head gathers (its z, d_head numbers) is these numbers for every particle: zeros, or its mean.</summary>
    public static RowErrors Without(ParticleTransformer model, TestFrames frames, int block, int head, float[] instead)
    {
        Device device = frames.Past.Device;
        using Scope scope = device.Scope();
        TensorView replacement = device.From<float>(instead, [1, 1, 1, 1, instead.Length]);
        using IDisposable listener = model.Blocks[block].Attention.HookZ.Listen(z =>
        {
            Copy.Into(z.View.Slice(3, head, 1), replacement);
            return null;
        });
        return Whole(model, frames);
    }

    /// <summary>Mean of every head's z over all particles of all frames: [block][head][d_head].</summary>
    public static float[][][] MeanZ(ParticleTransformer model, TestFrames frames)
    {
        using IDisposable noGrad = Tape.NoGrad();
        double[]?[] sums = new double[model.Blocks.Count][];
        int heads = 1;
        long tokens = 0;
        IDisposable[] listeners = [.. model.Blocks.Select((block, b) => block.Attention.HookZ.Listen(z =>
        {
            heads = z.Shape[3];
            float[] values = z.ToArray<float>();
            double[] sum = sums[b] ??= new double[heads * z.Shape[4]];
            for (int i = 0; i < values.Length; i++) sum[i % sum.Length] += values[i];
            return null;
        }))];
        foreach (var (start, count) in Evaluation.Portions(frames))
        {
            using Scope scope = frames.Past.Device.Scope();
            model.Forward(frames.Past.Slice(1, start, count));
            tokens += (long)count * frames.Past.Shape[2];
        }
        foreach (IDisposable listener in listeners) listener.Dispose();
        return [.. sums.Select(sum => sum!.Chunk(sum!.Length / heads).Select(head => head.Select(x => (float)(x / tokens)).ToArray()).ToArray())];
    }
}
