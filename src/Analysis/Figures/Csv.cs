using System.Text;

namespace Handmade.Analysis.Figures;

/// <summary>The data of figures as CSV (RFC 4180): one row a point; columns that no row fills are left out.</summary>
internal static class Csv
{
    private static readonly (string Name, Func<string, CsvRow, string?> Cell)[] Columns =
    [
        ("panel", (panel, _) => panel.Length == 0 ? null : panel),
        ("mark", (_, row) => row.Mark),
        ("series", (_, row) => row.Series.Length == 0 ? null : row.Series),
        ("x", (_, row) => row.X),
        ("y", (_, row) => Exact(row.Y)),
        ("x2", (_, row) => Exact(row.X2)),
        ("y2", (_, row) => Exact(row.Y2)),
        ("value", (_, row) => Exact(row.Value)),
    ];

    /// <summary>The text of the file: header and rows, lines ended by \n.</summary>
    public static string Of(IEnumerable<(string Panel, CsvRow Row)> rows)
    {
        var all = rows.ToArray();
        var used = Columns.Where(c => all.Any(r => c.Cell(r.Panel, r.Row) is not null)).ToArray();
        var text = new StringBuilder().AppendJoin(',', used.Select(c => c.Name)).Append('\n');
        foreach (var (panel, row) in all) text.AppendJoin(',', used.Select(c => Quote(c.Cell(panel, row) ?? ""))).Append('\n');
        return text.ToString();
    }

    private static string? Exact(double? value) => value is { } v ? NumberText.Exact(v) : null;

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\n\r") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
