using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>
/// One paper as a program: options, presets, and the stages of a run. Derive from <see cref="Experiment{TOptions}"/>.
/// </summary>
public abstract class Experiment
{
    private protected Experiment() { }

    /// <summary>The name on the command line: <c>collisions</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the experiment shows, in one line.</summary>
    public abstract string Title { get; }

    /// <summary>The paper: authors, year, title, where to find it.</summary>
    public abstract string Paper { get; }

    /// <summary>The presets, the cheapest first.</summary>
    public abstract IReadOnlyList<Preset> Presets { get; }

    /// <summary>The preset of a run that names none.</summary>
    public virtual string DefaultPreset => "tiny";

    /// <summary>Whether a run may begin on a device; asked before its folder is made.</summary>
    /// <exception cref="HandmadeException">The experiment does not run there.</exception>
    public virtual void Check(Device device) { }

    /// <summary>How a sweep over options is read as a phase diagram; null where the experiment has none.</summary>
    public virtual PhaseDiagram? PhaseDiagram(ExperimentOptions options) => null;

    /// <summary>A fresh options object with every default.</summary>
    public abstract ExperimentOptions NewOptions();

    /// <summary>The stages of a run, in order. Nothing is computed before a stage's action is called.</summary>
    public abstract IReadOnlyList<Stage> Stages(ExperimentOptions options, RunContext run);

    /// <summary>The preset of this name.</summary>
    /// <exception cref="HandmadeException">There is none; the sentence names those there are.</exception>
    public Preset Preset(string name) =>
        Presets.FirstOrDefault(p => p.Name == name)
        ?? throw new HandmadeException(
            $"{Name} has no preset {name}{Nearest.Hint(name, Presets.Select(p => p.Name))}; it has {string.Join(", ", Presets.Select(p => p.Name))}.");

    /// <summary>The options of a preset with <paramref name="assignments"/> (<c>name=value</c>) applied over it, checked.</summary>
    /// <exception cref="HandmadeException">No such preset, option or value, or values that do not go together.</exception>
    public ExperimentOptions Configure(string preset, IEnumerable<string> assignments)
    {
        ExperimentOptions options = NewOptions();
        foreach (string assignment in Preset(preset).Overrides.Concat(assignments)) options.All.Apply(assignment);
        options.Check();
        return options;
    }

    /// <summary>
    /// Runs the stages that are still to do, in order, and marks each in the folder when it is done. A stage whose product lives
    /// in memory is run again only if a later one needs it.
    /// </summary>
    public RunOutcome Run(RunContext run)
    {
        IReadOnlyList<Stage> stages = Stages(run.Options, run);
        int last = run.Folder.Stages.LastToDo(stages);
        RunOutcome outcome = last < 0 ? RunOutcome.AlreadyDone : RunOutcome.Done;
        for (int i = 0; i < stages.Count; i++)
        {
            Stage stage = stages[i];
            bool due = stage.Kind switch
            {
                StageKind.Once => !run.Folder.Stages.IsDone(stage.Name),
                StageKind.InMemory => i < last,
                _ => true,
            };
            if (!due) continue;
            if (!run.Carry(stage)) return RunOutcome.Interrupted;
        }
        return outcome;
    }
}

/// <summary>An experiment with its own options class.</summary>
/// <typeparam name="TOptions">The options: a plain class of typed properties.</typeparam>
public abstract class Experiment<TOptions> : Experiment where TOptions : ExperimentOptions, new()
{
    /// <inheritdoc/>
    public sealed override ExperimentOptions NewOptions() => new TOptions();

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Stage> Stages(ExperimentOptions options, RunContext run) => Stages((TOptions)options, run);

    /// <summary>The stages of a run, in order: closures over the options, the run, and what an earlier stage left in memory.</summary>
    protected abstract IReadOnlyList<Stage> Stages(TOptions options, RunContext run);
}

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>Every stage is done.</summary>
    Done,

    /// <summary>Every stage was done before; only the report was made again.</summary>
    AlreadyDone,

    /// <summary>Ctrl-C: the running stage wrote its checkpoint and stopped. The same command goes on.</summary>
    Interrupted,
}
