namespace Handmade.Bench;

/// <summary>How much time a comparison may take.</summary>
/// <param name="Quick">Goals only, and less time for each: a topic then leaves out every row that has none.</param>
internal sealed record Budget(bool Quick)
{
    /// <summary>Turns of each side.</summary>
    public int Rounds { get; init; } = Quick ? 5 : 11;

    /// <summary>Seconds of one turn, if one run of the work is not longer.</summary>
    public double Turn { get; init; } = Quick ? 0.1 : 0.2;
}
