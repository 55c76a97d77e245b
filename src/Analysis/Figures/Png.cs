using System.Buffers.Binary;
using System.IO.Compression;

namespace Handmade.Analysis.Figures;

/// <summary>A picture of palette colours as a PNG file (ISO/IEC 15948): for what would be too many marks in an SVG.</summary>
public static class Png
{
    // Signature, and the polynomial of the checksum behind each chunk.
    private static readonly byte[] signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];
    private static readonly uint[] remainders = [.. Enumerable.Range(0, 256).Select(Remainder)];

    /// <summary>Writes a picture.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="pixels">Places in the palette, row by row from the top.</param>
    /// <param name="palette">At most 256 colours as <c>#rrggbb</c>.</param>
    public static void Write(Stream stream, int width, ReadOnlySpan<byte> pixels, IReadOnlyList<string> palette)
    {
        int height = pixels.Length / width;
        stream.Write(signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        // Eight bits a pixel, which are places in a palette; compression, filter and interlacing have one method or none.
        (header[8], header[9]) = (8, 3);
        Chunk(stream, "IHDR"u8, header);
        Chunk(stream, "PLTE"u8, [.. palette.SelectMany(colour => Convert.FromHexString(colour.AsSpan(1)))]);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int row = 0; row < height; row++)
            {
                // No filter.
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(row * width, width));
            }
        }
        Chunk(stream, "IDAT"u8, packed.ToArray());
        Chunk(stream, "IEND"u8, []);
    }

    private static void Chunk(Stream stream, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(kind);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Checksum(Checksum(uint.MaxValue, kind), data));
        stream.Write(number);
    }

    private static uint Checksum(uint sum, ReadOnlySpan<byte> data)
    {
        foreach (byte b in data) sum = remainders[(byte)(sum ^ b)] ^ (sum >> 8);
        return sum;
    }

    private static uint Remainder(int b)
    {
        uint rest = (uint)b;
        for (int bit = 0; bit < 8; bit++) rest = (rest & 1) != 0 ? 0xEDB88320 ^ (rest >> 1) : rest >> 1;
        return rest;
    }
}
