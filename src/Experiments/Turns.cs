using Handmade.Kernels.Host;

namespace Handmade.Experiments;

/// <summary>
/// Trains networks side by side. The host's threads take turns at the one that has most steps left, so that all end together whatever
/// their number. Another device has one queue, which one thread fills.
/// </summary>
internal static class Turns
{
    /// <summary>Trains all to their end, or until the user wants to stop; then each leaves a checkpoint.</summary>
    /// <param name="run">The run they belong to.</param>
    /// <param name="trainings">The networks; each goes on from its last checkpoint.</param>
    /// <param name="stride">Steps between looks at progress, interrupts and the NaN flag: some tens of milliseconds.</param>
    public static void Take<T>(RunContext run, IEnumerable<ITraining<T>> trainings, int stride)
        where T : IMeasurement
    {
        Trainee<T>[] trainees = [.. trainings.Select(training => new Trainee<T>(training))];
        try
        {
            Take(run, trainees, stride);
            if (run.Interrupt.IsCancellationRequested)
                foreach (Trainee<T> trainee in trainees.Where(trainee => trainee.Step > 0)) trainee.Save();
            run.StopIfInterrupted();
        }
        finally
        {
            foreach (Trainee<T> trainee in trainees) trainee.Dispose();
        }
    }

    private static void Take<T>(RunContext run, Trainee<T>[] trainees, int stride)
        where T : IMeasurement
    {
        long total = trainees.Sum(trainee => trainee.Steps);
        var waiting = new List<Trainee<T>>(trainees.Where(trainee => !trainee.IsDone));
        int lanes = Math.Min(run.Device is HostDevice ? run.Workers.Threads : 1, waiting.Count);
        if (lanes == 1) TakeTurns(0);
        else if (lanes > 1) run.Workers.RunTasks(lanes, TakeTurns);

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

        Trainee<T>? Next()
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
