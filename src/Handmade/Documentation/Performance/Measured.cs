using System.Text.Encodings.Web;
using System.Text.Json;
using Handmade.Kernels;

namespace Handmade.Documentation;

/// <summary>What <c>./bench/compare</c> found on one machine about one topic: <c>bench/results/MACHINE/TOPIC.json</c>.</summary>
/// <param name="Machine">Processor, cores, vectors, clock, system, .NET, in words.</param>
/// <param name="Date">Day of the measurement.</param>
/// <param name="Commit">What was measured.</param>
/// <param name="Rows">In the order of measurement.</param>
internal sealed record Measured(string Machine, string Date, string Commit, IReadOnlyList<Comparison> Rows)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file of a topic on a machine.</summary>
    public static string PathOf(string repository, string machine, string topic) => Path.Combine(Folder(repository), machine, $"{topic}.json");

    /// <summary>The topic.</summary>
    public string Topic { get; init; } = "";

    /// <summary>The machine's folder.</summary>
    public string Place { get; init; } = "";

    /// <summary>A topic (or <c>*</c>: each) on every machine that has measured it.</summary>
    public static IEnumerable<Measured> All(string repository, string topic) => Directory.Exists(Folder(repository))
        ? Directory.EnumerateFiles(Folder(repository), $"{topic}.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Read)
        : [];

    /// <summary>Writes the file.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("machine", Machine);
            json.WriteString("date", Date);
            json.WriteString("commit", Commit);
            json.WriteStartArray("rows");
            foreach (Comparison row in Rows) row.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    });

    private static string Folder(string repository) => Path.Combine(repository, "bench", "results");

    private static Measured Read(string path)
    {
        string topic = Path.GetFileNameWithoutExtension(path);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            return new(root.GetProperty("machine").GetString()!, root.GetProperty("date").GetString()!, root.GetProperty("commit").GetString()!,
                [.. root.GetProperty("rows").EnumerateArray().Select(Comparison.Read)])
            {
                Topic = topic,
                Place = Path.GetFileName(Path.GetDirectoryName(path)!),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HandmadeException($"{path} is damaged: measure again with \"./bench/compare {topic} --write\".", e);
        }
    }
}
