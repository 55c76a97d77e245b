using System.Globalization;
using System.Text;
using Handmade.Experiments;
using static Handmade.Report.ReportWriter;

namespace Handmade.Report;

/// <summary>Result tables as HTML. What a column holds is read off its cells: labels, scores, numbers or words.</summary>
internal static class ReportTables
{
    private enum Kind
    {
        Words,
        Number,
        Score,
        Label,
    }

    /// <summary>All tables, each with its title.</summary>
    public static string Html(IReadOnlyList<Table> tables)
    {
        if (tables.Count == 0) return "";
        var html = new StringBuilder("<section id=\"tables\">\n<h2>Results</h2>\n");
        foreach (var table in tables) Append(html, table);
        return html.Append("</section>\n").ToString();
    }

    private static void Append(StringBuilder html, Table table)
    {
        var kinds = Enumerable.Range(0, table.Columns.Count).Select(c => KindOf(table, c)).ToArray();
        // Long tables scroll inside their place, so that the page stays a page.
        html.Append($"<div class=\"scroll{(table.Rows.Count > 24 ? " tall\" tabindex=\"0" : "")}\"><table class=\"sortable\">\n<caption>{Text(table.Title)}</caption>\n<thead><tr>");
        for (var c = 0; c < kinds.Length; c++)
            html.Append($"<th scope=\"col\"{(kinds[c] is Kind.Number or Kind.Score ? " class=\"number\"" : "")}>{Text(table.Columns[c])}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var c = 0; c < kinds.Length; c++) html.Append(Cell(row[c], kinds[c]));
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div>\n");
    }

    private static string Cell(string text, Kind kind) => kind switch
    {
        Kind.Label => $"<td><span class=\"label {Text(text)}\">{Text(text)}</span></td>",
        Kind.Score when Number(text) is { } score => string.Create(CultureInfo.InvariantCulture, $"<td class=\"number score\" style=\"--score:{score:0.###}\">{Text(text)}</td>"),
        Kind.Number or Kind.Score => $"<td class=\"number\">{Text(text)}</td>",
        _ => $"<td>{Text(text)}</td>",
    };

    private static Kind KindOf(Table table, int column)
    {
        var cells = table.Rows.Select(row => row[column]).Where(cell => cell.Length > 0 && cell != "-").ToArray();
        if (cells.Length == 0) return Kind.Words;
        if (cells.All(cell => cell is "true" or "partial" or "none")) return Kind.Label;
        var numbers = cells.Select(Number).ToArray();
        if (numbers.Any(n => n is null)) return Kind.Words;
        var score = table.Columns[column].Contains("score", StringComparison.OrdinalIgnoreCase);
        return score && numbers.All(n => n is >= 0 and <= 1) ? Kind.Score : Kind.Number;
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
