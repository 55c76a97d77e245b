using Handmade.Experiments;

namespace Handmade;

/// <summary>What there is to run and to set, as tables; the terminal and the docs show the same.</summary>
internal static class ExperimentTables
{
    /// <summary>Every preset of every experiment.</summary>
    public static Table All(Catalogue catalogue) => new("Experiments (* = the preset of a run that names none)",
        ["experiment", "preset", "what it is", "time", "memory"],
        [.. catalogue.Experiments.SelectMany(e => e.Presets.Select(p => (IReadOnlyList<string>)
            [e.Name, Name(e, p), p.Description, p.Time, p.Memory]))]);

    /// <summary>The presets of an experiment with the options they set.</summary>
    public static Table Presets(Experiment experiment) => new("Presets (* = the preset of a run that names none)",
        ["preset", "what it is", "time", "memory", "seeds", "sets"],
        [.. experiment.Presets.Select(p => (IReadOnlyList<string>)
            [Name(experiment, p), p.Description, p.Time, p.Memory, $"{p.Seeds}", string.Join(' ', p.Overrides)])]);

    /// <summary>The options of an experiment, a table for each group.</summary>
    public static IEnumerable<Table> Options(Experiment experiment)
    {
        OptionSet options = experiment.NewOptions().All;
        foreach (string group in OptionSet.Groups)
        {
            Option[] members = [.. options.Where(o => o.Group == group)];
            if (members.Length == 0) continue;
            yield return new Table($"Options: {group}", ["option", "symbol", "default", "range", "unit", "meaning"],
                [.. members.Select(o => (IReadOnlyList<string>)[o.Name, o.Symbol, o.Default, o.Range, o.Unit, o.Doc])]);
        }
    }

    private static string Name(Experiment experiment, Preset preset) => preset.Name + (preset.Name == experiment.DefaultPreset ? " *" : "");
}
