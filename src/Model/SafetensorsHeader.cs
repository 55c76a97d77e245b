using System.Text.Json;

namespace Handmade.Model;

/// <summary>The header of a safetensors file: parsed, and checked against the bytes that follow it.</summary>
internal sealed class SafetensorsHeader
{
    private const string MetadataName = "__metadata__";
    private readonly string path;
    private readonly List<Entry> entries = [];
    private readonly Dictionary<string, string> metadata = [];

    private SafetensorsHeader(string path) => this.path = path;

    /// <summary>Where a tensor lies: its bytes are [Begin, End) after the header.</summary>
    public readonly record struct Entry(string Name, SafetensorsType Type, long[] Shape, long Begin, long End);

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>The free texts.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Parses the header of a file that has <paramref name="dataLength"/> bytes after it.</summary>
    /// <exception cref="Kernels.HandmadeException">The header breaks the format or does not fit the data.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader(path);
        try
        {
            using var document = JsonDocument.Parse(json);
            header.Read(document.RootElement);
        }
        // A string may be valid JSON and no text (half of a surrogate pair); reading it is an InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            string where = e is JsonException { BytePositionInLine: { } at, LineNumber: { } line } ? $" (line {line + 1}, byte {at + 1})" : "";
            throw SafetensorsFile.Broken(path, $"its header is no valid JSON{where}", e);
        }
        header.CheckLayout(dataLength);
        return header;
    }

    private void Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Broken("its header is no JSON object");
        var names = new HashSet<string>();
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!names.Add(property.Name)) throw Broken($"its header names {property.Name} twice");
            if (property.Name == MetadataName) ReadMetadata(property.Value);
            else entries.Add(ReadEntry(property.Name, property.Value));
        }
    }

    private void ReadMetadata(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Broken($"{MetadataName} is no JSON object");
        foreach (JsonProperty text in json.EnumerateObject())
        {
            if (text.Value.ValueKind != JsonValueKind.String) throw Broken($"{MetadataName} has {text.Name}, which is no text");
            if (!metadata.TryAdd(text.Name, text.Value.GetString()!)) throw Broken($"{MetadataName} names {text.Name} twice");
        }
    }

    private Entry ReadEntry(string name, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Broken($"tensor {name} is described by no JSON object");
        SafetensorsType? type = null;
        long[]? shape = null, offsets = null;
        foreach (JsonProperty field in json.EnumerateObject())
        {
            bool isNew = true;
            switch (field.Name)
            {
                case "dtype":
                    isNew = type is null;
                    type = ReadType(name, field.Value);
                    break;
                case "shape":
                    isNew = shape is null;
                    shape = Whole(name, field);
                    break;
                case "data_offsets":
                    isNew = offsets is null;
                    offsets = Whole(name, field);
                    break;
                default:
                    break; // The format may grow; what this version does not know it need not understand.
            }
            if (!isNew) throw Broken($"tensor {name} has two fields {field.Name}");
        }
        if (type is not { } known || shape is null || offsets is null)
            throw Broken($"tensor {name} lacks {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        if (offsets is not [var begin, var end] || begin > end) throw Broken($"tensor {name} has data_offsets that are no begin and end");
        if (ByteCount(known, shape) is not { } bytes || bytes != end - begin)
            throw Broken($"tensor {name} is {known} of shape [{string.Join(", ", shape)}], which does not fill its {end - begin} bytes");
        return new Entry(name, known, shape, begin, end);
    }

    private SafetensorsType ReadType(string name, JsonElement json)
    {
        string? text = json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText();
        foreach (SafetensorsType type in Enum.GetValues<SafetensorsType>())
            if (type.ToString() == text) return type;
        throw Broken($"tensor {name} has the dtype {text}, and this version reads {string.Join(", ", Enum.GetValues<SafetensorsType>())}");
    }

    // An array of numbers that are whole and not negative.
    private long[] Whole(string name, JsonProperty field)
    {
        if (field.Value.ValueKind != JsonValueKind.Array) throw Broken($"tensor {name} has a {field.Name} that is no array");
        return [.. field.Value.EnumerateArray().Select(x => x.ValueKind == JsonValueKind.Number && x.TryGetInt64(out long value) && value >= 0
            ? value
            : throw Broken($"tensor {name} has a {field.Name} with {x.GetRawText()}, which is no size"))];
    }

    // Null when the count overflows.
    private static long? ByteCount(SafetensorsType type, long[] shape)
    {
        if (shape.Contains(0)) return 0;
        Int128 count = SafetensorsTensor.SizeOf(type);
        foreach (long size in shape)
            if ((count *= size) > long.MaxValue) return null;
        return (long)count;
    }

    // Sorted by offset, each tensor begins where the last one ended, and the last one ends with the file.
    private void CheckLayout(long dataLength)
    {
        long end = 0;
        string last = "";
        foreach (Entry entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin < end) throw Broken($"tensors {last} and {entry.Name} overlap at byte {entry.Begin} of the data");
            if (entry.Begin > end) throw Broken($"the bytes {end} to {entry.Begin} of the data, before tensor {entry.Name}, belong to no tensor");
            (end, last) = (entry.End, entry.Name);
        }
        if (end > dataLength) throw Broken($"it is cut off: tensor {last} ends at byte {end} of the data and {dataLength} are there");
        if (end < dataLength) throw Broken($"the last {dataLength - end} bytes belong to no tensor");
    }

    private Kernels.HandmadeException Broken(string how) => SafetensorsFile.Broken(path, how);
}
