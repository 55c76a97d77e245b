using System.Diagnostics;

namespace Handmade.Experiments;

/// <summary>Where a stage stands.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Total">Steps in all.</param>
/// <param name="StepsPerSecond">The present rate (over the last seconds), 0 while unknown.</param>
/// <param name="Loss">The loss last reported, NaN where there is none.</param>
public readonly record struct Progress(string Stage, long Step, long Total, double StepsPerSecond, double Loss)
{
    /// <summary>Time to the end of the stage at the present rate, or null while the rate is unknown.</summary>
    public TimeSpan? Eta => StepsPerSecond > 0 ? TimeSpan.FromSeconds((Total - Step) / StepsPerSecond) : null;
}

/// <summary>Where progress goes: a terminal, a log, nothing. Called from the thread that runs the stages.</summary>
public interface IProgressSink
{
    /// <summary>A stage begins.</summary>
    void Begin(string stage);

    /// <summary>Steps were done. It is called as often as the stage reports; a sink shows what its reader can follow.</summary>
    void Report(in Progress progress);

    /// <summary>A line for the reader, such as what a run goes on from.</summary>
    void Say(string line);
}

/// <summary>Shows nothing.</summary>
public sealed class NoProgress : IProgressSink
{
    /// <inheritdoc/>
    public void Begin(string stage) { }

    /// <inheritdoc/>
    public void Report(in Progress progress) { }

    /// <inheritdoc/>
    public void Say(string line) { }
}

/// <summary>
/// Turns step counts into a rate: steps per second over the last 5 to 10 seconds, so that a slow start (compilation, a cold
/// cache) fades from the estimate.
/// </summary>
internal sealed class RateMeter
{
    private const double Window = 5;
    private (double Time, long Step)? older, newer;

    /// <summary>Steps per second after <paramref name="step"/> steps at the time <paramref name="seconds"/>.</summary>
    public double Update(long step, double seconds)
    {
        older ??= (seconds, step);
        newer ??= (seconds, step);
        if (seconds - newer.Value.Time > Window) (older, newer) = (newer, (seconds, step));
        double elapsed = seconds - older.Value.Time;
        return elapsed > 0 ? (step - older.Value.Step) / elapsed : 0;
    }

    /// <summary>Seconds on the process's monotonic clock.</summary>
    public static double Now => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
}
