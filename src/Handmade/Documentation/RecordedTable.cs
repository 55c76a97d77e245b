using System.Text.Encodings.Web;
using System.Text.Json;
using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Documentation;

/// <summary>A table of measurements that a page shows and no page makes: times belong to the machine that they were taken on.</summary>
/// <param name="Table">The table as the terminal showed it.</param>
/// <param name="Note">The line under it.</param>
internal sealed record RecordedTable(Table Table, string Note)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Registers the blocks <c>kernels</c> and <c>agreement</c>: every table of docs/performance, and of docs/simulator.</summary>
    public static void AddTo(Blocks blocks)
    {
        blocks.Add("kernels", page => All(page, "performance"));
        blocks.Add("agreement", page => All(page, "simulator", "\"./bench/compare agreement --write\""));
    }

    /// <summary>The table in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="how">The command that makes it; none: one with --out.</param>
    /// <exception cref="HandmadeException">It is damaged.</exception>
    public static RecordedTable Read(string path, string? how = null)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            return new(new Table(root.GetProperty("title").GetString()!, Texts(root.GetProperty("columns")), [.. root.GetProperty("rows").EnumerateArray().Select(Texts)]), root.GetProperty("note").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HandmadeException($"{path} is damaged: make it again with {how ?? $"\"handmade bench kernels\" or \"handmade profile\" and --out {path}"}.", e);
        }
    }

    /// <summary>Writes the record.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("title", Table.Title);
            json.WriteString("note", Note);
            Write(json, "columns", Table.Columns);
            json.WriteStartArray("rows");
            foreach (IReadOnlyList<string> row in Table.Rows) Write(json, null, row);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    });

    private string Markdown() => $"**{Table.Title}**\n\n{ExperimentBlocks.Markdown(Table)}\n{Note}\n";

    private static string All(Page page, string folder, string? how = null) => string.Join('\n', Files(page.Repository, folder).Select(path => Read(path, how).Markdown()));

    private static IEnumerable<string> Files(string repository, string name) => Path.Combine(repository, "docs", name) is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)
        : [];

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString()!)];

    private static void Write(Utf8JsonWriter json, string? name, IReadOnlyList<string> texts)
    {
        if (name is null) json.WriteStartArray();
        else json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
