using Handmade.Experiments;

namespace Handmade.Output;

/// <summary>Progress for a log: a line for each stage, and one every few seconds within it.</summary>
/// <param name="output">The log.</param>
/// <param name="every">Time between lines.</param>
/// <param name="clock">What tells the time.</param>
internal sealed class PlainProgress(TextWriter output, TimeSpan every, TimeProvider clock) : IProgressSink
{
    private long shown;

    /// <inheritdoc/>
    public void Begin(string stage)
    {
        output.WriteLine(stage);
        output.Flush();
        shown = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Report(in Progress progress)
    {
        if (clock.GetElapsedTime(shown) < every) return;
        shown = clock.GetTimestamp();
        output.WriteLine($"{progress.Stage}  {ProgressText.Steps(progress)}  {ProgressText.Figures(progress)}");
        output.Flush();
    }

    /// <inheritdoc/>
    public void Say(string line) => output.WriteLine(line);
}
