using System.Text.Encodings.Web;
using System.Text.Json;
using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>Small JSON files of a run folder: written atomically and indented, read with one sentence for a damaged file.</summary>
internal static class JsonFile
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        NewLine = "\n",
        // The files are read by people and by JSON parsers, never pasted into HTML: keep ≥ and apostrophes legible.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the file in one step: a reader sees the old content or the new one.</summary>
    public static void Write(string path, Action<Utf8JsonWriter> body) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, Indented)) body(json);
        stream.WriteByte((byte)'\n');
    });

    /// <summary>Reads the file through <paramref name="body"/>.</summary>
    /// <exception cref="HandmadeException">The file is no JSON, or not what <paramref name="body"/> expects.</exception>
    public static T Read<T>(string path, Func<JsonElement, T> body)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return body(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            string where = e is JsonException { LineNumber: { } line } ? $" at line {line + 1}" : "";
            throw new HandmadeException(
                $"{path} is damaged{where}, so this run can't go on: delete the run folder or choose another one with --out.", e);
        }
    }

    /// <summary>A number; NaN and infinities, which JSON lacks, become null.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteNullValue();
    }

    /// <summary>A number, or <paramref name="instead"/> where null stands.</summary>
    public static double NumberOr(this JsonElement element, double instead) =>
        element.ValueKind == JsonValueKind.Null ? instead : element.GetDouble();
}
