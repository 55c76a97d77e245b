namespace Handmade.Experiments;

/// <summary>One resumable part of a run. Its action may be called again after a kill, so it starts from what the folder holds.</summary>
/// <param name="Name">What it does, one word: simulate, train, analyse, report.</param>
/// <param name="Kind">When it has to run.</param>
/// <param name="Action">
/// Does the work. It reports progress to its <see cref="RunContext"/>, and on <see cref="RunContext.Interrupt"/> it finishes the
/// step, writes its checkpoint and calls <see cref="RunContext.StopIfInterrupted"/>.
/// </param>
public sealed record Stage(string Name, StageKind Kind, Action Action)
{
    /// <summary>A stage whose product is a file: it is run once, and marked.</summary>
    public static Stage Once(string name, Action action) => new(name, StageKind.Once, action);

    /// <summary>A stage whose product lives in memory: it is run again in each process in which a later stage is still to do.</summary>
    public static Stage InMemory(string name, Action action) => new(name, StageKind.InMemory, action);

    /// <summary>A stage that only reads the folder, such as the report: it is run each time, also on a finished run.</summary>
    public static Stage Always(string name, Action action) => new(name, StageKind.Always, action);
}

/// <summary>When a <see cref="Stage"/> has to run.</summary>
public enum StageKind
{
    /// <summary>Until it is marked as done.</summary>
    Once,

    /// <summary>When a later <see cref="Once"/> stage is still to do.</summary>
    InMemory,

    /// <summary>Each time.</summary>
    Always,
}
