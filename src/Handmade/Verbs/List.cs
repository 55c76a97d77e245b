using System.CommandLine;
using Handmade.Experiments;
using Handmade.Output;

namespace Handmade.Verbs;

/// <summary><c>handmade list</c>: the experiments and what they cost; with a name, everything that can be set in one.</summary>
internal sealed class List : Verb
{
    private readonly Catalogue catalogue;
    private readonly Terminal terminal;
    private readonly Argument<string?> experiment = new("EXPERIMENT")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "shows the presets and options of this one",
    };

    /// <summary>The verb over these experiments.</summary>
    public List(Catalogue catalogue, Terminal terminal)
        : base("list", "Shows the experiments, their presets, expected time and memory.")
    {
        (this.catalogue, this.terminal) = (catalogue, terminal);
        Add(experiment);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["list", "list collisions"];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        if (input.GetValue(experiment) is { } name) Describe(catalogue[name]);
        else terminal.Write(ExperimentTables.All(catalogue));
        return 0;
    }

    private void Describe(Experiment chosen)
    {
        terminal.WriteLine(chosen.Title);
        terminal.WriteLine(chosen.Paper);
        terminal.WriteLine();
        terminal.Write(ExperimentTables.Presets(chosen));
        foreach (Table group in ExperimentTables.Options(chosen)) terminal.Write(group);
    }
}
