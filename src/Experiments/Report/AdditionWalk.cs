namespace Handmade.Experiments;

/// <summary>What the report's walk through a Clock and a Pizza adds with.</summary>
/// <param name="Order">Places of the circle, p for sums.</param>
/// <param name="Frequencies">Frequencies of the circles to choose from, the first one shown first: those that a network of the run has.</param>
public sealed record AdditionWalk(int Order, IReadOnlyList<int> Frequencies);
