using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Report;

/// <summary>
/// Writes <c>report.html</c>: one file with its style, scripts, figures and data inside. It opens from the disk, asks the network for nothing
/// (its own content policy forbids it), and without scripts everything but the player is still there.
/// </summary>
public static partial class ReportWriter
{
    /// <summary>Writes the report, whole or not at all.</summary>
    /// <exception cref="HandmadeException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">A scene whose counts do not fit each other.</exception>
    public static void Write(string path, ReportData data) => AtomicFile.WriteText(path, Html(data));

    /// <summary>The report as HTML text.</summary>
    /// <exception cref="ArgumentException">A scene whose counts do not fit each other.</exception>
    public static string Html(ReportData data)
    {
        var parts = new Dictionary<string, string>
        {
            ["title"] = Text(data.Title),
            ["css"] = Resource("report.css"),
            ["js"] = Resource("report.js") + (data.Scenes.Count > 0 ? Resource("player.js") : "") + (data.Walk is null ? "" : Resource("addition.js")),
            ["scenes"] = data.Scenes.Count > 0 ? SceneData.Json(data.Scenes) : "[]",
            ["header"] = ReportSections.Header(data),
            ["summary"] = ReportSections.Summary(data),
            ["player"] = data.Scenes.Count > 0 ? Resource("player.html") : "",
            ["addition"] = data.Walk is null ? "" : Resource("addition.html"),
            ["walk"] = data.Walk is { } walk ? string.Create(CultureInfo.InvariantCulture, $"{{\"order\":{walk.Order},\"frequencies\":[{string.Join(',', walk.Frequencies)}]}}") : "null",
            ["claims"] = ReportSections.Claims(data.Claims),
            ["tables"] = ReportTables.Html(data.Tables),
            ["figures"] = ReportSections.Figures(data.Figures),
            ["options"] = ReportSections.Options(data.Options),
            ["footer"] = ReportSections.Footer(data),
        };
        // One pass: what a part brings along, such as {{title}} in a caption, is not looked at again.
        return Placeholder().Replace(Resource("report.html"), match => parts[match.Groups[1].Value]);
    }

    /// <summary>Text made safe for HTML, in elements and in attributes.</summary>
    internal static string Text(string plain) => WebUtility.HtmlEncode(plain);

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();

    private static string Resource(string name)
    {
        using var stream = typeof(ReportWriter).Assembly.GetManifestResourceStream("Report/" + name)
            ?? throw new InvalidOperationException($"the executable lacks its resource Report/{name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
