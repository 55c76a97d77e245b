using Handmade.Kernels.Host;

namespace Handmade.Experiments;

/// <summary>A network in training, as those who share a machine's threads see it. Trainees share nothing but the device.</summary>
internal interface ITrainee
{
    /// <summary>Training steps done.</summary>
    long Step { get; }

    /// <summary>Training steps in all.</summary>
    int Steps { get; }

    /// <summary>True when the last checkpoint is written.</summary>
    bool IsDone { get; }

    /// <summary>The loss last measured.</summary>
    double TestLoss { get; }

    /// <summary>Trains some steps further.</summary>
    void Advance(int most);

    /// <summary>Writes the checkpoint from which training goes on with the same bits.</summary>
    void Save();
}

/// <summary>
/// Trains networks side by side. The host's threads take turns at the one that has most steps left, so that all end together whatever
/// their number. Another device has one queue, which one thread fills.
/// </summary>
internal static class Turns
{
    /// <summary>Trains all to their end, or until the user wants to stop; then each leaves a checkpoint.</summary>
    /// <param name="run">The run they belong to.</param>
    /// <param name="trainees">The networks.</param>
    /// <param name="stride">Steps between looks at progress, interrupts and the NaN flag: some tens of milliseconds.</param>
    public static void Take(RunContext run, IReadOnlyList<ITrainee> trainees, int stride)
    {
        long total = trainees.Sum(trainee => (long)trainee.Steps);
        var waiting = new List<ITrainee>(trainees.Where(trainee => !trainee.IsDone));
        int lanes = Math.Min(run.Device is HostDevice ? run.Workers.Threads : 1, waiting.Count);
        if (lanes == 1) TakeTurns(0);
        else if (lanes > 1) run.Workers.RunTasks(lanes, TakeTurns);
        if (run.Interrupt.IsCancellationRequested)
            foreach (ITrainee trainee in trainees.Where(trainee => trainee.Step > 0)) trainee.Save();
        run.StopIfInterrupted();

        void TakeTurns(int lane)
        {
            while (Next() is { } trainee)
            {
                trainee.Advance(stride);
                lock (waiting)
                {
                    if (!trainee.IsDone) waiting.Add(trainee);
                    run.Report(trainees.Sum(t => t.Step), total, trainee.TestLoss);
                }
            }
        }

        ITrainee? Next()
        {
            lock (waiting)
            {
                if (run.Interrupt.IsCancellationRequested || waiting.MaxBy(trainee => trainee.Steps - trainee.Step) is not { } next) return null;
                waiting.Remove(next);
                return next;
            }
        }
    }
}
