using System.Text.Encodings.Web;
using System.Text.Json;
using Handmade.Kernels;

namespace Handmade.Documentation;

/// <summary>What <c>./bench/compare</c> found on one machine: a file of <c>bench/results</c>.</summary>
/// <param name="Machine">Processor, cores, vectors, clock, system, .NET, in words.</param>
/// <param name="Topics">Tables by name; each says of which commit and day it is.</param>
internal sealed record Measured(string Machine, IReadOnlyList<Measured.Topic> Topics)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The rows of a topic.</summary>
    /// <param name="Name">As the command line names it.</param>
    /// <param name="Date">Day of the measurement.</param>
    /// <param name="Commit">What was measured.</param>
    /// <param name="Rows">In the order of measurement.</param>
    internal sealed record Topic(string Name, string Date, string Commit, IReadOnlyList<Comparison> Rows);

    /// <summary>The folder of the files.</summary>
    public static string Folder(string repository) => Path.Combine(repository, "bench", "results");

    /// <summary>Every file of a repository, by name.</summary>
    public static IEnumerable<Measured> All(string repository) => Directory.Exists(Folder(repository))
        ? Directory.EnumerateFiles(Folder(repository), "*.json").Order(StringComparer.Ordinal).Select(Read)
        : [];

    /// <summary>The results in a file.</summary>
    /// <exception cref="HandmadeException">It is damaged.</exception>
    public static Measured Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return new(json.RootElement.GetProperty("machine").GetString()!,
            [
                .. json.RootElement.GetProperty("topics").EnumerateArray().Select(topic => new Topic(
                    topic.GetProperty("name").GetString()!, topic.GetProperty("date").GetString()!, topic.GetProperty("commit").GetString()!,
                    [.. topic.GetProperty("rows").EnumerateArray().Select(Comparison.Read)])),
            ]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HandmadeException($"{path} is damaged: delete it and measure again with \"./bench/compare\".", e);
        }
    }

    /// <summary>These results with some topics measured anew; the others stay.</summary>
    public Measured With(IReadOnlyList<Topic> renewed) => this with
    {
        Topics = [.. Topics.Select(old => renewed.FirstOrDefault(topic => topic.Name == old.Name) ?? old), .. renewed.Where(topic => Topics.All(old => old.Name != topic.Name))],
    };

    /// <summary>Writes the file.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("machine", Machine);
            json.WriteStartArray("topics");
            foreach (Topic topic in Topics)
            {
                json.WriteStartObject();
                json.WriteString("name", topic.Name);
                json.WriteString("date", topic.Date);
                json.WriteString("commit", topic.Commit);
                json.WriteStartArray("rows");
                foreach (Comparison row in topic.Rows) row.Write(json);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    });
}
