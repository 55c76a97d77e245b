using Handmade.Kernels;
using Handmade.Model;

namespace Handmade.Experiments;

/// <summary>
/// What an experiment trains: one network with its optimiser and data, and how it is measured. <see cref="Trainee{T}"/> takes it through its steps.
/// </summary>
/// <typeparam name="T">What a milestone measures.</typeparam>
internal interface ITraining<T>
    where T : IMeasurement
{
    /// <summary>Its name in messages: <c>seed 3</c>.</summary>
    string Name { get; }

    /// <summary>Where it computes.</summary>
    Device Device { get; }

    /// <summary>The file of its last checkpoint.</summary>
    string Latest { get; }

    /// <summary>The configuration that decides its bits; a checkpoint of another one is not read.</summary>
    string Config { get; }

    /// <summary>When it is measured, and how measurements are kept.</summary>
    HistoryForm<T> Form { get; }

    /// <summary>What notices the first step with a gradient that is not finite.</summary>
    ClipNorm Watch { get; }

    /// <summary>What to change when training breaks, as the end of a sentence.</summary>
    string Advice { get; }

    /// <summary>Adds to a checkpoint everything on the device that later steps depend on.</summary>
    void AddState(Checkpoint checkpoint);

    /// <summary>One training step, to be captured.</summary>
    IEnumerable<TensorView> Step();

    /// <summary>What a milestone computes on the device, to be captured.</summary>
    IEnumerable<TensorView> Evaluate();

    /// <summary>The measurement at a step, from what <see cref="Evaluate"/> left; <paramref name="since"/> steps were done after the one before.</summary>
    T Measure(IReadOnlyList<TensorView> results, long step, long since);

    /// <summary>Writes what others read of the network at a milestone, before the checkpoint says that it is done.</summary>
    void Keep(long step);
}

/// <summary>What a milestone of a training measures.</summary>
internal interface IMeasurement
{
    /// <summary>The loss on held-out data.</summary>
    double TestLoss { get; }
}
