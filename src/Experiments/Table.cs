namespace Handmade.Experiments;

/// <summary>A result table as the terminal and the report show it: a title, column heads, rows of text.</summary>
/// <param name="Title">What the rows are; thresholds that the labels depend on stand here too.</param>
/// <param name="Columns">Column heads.</param>
/// <param name="Rows">Rows; each has one text for each column.</param>
public sealed record Table(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
