using System.Buffers.Binary;
using Handmade.Kernels;
using Microsoft.Win32.SafeHandles;

namespace Handmade.Model;

/// <summary>
/// A safetensors file, read and checked: 8 bytes with the length of the header, the header (JSON: name → dtype, shape,
/// data_offsets), the elements. Format: github.com/huggingface/safetensors. What the format forbids is refused: tensors that
/// overlap, gaps between them, two of one name, sizes that do not fit.
/// </summary>
public sealed class SafetensorsFile
{
    /// <summary>The longest header that the format allows.</summary>
    internal const int LongestHeader = 100_000_000;

    private readonly string path;
    private readonly Dictionary<string, SafetensorsTensor> byName;

    private SafetensorsFile(string path, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        this.path = path;
        Tensors = tensors;
        Metadata = metadata;
        byName = tensors.ToDictionary(t => t.Name);
    }

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The free texts under <c>__metadata__</c>; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="HandmadeException">There is none.</exception>
    public SafetensorsTensor this[string name] => byName.TryGetValue(name, out SafetensorsTensor? tensor)
        ? tensor
        : throw new HandmadeException($"{path} has no tensor {name}; it has {string.Join(", ", byName.Keys.Take(8))}{(byName.Count > 8 ? ", …" : "")}.");

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>Reads the whole file into memory.</summary>
    /// <exception cref="HandmadeException">The file is missing, can't be read, or breaks the format; the sentence says where.</exception>
    public static SafetensorsFile Read(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            if (length < 8) throw Broken(path, $"it has {length} bytes, and the length of the header alone takes 8");
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(Bytes(file, path, 0, 8));
            if (headerLength > LongestHeader) throw Broken(path, $"its header claims {headerLength} bytes, and the format allows {LongestHeader}");
            if ((long)headerLength > length - 8) throw Broken(path, $"it is cut off: its header claims {headerLength} bytes and {length - 8} are there");

            long start = 8 + (long)headerLength;
            SafetensorsHeader header = SafetensorsHeader.Parse(path, Bytes(file, path, 8, (long)headerLength), length - start);
            return new SafetensorsFile(path, [.. header.Entries.Select(e => Load(file, path, start, e))], header.Metadata);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HandmadeException($"{path} does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HandmadeException($"{path} can't be read: {e.Message}", e);
        }
    }

    /// <summary>The one way to say that a file breaks the format.</summary>
    internal static HandmadeException Broken(string path, string how, Exception? why = null) =>
        new($"{path} is no valid safetensors file: {how}.", why!);

    private static SafetensorsTensor Load(SafeFileHandle file, string path, long start, SafetensorsHeader.Entry entry)
    {
        byte[] bytes = Bytes(file, path, start + entry.Begin, entry.End - entry.Begin);
        if (entry.Type == SafetensorsType.BOOL && bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and int at)
            throw Broken(path, $"tensor {entry.Name} is BOOL and holds {bytes[at]} at element {at}");
        return new SafetensorsTensor(entry.Name, entry.Type, entry.Shape, bytes);
    }

    private static byte[] Bytes(SafeFileHandle file, string path, long offset, long count)
    {
        if (count > Array.MaxLength) throw new HandmadeException($"{path} has a tensor of {count} bytes; up to {Array.MaxLength} can be read.");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)count);
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            if (read == 0) throw Broken(path, $"it ended at byte {offset + done} while it was read");
            done += read;
        }
        return bytes;
    }
}
