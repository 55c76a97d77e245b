using System.Diagnostics;
using Handmade.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Handmade.Output;

/// <summary>Progress on a terminal: a bar for each stage, with rate, loss and the time that is left.</summary>
internal sealed class LiveProgress : IProgressSink
{
    private readonly IAnsiConsole console;
    private readonly ProgressContext bars;
    private readonly FiguresColumn figures;
    private ProgressTask? bar;
    private long shown;

    // The bars are drawn on the thread of the run, so not at every step.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(0.1);

    private LiveProgress(IAnsiConsole console, ProgressContext bars, FiguresColumn figures) =>
        (this.console, this.bars, this.figures) = (console, bars, figures);

    /// <summary>Shows the progress of <paramref name="work"/> while it runs, and returns its result.</summary>
    public static T Show<T>(IAnsiConsole console, Func<IProgressSink, T> work)
    {
        var figures = new FiguresColumn();
        return console.Progress()
            .AutoRefresh(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), figures)
            .Start(context =>
            {
                var progress = new LiveProgress(console, context, figures);
                T result = work(progress);
                progress.Finish();
                return result;
            });
    }

    /// <inheritdoc/>
    public void Begin(string stage)
    {
        Finish();
        bar = bars.AddTask(Markup.Escape(stage)).IsIndeterminate();
        bars.Refresh();
        shown = 0;
    }

    /// <inheritdoc/>
    public void Report(in Experiments.Progress progress)
    {
        if (bar is null || (shown > 0 && Stopwatch.GetElapsedTime(shown) < Every)) return;
        shown = Stopwatch.GetTimestamp();
        figures[bar.Id] = $"{ProgressText.Steps(progress)}  {ProgressText.Figures(progress)}";
        bar.IsIndeterminate(false).MaxValue(Math.Max(1, progress.Total)).Value(progress.Step);
        bars.Refresh();
    }

    /// <inheritdoc/>
    public void Say(string line) => console.WriteLine(line);

    private void Finish()
    {
        if (bar is null) return;
        bar.IsIndeterminate(false).Value(bar.MaxValue);
        bar.StopTask();
    }

    private sealed class FiguresColumn : ProgressColumn
    {
        private readonly Dictionary<int, string> texts = [];

        public string this[int bar]
        {
            set => texts[bar] = value;
        }

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.IsFinished ? ProgressText.Taken(task.ElapsedTime ?? default) : texts.GetValueOrDefault(task.Id, ""));
    }
}
