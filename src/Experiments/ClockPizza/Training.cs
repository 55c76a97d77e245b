using Handmade.Analysis.ModularAddition;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Experiments.ClockPizza;

/// <summary>
/// One network, its optimiser and its pairs: the training step over all training pairs, and what a checkpoint measures on all pairs. A step is ten
/// milliseconds of products that fill a core, so networks gain nothing from sharing launches: each is a step of its own, and threads take turns at them.
/// </summary>
internal sealed class Training : ITraining<Measurement>
{
    private readonly ClockPizzaOptions options;
    private readonly TraineeFiles files;
    private readonly ModularTask task;
    private readonly Network network;
    private readonly TokenPairs train, all;
    private readonly HashSet<int> trained;
    private readonly AdamW adam;

    /// <summary>A fresh network of a seed at an attention rate.</summary>
    public Training(TraineeFiles files, ClockPizzaOptions options, Device device)
    {
        (this.files, this.options, task) = (files, options, options.Task);
        Device = device;
        network = Network.Of(options, device, files.Which);
        (train, _) = TokenPairs.Cut(device, task, options.Form, options.TrainShare, files.Which.Seed);
        all = TokenPairs.All(device, task, options.Form);
        trained = [.. train.Numbers(0)];
        adam = new AdamW(network.Module.Parameters(), new Schedule([options.LearningRate], options.WarmUp, WarmUpStart: 0), options.Beta1, options.Beta2, weightDecay: [options.Decay]);
        Watch = new ClipNorm(adam, double.PositiveInfinity);
    }

    /// <inheritdoc/>
    public string Name => files.Which.Name;

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public string Latest => files.Latest;

    /// <inheritdoc/>
    public string Config => files.Config;

    /// <inheritdoc/>
    public HistoryForm<Measurement> Form => Measurement.Form(options);

    /// <inheritdoc/>
    public ClipNorm Watch { get; }

    /// <inheritdoc/>
    public string Advice => $"lower train.lr (now {options.LearningRate}) or train.decay";

    /// <inheritdoc/>
    public void AddState(Checkpoint checkpoint)
    {
        checkpoint.Add("model.", network.Module.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        checkpoint.Add("adam.", adam.NamedState());
    }

    /// <inheritdoc/>
    public IEnumerable<TensorView> Step()
    {
        adam.ZeroGrad();
        Tensor loss = Loss.CrossEntropyInDouble(network.Logits(train), train.Classes);
        loss.Backward();
        adam.Step(Watch.Factor());
        return [];
    }

    /// <inheritdoc/>
    public IEnumerable<TensorView> Evaluate()
    {
        using IDisposable paused = Tape.NoGrad();
        return [network.Logits(all).Cast(DType.F64).View];
    }

    /// <inheritdoc/>
    public Measurement Measure(IReadOnlyList<TensorView> results, long step, long since)
    {
        double[] logits = results[0].ToArray<double>();
        int classes = options.Form.Vocabulary;
        var (trainSum, testSum) = (default(Tally), default(Tally));
        for (int pair = 0; pair < task.P * task.P; pair++)
        {
            ReadOnlySpan<double> scores = logits.AsSpan(pair * classes, classes);
            if (trained.Contains(pair)) trainSum.Add(scores, task.Class(pair / task.P, pair % task.P));
            else testSum.Add(scores, task.Class(pair / task.P, pair % task.P));
        }
        double norm = Math.Sqrt(network.Module.Parameters().Sum(parameter => parameter.ToArray<float>().Sum(x => (double)x * x)));
        return new Measurement(
            step, trainSum.Loss, trainSum.Accuracy, testSum.Loss, testSum.Accuracy, norm,
            GradientSymmetricity.Sampled(network.Seen(), options.Triples)[0].Value, DistanceIrrelevance.Of(PairLogits.Of(logits, classes, task).Cube).Value);
    }

    /// <inheritdoc/>
    public void Keep(long step)
    {
        if (step == options.Steps) network.Write?.Invoke(files.Weights);
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
