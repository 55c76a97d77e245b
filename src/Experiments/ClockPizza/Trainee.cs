using Handmade.Analysis.ModularAddition;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Experiments.ClockPizza;

/// <summary>
/// One network and its training: parameters, optimiser, the captured training step over all training pairs and the captured evaluation over
/// all pairs. A step is ten milliseconds of products that fill a core, so networks gain nothing from sharing launches: each is a step of
/// its own, and threads take turns at them.
/// </summary>
internal sealed class Trainee : ITrainee, IDisposable
{
    private readonly ClockPizzaOptions options;
    private readonly TraineeFiles files;
    private readonly ModularTask task;
    private readonly Network network;
    private readonly TokenPairs train, all;
    private readonly HashSet<int> trained;
    private readonly AdamW adam;
    private readonly ClipNorm watch;
    private readonly TensorView historyRows;
    private readonly CapturedStep training, evaluation;
    private readonly long[] milestones;
    private readonly Checkpoint checkpoint = new();
    private readonly List<Measurement> history = [];

    /// <summary>A trainee at its last checkpoint, or at step 0 if there is none.</summary>
    public Trainee(TraineeFiles files, ClockPizzaOptions options, Device device)
    {
        (this.files, this.options, task) = (files, options, options.Task);
        milestones = Measurement.Milestones(options.Steps, options.Measurements);
        network = Network.Of(options, device, files.Which);
        (train, _) = TokenPairs.Cut(device, task, options.Form, options.TrainShare, files.Which.Seed);
        all = TokenPairs.All(device, task, options.Form);
        trained = [.. train.Numbers(0)];
        adam = new AdamW(network.Module.Parameters(), new Schedule([options.LearningRate], options.WarmUp, WarmUpStart: 0), options.Beta1, options.Beta2, weightDecay: [options.Decay]);
        watch = new ClipNorm(adam, double.PositiveInfinity);
        historyRows = Copy.Full(device, [milestones.Length, Measurement.Names.Length], DType.F64, 0);
        checkpoint.Add("model.", network.Module.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        checkpoint.Add("adam.", adam.NamedState());
        checkpoint.Add("history", historyRows);
        training = device.Capture(TrainingStep);
        evaluation = device.Capture(Evaluation);
        if (File.Exists(files.Latest)) Restore();
    }

    /// <summary>Training steps in all.</summary>
    public int Steps => options.Steps;

    /// <summary>Training steps done.</summary>
    public long Step { get; private set; }

    /// <summary>What each checkpoint measured, from step 0 on.</summary>
    public IReadOnlyList<Measurement> History => history;

    /// <summary>The test loss of the last measurement.</summary>
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
        if (watch.FailedStep() is > 0 and var failed) throw Explain(failed);
        if (Step != target) return;
        Measure();
        if (IsDone) network.Write?.Invoke(files.Weights);
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
        adam.ZeroGrad();
        Tensor loss = Loss.CrossEntropyInDouble(network.Logits(train), train.Classes);
        loss.Backward();
        adam.Step(watch.Factor());
        return [];
    }

    private IEnumerable<TensorView> Evaluation()
    {
        using IDisposable paused = Tape.NoGrad();
        return [network.Logits(all).Cast(DType.F64).View];
    }

    private void Measure()
    {
        evaluation.Replay();
        double[] logits = evaluation.Results[0].ToArray<double>();
        int classes = options.Form.Vocabulary;
        var (trainSum, testSum) = (default(Tally), default(Tally));
        for (int pair = 0; pair < task.P * task.P; pair++)
        {
            ReadOnlySpan<double> scores = logits.AsSpan(pair * classes, classes);
            if (trained.Contains(pair)) trainSum.Add(scores, task.Class(pair / task.P, pair % task.P));
            else testSum.Add(scores, task.Class(pair / task.P, pair % task.P));
        }
        double norm = Math.Sqrt(network.Module.Parameters().Sum(parameter => parameter.ToArray<float>().Sum(x => (double)x * x)));
        history.Add(new Measurement(
            Step, trainSum.Loss, trainSum.Accuracy, testSum.Loss, testSum.Accuracy, norm,
            GradientSymmetricity.Sampled(network.Seen(), options.Triples)[0].Value, DistanceIrrelevance.Of(PairLogits.Of(logits, classes, task).Cube).Value));
        historyRows.Slice(0, history.Count - 1, 1).CopyFrom<double>(history[^1].ToRow());
    }

    private void Restore()
    {
        Step = checkpoint.Load(files.Latest, files.Config);
        history.Clear();
        history.AddRange(TraineeHistory.Decode(historyRows, milestones.Count(milestone => milestone <= Step)));
        watch.Reset();
    }

    /// <summary>Goes back to the last checkpoint, runs to the step that failed, and asks each launch of it for its output.</summary>
    private HandmadeException Explain(long failed)
    {
        Restore();
        training.Replay((int)(failed - Step - 1));
        string where = training.ReplayUntilNonFinite()?.Name ?? "the gradient";
        return new HandmadeException($"{files.Which.Name}: training broke at step {failed}, where {where} gave the first NaN or infinity; lower train.lr (now {options.LearningRate}) or train.decay");
    }

    /// <summary>Sums over pairs.</summary>
    private struct Tally
    {
        private double loss;
        private int right, count;

        public readonly double Loss => loss / count;

        public readonly double Accuracy => (double)right / count;

        public void Add(ReadOnlySpan<double> scores, int label)
        {
            int best = 0;
            for (int c = 1; c < scores.Length; c++)
                if (scores[c] > scores[best]) best = c;
            double sum = 0;
            foreach (double score in scores) sum += Math.Exp(score - scores[best]);
            loss += Math.Log(sum) + scores[best] - scores[label];
            right += best == label ? 1 : 0;
            count++;
        }
    }
}
