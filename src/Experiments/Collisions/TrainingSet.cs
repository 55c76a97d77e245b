using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;
using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// The training data of one seed on the device, standardised by its own means and deviations. It is simulated and moved in portions, so
/// that the host holds a small part of it at any time.
/// </summary>
internal sealed class TrainingSet
{
    // Of some megabytes each.
    private const int ScenesPerPortion = 256, PairsPerPortion = 1 << 13;

    /// <summary>Simulates and standardises the data of one seed.</summary>
    public TrainingSet(Device device, DiscScene scene, ulong seed, int trajectories, WorkerPool workers)
    {
        int pairs = trajectories * scene.Frames;
        TensorView past = device.Empty([1, pairs, scene.Particles, Features.Count(scene)], DType.F32), change = device.Empty([1, pairs, scene.Particles, 2], DType.F32);
        for (int first = 0; first < trajectories; first += ScenesPerPortion)
        {
            var portion = new Trajectories(scene, Math.Min(ScenesPerPortion, trajectories - first));
            DiscSimulator.Run(scene, seed, (uint)first, portion, workers);
            var (pastPortion, changePortion) = FramePairs.Of(portion);
            int count = portion.Scenes * portion.Frames;
            past.Slice(1, first * scene.Frames, count).CopyFrom<float>(Features.Of(pastPortion, scene, seed, (uint)first));
            change.Slice(1, first * scene.Frames, count).CopyFrom<float>(changePortion);
        }
        Scale = new Scale(Standardizer.Fit(past), Standardizer.Fit(change));
        Standardise(past, Scale.Past);
        Standardise(change, Scale.Change);
        Past = new Tensor(past);
        Change = new Tensor(change);
    }

    /// <summary>Standardised <see cref="Features"/> <c>[1, pairs, N, 4 or 5]</c>.</summary>
    public Tensor Past { get; }

    /// <summary>Standardised changes of velocity <c>[1, pairs, N, 2]</c>.</summary>
    public Tensor Change { get; }

    /// <summary>The means and deviations.</summary>
    public Scale Scale { get; }

    private static void Standardise(TensorView data, Standardizer scale)
    {
        for (int start = 0; start < data.Shape[1]; start += PairsPerPortion)
        {
            using Scope scope = data.Device.Scope();
            TensorView portion = data.Slice(1, start, Math.Min(PairsPerPortion, data.Shape[1] - start));
            Copy.Into(portion, scale.Apply(new Tensor(portion)).View);
        }
    }
}
