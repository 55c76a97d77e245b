using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Experiments.Collisions;

/// <summary>One particle transformer, its optimiser and its data: the training step, and what a checkpoint measures.</summary>
internal sealed class Training : ITraining<Measurement>
{
    private readonly TraineeFiles files;
    private readonly CollisionsOptions options;
    private readonly TestFrames test;
    private readonly Scale scale;
    private readonly RandomStream random;
    private readonly ParticleTransformer model;
    private readonly Adam adam;
    private readonly Batches batches;
    private readonly TensorView lossSum;
    private readonly Checkpoint weights = new();

    /// <summary>A fresh network of a seed.</summary>
    public Training(TraineeFiles files, CollisionsOptions options, Device device, ulong seed, int steps, TrainingSet data, TestFrames test)
    {
        (this.files, this.options, this.test, scale) = (files, options, test, data.Scale);
        Device = device;
        Form = Measurement.Form(steps, options);
        random = new RandomStream(device, [seed]);
        model = new ParticleTransformer(new Init(device, random), options.Sizes);
        adam = new Adam(model.Parameters(), new Schedule([options.LearningRate], options.WarmUp, options.Schedule == "cosine" ? steps : 0), options.Beta1, options.Beta2);
        Watch = new ClipNorm(adam, options.Clip > 0 ? options.Clip : double.PositiveInfinity);
        batches = new Batches(data.Past, data.Change, options.Batch, random);
        lossSum = Copy.Full(device, [1], DType.F64, 0);
        AddNetwork(weights);
    }

    /// <inheritdoc/>
    public string Name => files.Name;

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public string Latest => files.Latest;

    /// <inheritdoc/>
    public string Config => files.Config;

    /// <inheritdoc/>
    public HistoryForm<Measurement> Form { get; }

    /// <inheritdoc/>
    public ClipNorm Watch { get; }

    /// <inheritdoc/>
    public string Advice => $"lower train.lr (now {options.LearningRate}) or set train.clip";

    /// <inheritdoc/>
    public void AddState(Checkpoint checkpoint)
    {
        AddNetwork(checkpoint);
        checkpoint.Add("adam.", adam.NamedState());
        checkpoint.Add("random", random.State);
        checkpoint.Add("loss_sum", lossSum);
    }

    /// <inheritdoc/>
    public IEnumerable<TensorView> Step()
    {
        var (past, change) = batches.Next();
        adam.ZeroGrad();
        Tensor loss = Loss.MeanSquared(model.Forward(past), change);
        loss.Backward();
        adam.Step(Watch.Factor());
        Copy.Into(lossSum, Arithmetic.Add(lossSum, Cast.To(loss.View, DType.F64)));
        return [];
    }

    /// <inheritdoc/>
    public IEnumerable<TensorView> Evaluate() => Evaluation.Of(model, test, options);

    /// <inheritdoc/>
    public Measurement Measure(IReadOnlyList<TensorView> results, long step, long since)
    {
        double trainLoss = lossSum.Item<double>() / since;
        Copy.Fill(lossSum, 0);
        return Evaluation.Read(results, step, trainLoss, test.FreeFallLoss);
    }

    /// <inheritdoc/>
    public void Keep(long step) => weights.Save(files.At(step), step, files.Config);

    private void AddNetwork(Checkpoint checkpoint)
    {
        checkpoint.Add("model.", model.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        checkpoint.Add("scale.", scale.State);
    }
}
