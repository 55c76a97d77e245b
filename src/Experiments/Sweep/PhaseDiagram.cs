using Handmade.Analysis.Figures;

namespace Handmade.Experiments;

/// <summary>How an experiment reads a sweep over its options as a phase diagram: on which side each network lies, and what to draw.</summary>
public abstract class PhaseDiagram
{
    /// <summary>The option along which networks change sides.</summary>
    public abstract string Along { get; }

    /// <summary>The side of each seed's network in a finished run.</summary>
    public abstract IReadOnlyList<bool> Sides(SweepCell cell);

    /// <summary>What the finished runs show. None is left out.</summary>
    public abstract SweepFindings Findings(IReadOnlyList<SweepCell> cells, IReadOnlyList<GridAxis> axes);
}

/// <summary>What a sweep showed.</summary>
/// <param name="Title">In one line.</param>
/// <param name="Summary">Paragraphs.</param>
/// <param name="Tables">Tables.</param>
/// <param name="Figures">Figures with the names of their files and their captions.</param>
public sealed record SweepFindings(string Title, IReadOnlyList<string> Summary, IReadOnlyList<Table> Tables, IReadOnlyList<(string Name, Panels Panels, string Caption)> Figures);
