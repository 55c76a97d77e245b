namespace Handmade.Experiments;

/// <summary>A named setting of an experiment: what it is for, what it costs, and the options that differ from the defaults.</summary>
/// <param name="Name">Its name on the command line: <c>tiny</c>.</param>
/// <param name="Description">One line: what it shows.</param>
/// <param name="Time">Expected wall time with its machine, as measured: <c>3 min on 2 cores</c>.</param>
/// <param name="Memory">Expected peak memory, as measured: <c>0.4 GB</c>.</param>
/// <param name="Seeds">How many seeds a run has when the user names none.</param>
/// <param name="Overrides"><c>name=value</c>, as <c>--set</c> takes them.</param>
public sealed record Preset(
    string Name, string Description, string Time, string Memory, int Seeds, params IReadOnlyList<string> Overrides);
