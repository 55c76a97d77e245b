using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Experiments;

/// <summary>What a stage works with: options, seeds, device, folder, and the way to report progress and to hear of Ctrl-C.</summary>
public sealed class RunContext
{
    private readonly IProgressSink progress;
    private RateMeter meter = new();
    private string stage = "";

    /// <summary>The context of a run.</summary>
    /// <param name="options">The experiment's options; they are those of the folder's configuration.</param>
    /// <param name="folder">The run's folder, held by this process.</param>
    /// <param name="device">The device, which the configuration names.</param>
    /// <param name="workers">Threads of the host; those of the device, if that is the host.</param>
    /// <param name="progress">Where progress goes.</param>
    /// <param name="interrupt">Signalled by Ctrl-C.</param>
    public RunContext(ExperimentOptions options, RunFolder folder, Device device, WorkerPool workers, IProgressSink progress, CancellationToken interrupt) =>
        (Options, Folder, Device, Workers, this.progress, Interrupt) = (options, folder, device, workers, progress, interrupt);

    /// <summary>The experiment's options; a stage gets them typed from its experiment.</summary>
    public ExperimentOptions Options { get; }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>The seeds, one replica each.</summary>
    public IReadOnlyList<ulong> Seeds => Folder.Config.Seeds;

    /// <summary>The device to work on; its owner is the caller of the run.</summary>
    public Device Device { get; }

    /// <summary>Threads for what the host does itself, whatever the device: simulating, preparing data.</summary>
    public WorkerPool Workers { get; }

    /// <summary>
    /// Signalled when the user wants to stop. A loop polls it between steps, writes its checkpoint and then calls
    /// <see cref="StopIfInterrupted"/>.
    /// </summary>
    public CancellationToken Interrupt { get; }

    /// <summary>Leaves the stage, without marking it as done, if the user wants to stop.</summary>
    /// <exception cref="OperationCanceledException">The user wants to stop; <see cref="Experiment.Run"/> catches it.</exception>
    public void StopIfInterrupted() => Interrupt.ThrowIfCancellationRequested();

    /// <summary>Reports progress within the stage. It costs about half a microsecond: a loop may call it at each step.</summary>
    /// <param name="step">Steps done, those before a resume included.</param>
    /// <param name="total">Steps in all.</param>
    /// <param name="loss">The loss, NaN where there is none to tell.</param>
    public void Report(long step, long total, double loss = double.NaN) =>
        progress.Report(new Progress(stage, step, total, meter.Update(step, RateMeter.Now), loss));

    /// <summary>Writes a report page to a path; the executable brings the page, so without it there is none.</summary>
    public Action<string, ReportData>? ReportWriter { get; init; }

    /// <summary>Writes the run's report.</summary>
    public void WriteReport(ReportData data) => ReportWriter?.Invoke(Folder.ReportPath, data);

    /// <summary>Shows the reader a line.</summary>
    public void Say(string line) => progress.Say(line);

    /// <summary>Runs a stage and marks it; returns false when the user stopped it.</summary>
    internal bool Carry(Stage stage)
    {
        double start = RateMeter.Now;
        (this.stage, meter) = (stage.Name, new RateMeter());
        try
        {
            StopIfInterrupted();
            progress.Begin(stage.Name);
            stage.Action();
        }
        catch (OperationCanceledException) when (Interrupt.IsCancellationRequested)
        {
            Mark(stage, start, done: false);
            return false;
        }
        Mark(stage, start, done: true);
        return true;
    }

    private void Mark(Stage stage, double start, bool done)
    {
        if (stage.Kind == StageKind.Once) Folder.Stages.Add(stage.Name, RateMeter.Now - start, done);
    }
}
