using Handmade.Analysis;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// Copies of networks that chains walk from, a replica for each chain, and copies that stay at w*. The loss is that of training, on frames of the training set.
/// </summary>
internal sealed class LlcNetwork : LlcTarget
{
    private const ulong BatchStream = 0xBA7C4;
    private readonly ParticleTransformer moving, fixedAt;
    private readonly Batches batches;
    private readonly Tensor[] parameters;
    private readonly TensorView?[]? masks;
    private (Tensor Past, Tensor Change) batch;

    /// <summary>The networks of some probes of one run, which all move the same parameters: all of them, or heads of one block.</summary>
    public LlcNetwork(Device device, CollisionsOptions options, TrainingSet data, IReadOnlyList<LlcProbe> probes)
    {
        ulong[] seeds = [.. probes.SelectMany(probe => probe.Seeds)];
        var random = new RandomStream(device, seeds, BatchStream);
        moving = new ParticleTransformer(new Init(device, random), options.Sizes);
        fixedAt = new ParticleTransformer(new Init(device, random), options.Sizes);
        for (int i = 0; i < probes.Count; i++) Load(device, options, probes[i], i * probes[i].Settings.Chains);
        batches = new Batches(data.Past, data.Change, options.LlcBatch, random);
        parameters = [.. moving.Parameters()];
        if (probes[0].Head is not { } first) return;
        string attention = $"blocks.{first.Block}.attn.";
        (string Name, Tensor Tensor)[] own = [.. moving.NamedParameters().Where(parameter => parameter.Name.StartsWith(attention, StringComparison.Ordinal) && parameter.Name != attention + "out.bias")];
        // What does not move costs no backward pass.
        foreach (Tensor parameter in parameters) parameter.RequiresGrad = Array.Exists(own, one => one.Tensor == parameter);
        parameters = [.. own.Select(one => one.Tensor)];
        masks = [.. own.Select(one => (TensorView?)MaskOf(device, one.Name[attention.Length..], one.Tensor.Shape, options, probes))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Parameters => parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorView?>? Moving => masks;

    /// <inheritdoc/>
    public override void NextBatch() => batch = batches.Next();

    /// <inheritdoc/>
    public override Tensor Loss() => Autograd.Loss.MeanSquared(moving.Forward(batch.Past), batch.Change);

    /// <inheritdoc/>
    public override Tensor LossAtCenter() => Autograd.Loss.MeanSquared(fixedAt.Forward(batch.Past), batch.Change);

    private void Load(Device device, CollisionsOptions options, LlcProbe probe, int firstReplica)
    {
        using Scope scope = device.Scope();
        var stored = new ParticleTransformer(new Init(device, new RandomStream(device, [0])), options.Sizes);
        var weights = new Checkpoint();
        weights.Add("model.", stored.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        weights.Load(probe.Files.At(probe.Step), probe.Files.Config, ignoreOthers: true);
        foreach (ParticleTransformer copy in new[] { moving, fixedAt })
            foreach (var (to, from) in copy.Parameters().Zip(stored.Parameters()))
                Copy.Into(to.View.Slice(0, firstReplica, probe.Settings.Chains), from.View);
    }

    /// <summary>A head's share of an attention layer's tensor: its rows of q, k and v, weights and biases, and its columns of the output's weights.</summary>
    private static TensorView MaskOf(Device device, string name, Shape shape, CollisionsOptions options, IReadOnlyList<LlcProbe> probes)
    {
        int width = options.Width, own = width / options.Heads, chains = probes[0].Settings.Chains, each = (int)(shape.Count / shape[0]);
        var mask = new bool[shape.Count];
        for (int i = 0; i < mask.Length; i++)
        {
            int head = probes[i / each / chains].Head!.Value.Head, within = i % each;
            int feature = name switch
            {
                "qkv.weight" => within / width % width,
                "qkv.bias" => within % width,
                "out.weight" => within % width,
                _ => throw new InvalidOperationException($"an attention layer has no {name}"),
            };
            mask[i] = feature / own == head;
        }
        return device.From<bool>(mask, shape);
    }
}
