using System.Globalization;
using Handmade.Analysis;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;

namespace Handmade.Experiments.Collisions;

/// <summary>One coefficient to estimate: of which network, at which step, of all its parameters or those of one head.</summary>
/// <param name="Files">The network's run.</param>
/// <param name="Seed">Its seed, which the chains' noise and batches follow from.</param>
/// <param name="Step">The checkpoint.</param>
/// <param name="Head">The head whose parameters alone move; null for all parameters.</param>
/// <param name="Settings">How.</param>
internal sealed record LlcProbe(TraineeFiles Files, ulong Seed, long Step, (int Block, int Head)? Head, LlcSettings Settings)
{
    /// <summary><c>whole</c>, or <c>head 2.3</c>: head 3 of block 2.</summary>
    public string Scope => ScopeOf(Head);

    /// <summary>The chains' random streams: of their own for every checkpoint and scope, so that errors of estimates are independent.</summary>
    public ulong[] Seeds => LlcSampler.Seeds(Seed, Settings.Chains, (ulong)Step, Head is { } head ? ((ulong)head.Block << 32) + (ulong)head.Head + 1 : 0);

    // A probe of the sweep is told from the plain one by its settings.
    private string Path(CollisionsOptions options) => Files.Llc(Step, Scope.Replace(' ', '-') + (Settings == options.Llc ? "" : string.Create(
        CultureInfo.InvariantCulture, $"-nbeta-{Settings.NBeta}-gamma-{Settings.Localization}-epsilon-{Settings.StepSize}")));

    /// <summary>The name of a scope.</summary>
    public static string ScopeOf((int Block, int Head)? head) => head is { } place ? $"head {place.Block + 1}.{place.Head + 1}" : "whole";

    /// <summary>Whether its chains have run.</summary>
    public bool IsDone(CollisionsOptions options) => File.Exists(Path(options));

    /// <summary>Writes what the chains met.</summary>
    public void Save(CollisionsOptions options, Device device, LlcTrace trace, long parameters) =>
        Holding(device.From<double>([parameters, .. trace.ToArray()], [1 + LlcTrace.Length(trace.Chains, trace.Draws)])).Save(Path(options), Step, Files.Config);

    /// <summary>What the chains met, and how many parameters moved.</summary>
    public (LlcTrace Trace, long Parameters) Load(CollisionsOptions options, Device device)
    {
        using Scope scope = device.Scope();
        TensorView numbers = Copy.Full(device, [1 + LlcTrace.Length(Settings.Chains, Settings.Draws)], DType.F64, 0);
        Holding(numbers).Load(Path(options), Files.Config);
        double[] values = numbers.ToArray<double>();
        return (new LlcTrace(Settings.Chains, Settings.Draws, values[1..]), (long)values[0]);
    }

    private static Checkpoint Holding(TensorView numbers)
    {
        var file = new Checkpoint();
        file.Add("trace", numbers);
        return file;
    }
}
