using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// One network and its training: parameters, optimiser, random stream, the captured training step and the captured
/// evaluation. Trainees share nothing but the device, so each may be advanced on a thread of its own.
/// </summary>
internal sealed class Trainee : ITrainee, IDisposable
{
    private readonly Device device;
    private readonly CollisionsOptions options;
    private readonly TestFrames test;
    private readonly RandomStream random;
    private readonly ParticleTransformer model;
    private readonly Adam adam;
    private readonly ClipNorm clip;
    private readonly Batches batches;
    private readonly TensorView lossSum;
    private readonly TensorView historyRows;
    private readonly CapturedStep training;
    private readonly CapturedStep evaluation;
    private readonly long[] milestones;
    private readonly Checkpoint checkpoint = new();
    private readonly Checkpoint weights = new();
    private readonly TraineeFiles files;
    private readonly List<Measurement> history = [];

    /// <summary>A trainee at its last checkpoint, or at step 0 if there is none.</summary>
    public Trainee(TraineeFiles files, CollisionsOptions options, Device device, ulong seed, int steps, TrainingSet data, TestFrames test)
    {
        this.files = files;
        this.device = device;
        this.options = options;
        this.test = test;
        Steps = steps;
        milestones = Milestones.Of(steps, options.CheckpointRatio);
        random = new RandomStream(device, [seed]);
        model = new ParticleTransformer(new Init(device, random), options.Sizes);
        adam = new Adam(model.Parameters(), new Schedule([options.LearningRate], options.WarmUp, options.Schedule == "cosine" ? steps : 0), options.Beta1, options.Beta2);
        clip = new ClipNorm(adam, options.Clip > 0 ? options.Clip : double.PositiveInfinity);
        batches = new Batches(data.Past, data.Change, options.Batch, random);
        lossSum = Copy.Full(device, [1], DType.F64, 0);
        historyRows = Copy.Full(device, [milestones.Length, Measurement.RowLength(options)], DType.F64, 0);
        weights.Add("model.", model.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        weights.Add("scale.", data.Scale.State);
        checkpoint.Add("model.", model.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        checkpoint.Add("scale.", data.Scale.State);
        checkpoint.Add("adam.", adam.NamedState());
        checkpoint.Add("random", random.State);
        checkpoint.Add("loss_sum", lossSum);
        checkpoint.Add("history", historyRows);
        training = device.Capture(TrainingStep);
        evaluation = device.Capture(() => Evaluation.Of(model, test, options));
        if (File.Exists(files.Latest)) Restore();
    }

    /// <summary><c>seed 3</c>, or <c>control</c>.</summary>
    public string Name => files.Name;

    /// <summary>Training steps in all.</summary>
    public int Steps { get; }

    /// <summary>Training steps done.</summary>
    public long Step { get; private set; }

    /// <summary>The network, with the parameters of <see cref="Step"/>.</summary>
    public ParticleTransformer Model => model;

    /// <summary>What each checkpoint measured, from step 0 on.</summary>
    public IReadOnlyList<Measurement> History => history;

    /// <summary>The loss on held-out frames, as last measured.</summary>
    public double TestLoss => history[^1].TestLoss;

    /// <summary>True when the last checkpoint is written.</summary>
    public bool IsDone => history.Count == milestones.Length;

    /// <summary>Trains up to <paramref name="most"/> steps further, not beyond the next checkpoint, and measures and saves there.</summary>
    public void Advance(int most)
    {
        long target = milestones[history.Count];
        int count = (int)Math.Min(most, target - Step);
        training.Replay(count);
        Step += count;
        if (clip.FailedStep() is > 0 and var failed) throw Explain(failed);
        if (Step != target) return;
        Measure();
        weights.Save(files.At(Step), Step, files.Config);
        Save();
    }

    /// <summary>Writes the checkpoint from which training goes on with the same bits.</summary>
    public void Save() => checkpoint.Save(files.Latest, Step, files.Config);

    /// <inheritdoc/>
    public void Dispose()
    {
        training.Dispose();
        evaluation.Dispose();
    }

    private IEnumerable<TensorView> TrainingStep()
    {
        var (past, change) = batches.Next();
        adam.ZeroGrad();
        Tensor loss = Loss.MeanSquared(model.Forward(past), change);
        loss.Backward();
        adam.Step(clip.Factor());
        Copy.Into(lossSum, Arithmetic.Add(lossSum, Cast.To(loss.View, DType.F64)));
        return [];
    }

    private void Measure()
    {
        evaluation.Replay();
        long since = history.Count == 0 ? 0 : Step - history[^1].Step;
        double trainLoss = lossSum.Item<double>() / since;
        Copy.Fill(lossSum, 0);
        history.Add(Evaluation.Read(evaluation.Results, Step, trainLoss, test.FreeFallLoss));
        historyRows.Slice(0, history.Count - 1, 1).CopyFrom<double>([.. history[^1].ToRow()]);
    }

    private void Restore()
    {
        Step = checkpoint.Load(files.Latest, files.Config);
        history.Clear();
        history.AddRange(SeedHistory.Decode(historyRows, milestones, Step, options));
        clip.Reset();
    }

    /// <summary>Goes back to the last checkpoint, runs to the step that failed, and asks each launch of it for its output.</summary>
    private HandmadeException Explain(long failed)
    {
        Restore();
        training.Replay((int)(failed - Step - 1));
        string where = training.ReplayUntilNonFinite()?.Name ?? "the gradient";
        return new HandmadeException($"{Name}: training broke at step {failed}, where {where} gave the first NaN or infinity; lower train.lr (now {options.LearningRate}) or set train.clip");
    }
}
