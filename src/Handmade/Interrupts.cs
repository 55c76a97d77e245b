using System.Runtime.InteropServices;
using Handmade.Output;

namespace Handmade;

/// <summary>
/// Ctrl-C and SIGTERM while a run goes on: the first asks it to stop at a checkpoint, the second ends the process at once (every
/// file is written whole or not at all, so that loses only the steps since the last checkpoint).
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly Terminal terminal;
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens until it is disposed.</summary>
    public Interrupts(Terminal terminal)
    {
        this.terminal = terminal;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Stop(c, 130)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Stop(c, 143)),
        ];
    }

    /// <summary>Signalled by the first Ctrl-C.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code that tells the shell which signal it was: 130 or 143.</summary>
    public int ExitCode { get; private set; } = 130;

    /// <summary>Listens no longer.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        ExitCode = exitCode;
        if (source.IsCancellationRequested)
        {
            terminal.Live?.Cursor.Show(true);
            Environment.Exit(exitCode);
        }
        terminal.Error.WriteLine("\nStopping: the step is finished and a checkpoint written; Ctrl-C again stops at once.");
        source.Cancel();
    }
}
