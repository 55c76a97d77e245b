using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Documentation;

/// <summary>The op table as a device was found to compute it: <c>docs/ops/opencl.json</c>, a pair of columns of the op page.</summary>
/// <param name="Device">The device in words.</param>
/// <param name="Rows">Worst errors by op; not finite where the op failed.</param>
internal sealed record RecordedOps(string Device, IReadOnlyDictionary<string, RecordedOps.Row> Rows)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One op.</summary>
    /// <param name="F32">Worst error in f32.</param>
    /// <param name="F64">Worst error in f64.</param>
    /// <param name="Passed">Whether it is within the tolerances, with its gradients.</param>
    internal readonly record struct Row(double F32, double F64, bool Passed);

    /// <summary>What a check of the whole table found.</summary>
    public static RecordedOps Of(Device device, OpReport[] reports) =>
        new(device.Description, reports.ToDictionary(report => report.Name, report => new Row(report.ErrorF32, report.ErrorF64, report.Passed)));

    /// <summary>The record in a file.</summary>
    /// <exception cref="HandmadeException">It is damaged.</exception>
    public static RecordedOps Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return new(json.RootElement.GetProperty("device").GetString()!, json.RootElement.GetProperty("ops").EnumerateArray().ToDictionary(
                row => row.GetProperty("op").GetString()!,
                row => new Row(Error(row.GetProperty("f32")), Error(row.GetProperty("f64")), row.GetProperty("passed").GetBoolean())));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new HandmadeException($"{path} is damaged: make it again with \"handmade selftest --device {Path.GetFileNameWithoutExtension(path)} --out {path}\".", e);
        }
    }

    /// <summary>Writes the record, two digits of each error.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("device", Device);
            json.WriteStartArray("ops");
            foreach ((string op, Row row) in Rows)
            {
                json.WriteStartObject();
                json.WriteString("op", op);
                Write(json, "f32", row.F32);
                Write(json, "f64", row.F64);
                json.WriteBoolean("passed", row.Passed);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    });

    // JSON has no infinity.
    private static double Error(JsonElement error) => error.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : error.GetDouble();

    private static void Write(Utf8JsonWriter json, string name, double error)
    {
        if (double.IsFinite(error)) json.WriteNumber(name, double.Parse(error.ToString("0.0e-0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        else json.WriteNull(name);
    }
}
