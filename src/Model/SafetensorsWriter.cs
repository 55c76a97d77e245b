using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Handmade.Kernels;

namespace Handmade.Model;

/// <summary>Gathers tensors and writes them as one safetensors file, whole or not at all.</summary>
/// <example><code>
/// var writer = new SafetensorsWriter();
/// writer.Metadata["step"] = "1000";
/// writer.Add("weight", weights, 32, 4);
/// writer.Write(run.Folder.CheckpointPath("seed-1-step-1000"));
/// </code></example>
public sealed class SafetensorsWriter
{
    private readonly List<SafetensorsTensor> tensors = [];
    private readonly HashSet<string> names = ["__metadata__"];

    /// <summary>Free texts that go with the tensors.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a tensor; its values are copied now.</summary>
    /// <param name="name">A name of its own in this file.</param>
    /// <param name="values">The elements in row-major order: double, float, long, int, byte or bool.</param>
    /// <param name="shape">The shape; none for a scalar.</param>
    /// <exception cref="ArgumentException">The name is taken, or the shape has another number of elements.</exception>
    public void Add<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        if (!names.Add(name)) throw new ArgumentException($"safetensors: the name {name} is taken");
        long count = 1;
        foreach (long size in shape) count = checked(count * size);
        if (count != values.Length) throw new ArgumentException($"safetensors: {name} of shape [{string.Join(", ", shape.ToArray())}] got {values.Length} elements");
        tensors.Add(new SafetensorsTensor(name, SafetensorsTensor.TypeOf<T>(), shape.ToArray(), MemoryMarshal.AsBytes(values).ToArray()));
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="HandmadeException">The disk is full, or the place can't be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        // Wide elements first, so that each tensor is aligned to its element.
        SafetensorsTensor[] ordered = [.. tensors.OrderByDescending(t => SafetensorsTensor.SizeOf(t.Type))];
        ReadOnlySpan<byte> header = Header(ordered);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (SafetensorsTensor tensor in ordered) stream.Write(tensor.Bytes);
    });

    private ReadOnlySpan<byte> Header(IEnumerable<SafetensorsTensor> ordered)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string text) in Metadata) json.WriteString(key, text);
                json.WriteEndObject();
            }
            long begin = 0;
            foreach (SafetensorsTensor tensor in ordered)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(begin);
                json.WriteNumberValue(begin += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // The data begin at a multiple of 8; the format pads the header with spaces.
        while (buffer.WrittenCount % 8 != 0) buffer.Write(" "u8);
        return buffer.WrittenSpan;
    }
}
