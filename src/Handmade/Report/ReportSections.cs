using System.Globalization;
using System.Text;
using Handmade.Experiments;
using static Handmade.Report.ReportWriter;

namespace Handmade.Report;

/// <summary>The parts of the report that are text: header, summary, claims, figures, options, footer.</summary>
internal static class ReportSections
{
    /// <summary>Title, paper and the facts of the run.</summary>
    public static string Header(ReportData data)
    {
        var config = data.Config;
        var facts = new (string Name, string Value)[]
        {
            ("Experiment", config.Experiment),
            ("Preset", config.Preset),
            (config.Seeds.Count == 1 ? "Seed" : "Seeds", string.Join(", ", config.Seeds)),
            ("Device", string.Create(CultureInfo.InvariantCulture, $"{config.Device}, {config.Threads} thread{(config.Threads == 1 ? "" : "s")}")),
            ("Version", config.Version),
            ("Date", data.Date.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)),
            ("Duration", Duration(data.Duration)),
        };
        var html = new StringBuilder($"<h1>{Text(data.Title)}</h1>\n");
        if (data.Paper.Length > 0) html.Append($"<p class=\"paper-line\">After {Text(data.Paper)}</p>\n");
        html.Append("<dl class=\"facts\">\n");
        foreach (var (name, value) in facts) html.Append($"<div><dt>{name}</dt><dd>{Text(value)}</dd></div>\n");
        return html.Append("</dl>\n").ToString();
    }

    /// <summary>The verdict over all claims, then the paragraphs.</summary>
    public static string Summary(ReportData data)
    {
        var html = new StringBuilder();
        if (data.Claims.Count > 0)
        {
            var passed = data.Claims.Count(c => c.Passed);
            var verdict = passed == data.Claims.Count ? $"All {passed} claims hold in this run."
                : passed == 0 ? $"None of the {data.Claims.Count} claims holds in this run."
                : $"{passed} of {data.Claims.Count} claims hold in this run.";
            html.Append($"<p class=\"verdict {(passed == data.Claims.Count ? "pass" : "fail")}\">{verdict}</p>\n");
        }
        foreach (var paragraph in data.Summary) html.Append($"<p>{Text(paragraph)}</p>\n");
        return html.Length == 0 ? "" : $"<section id=\"summary\" class=\"prose\">\n{html}</section>\n";
    }

    /// <summary>The table of claims: what the paper says, what was measured, whether it passes.</summary>
    public static string Claims(IReadOnlyList<Claim> claims)
    {
        if (claims.Count == 0) return "";
        var html = new StringBuilder(
            """
            <section id="claims">
            <h2>Claims</h2>
            <div class="scroll"><table class="claims">
            <thead><tr><th scope="col">Result</th><th scope="col">Claim</th><th scope="col">Paper</th><th scope="col">Passes if</th><th scope="col">Measured</th></tr></thead>
            <tbody>

            """);
        foreach (var claim in claims)
        {
            var needed = claim.Measured.Count > 1 ? $"<br><span class=\"muted\">in {(claim.Needed == claim.Measured.Count ? "all" : $"{claim.Needed} of")} {claim.Measured.Count}</span>" : "";
            html.Append($"<tr><td>{(claim.Passed ? "<span class=\"result pass\">pass</span>" : "<span class=\"result fail\">fail</span>")}</td>");
            html.Append($"<td>{Text(claim.Statement)}<br><code class=\"muted\">{Text(claim.Id)}</code></td><td>{Text(claim.Paper)}</td>");
            html.Append($"<td class=\"interval\">{Text(claim.Interval)}{needed}</td><td class=\"measured\">{Measured(claim)}</td></tr>\n");
        }
        return html.Append("</tbody></table></div>\n</section>\n").ToString();
    }

    /// <summary>The figures with numbers, captions and links to their data. Their common style sheet is kept once.</summary>
    public static string Figures(IReadOnlyList<ReportFigure> figures)
    {
        if (figures.Count == 0) return "";
        var html = new StringBuilder("<section id=\"figures\">\n<h2>Figures</h2>\n");
        var styles = new HashSet<string>();
        for (var i = 0; i < figures.Count; i++)
        {
            var (svg, caption, csv) = figures[i];
            var (start, end) = (svg.IndexOf("<style>", StringComparison.Ordinal), svg.IndexOf("</style>", StringComparison.Ordinal) + "</style>".Length);
            if (start >= 0 && end > start && !styles.Add(svg[start..end])) svg = svg.Remove(start, end - start);
            var data = csv.Length == 0 ? "" : $" <a class=\"data\" href=\"{Text(csv)}\">data (CSV)</a>";
            html.Append(CultureInfo.InvariantCulture, $"<figure id=\"figure-{i + 1}\">\n<div class=\"scroll\">{svg}</div><figcaption><b>Figure {i + 1}.</b> {Text(caption)}{data}</figcaption>\n</figure>\n");
        }
        return html.Append("</section>\n").ToString();
    }

    /// <summary>Every option with its value, range and meaning; a value that is not the default stands out.</summary>
    public static string Options(IReadOnlyList<Option> options)
    {
        if (options.Count == 0) return "";
        var html = new StringBuilder(
            """
            <section id="options">
            <h2>Options</h2>
            <p class="muted">Values in bold differ from the defaults.</p>
            <div class="scroll"><table>
            <thead><tr><th scope="col">Option</th><th scope="col" class="number">Value</th><th scope="col" class="number">Default</th><th scope="col">Range</th><th scope="col">Meaning</th></tr></thead>

            """);
        foreach (var group in options.GroupBy(o => o.Group))
        {
            html.Append($"<tbody><tr class=\"group\"><th colspan=\"5\" scope=\"rowgroup\">{Text(group.Key)}</th></tr>\n");
            foreach (var option in group)
            {
                var value = option.Value == option.Default ? Text(option.Value) : $"<b>{Text(option.Value)}</b>";
                var unit = option.Unit.Length > 0 ? $" <span class=\"muted\">{Text(option.Unit)}</span>" : "";
                var symbol = option.Symbol.Length > 0 ? $" <i>{Text(option.Symbol)}</i>" : "";
                html.Append($"<tr><td><code>{Text(option.Name)}</code></td><td class=\"number\">{value}{unit}</td><td class=\"number muted\">{Text(option.Default)}</td>");
                html.Append($"<td class=\"muted\">{Text(option.Range)}</td><td>{Text(option.Doc)}{symbol}</td></tr>\n");
            }
            html.Append("</tbody>\n");
        }
        return html.Append("</table></div>\n</section>\n").ToString();
    }

    /// <summary>How to repeat the run, and what made the page.</summary>
    public static string Footer(ReportData data)
    {
        var config = data.Config;
        var first = config.Seeds.Count > 0 ? config.Seeds[0] : 1;
        var seeds = config.Seeds.Count > 1 ? $" --seed {first} --seeds {config.Seeds.Count}" : $" --seed {first}";
        var assignments = string.Concat(data.Assignments.Select(a => " --set " + a));
        var command = data.Command ?? $"handmade run {config.Experiment} --preset {config.Preset}{seeds} --device {config.Device}{assignments}";
        return $"<p>To repeat this with the same bits: <code>{Text(command)}</code></p>\n"
            + $"<p class=\"muted\">Handmade {Text(config.Build)}. Every figure, number and script is inside this file.</p>\n";
    }

    private static string Measured(Claim claim)
    {
        if (claim.Measured.Count == 0) return "<span class=\"muted\">not measured</span>";
        var values = claim.Measured.Select(x =>
        {
            var text = x.ToString("0.###", CultureInfo.InvariantCulture);
            return x >= claim.Low && x <= claim.High ? text : $"<span class=\"outside\">{text}</span>";
        });
        return string.Join(", ", values);
    }

    private static string Duration(TimeSpan time) => time.TotalMinutes < 2
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s")
        : time.TotalHours < 2
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min");
}
