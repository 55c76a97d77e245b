using Handmade.Kernels;
using Handmade.Model;

namespace Handmade.Experiments;

/// <summary>
/// A network on its way through training: captured steps from milestone to milestone, a measurement and a checkpoint at each, and an explanation
/// when a step breaks. Trainees share nothing but the device, so each may be advanced on a thread of its own.
/// </summary>
/// <typeparam name="T">What a milestone measures.</typeparam>
internal sealed class Trainee<T> : IDisposable
    where T : IMeasurement
{
    private readonly ITraining<T> training;
    private readonly HistoryForm<T> form;
    private readonly TensorView rows;
    private readonly CapturedStep step, evaluation;
    private readonly Checkpoint checkpoint = new();
    private readonly List<T> history = [];

    /// <summary>A training at its last checkpoint, or at step 0 if there is none.</summary>
    public Trainee(ITraining<T> training)
    {
        this.training = training;
        form = training.Form;
        rows = form.Rows(training.Device);
        training.AddState(checkpoint);
        checkpoint.Add("history", rows);
        step = training.Device.Capture(training.Step);
        evaluation = training.Device.Capture(training.Evaluate);
        if (File.Exists(training.Latest)) Restore();
    }

    /// <summary>Training steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Training steps in all.</summary>
    public long Steps => form.Milestones[^1];

    /// <summary>True when the last checkpoint is written.</summary>
    public bool IsDone => history.Count == form.Milestones.Count;

    /// <summary>The loss last measured.</summary>
    public double TestLoss => history[^1].TestLoss;

    /// <summary>Trains up to <paramref name="most"/> steps further, not beyond the next milestone, and measures and saves there.</summary>
    public void Advance(int most)
    {
        long target = form.Milestones[history.Count];
        int count = (int)Math.Min(most, target - Step);
        step.Replay(count);
        Step += count;
        if (training.Watch.FailedStep() is > 0 and var failed) throw Explain(failed);
        if (Step != target) return;
        Measure();
        training.Keep(Step);
        Save();
    }

    /// <summary>Writes the checkpoint from which training goes on with the same bits.</summary>
    public void Save() => checkpoint.Save(training.Latest, Step, training.Config);

    /// <inheritdoc/>
    public void Dispose()
    {
        step.Dispose();
        evaluation.Dispose();
    }

    private void Measure()
    {
        evaluation.Replay();
        int row = history.Count;
        T measured = training.Measure(evaluation.Results, Step, row == 0 ? 0 : Step - form.Milestones[row - 1]);
        history.Add(measured);
        rows.Slice(0, row, 1).CopyFrom<double>([.. form.ToRow(measured)]);
    }

    private void Restore()
    {
        Step = checkpoint.Load(training.Latest, training.Config);
        history.Clear();
        history.AddRange(form.Read(rows, Step));
        training.Watch.Reset();
    }

    /// <summary>Goes back to the last checkpoint, runs to the step that failed, and asks each launch of it for its output.</summary>
    private HandmadeException Explain(long failed)
    {
        Restore();
        step.Replay((int)(failed - Step - 1));
        string where = step.ReplayUntilNonFinite()?.Name ?? "the gradient";
        return new HandmadeException($"{training.Name}: training broke at step {failed}, where {where} gave the first NaN or infinity; {training.Advice}");
    }
}
