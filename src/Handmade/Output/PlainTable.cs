using Handmade.Experiments;

namespace Handmade.Output;

/// <summary>A table as aligned text: title, heads, rows, two spaces between columns; nothing that a log or grep trips over.</summary>
internal static class PlainTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(TextWriter output, Table table)
    {
        if (table.Title.Length > 0) output.WriteLine(table.Title);
        int[] widths = [.. table.Columns.Select((head, i) => table.Rows.Select(r => r[i].Length).Append(head.Length).Max())];
        Line(table.Columns);
        foreach (IReadOnlyList<string> row in table.Rows) Line(row);

        void Line(IReadOnlyList<string> cells) =>
            output.WriteLine(("  " + string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i])))).TrimEnd());
    }
}
