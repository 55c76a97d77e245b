using System.Buffers.Binary;
using System.IO.Compression;
using Handmade.Analysis.Figures;

namespace Handmade.Analysis.Tests.Figures;

/// <summary>PNG files against the standard: chunks, their checksums, and the pixels that come out again.</summary>
public class PngTests
{
    [Test]
    public void Pixels_and_palette_come_out_as_they_went_in()
    {
        byte[] pixels = [0, 1, 2, 2, 1, 0];
        using var stream = new MemoryStream();
        Png.Write(stream, 3, pixels, ["#000000", "#ff8000", "#0102ff"]);
        byte[] file = stream.ToArray();
        var chunks = Chunks(file).ToDictionary(chunk => chunk.Kind, chunk => chunk.Data);
        using var rows = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress)) zlib.CopyTo(rows);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(file[..8], Is.EqualTo(new byte[] { 137, 80, 78, 71, 13, 10, 26, 10 }));
            Assert.That(chunks["IHDR"], Is.EqualTo(new byte[] { 0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0 }));
            Assert.That(chunks["PLTE"], Is.EqualTo(new byte[] { 0, 0, 0, 255, 128, 0, 1, 2, 255 }));
            Assert.That(rows.ToArray(), Is.EqualTo(new byte[] { 0, 0, 1, 2, 0, 2, 1, 0 }), "a filter byte before each row");
        }
    }

    [Test]
    public void The_checksum_of_the_empty_end_is_the_one_of_every_png()
    {
        using var stream = new MemoryStream();
        Png.Write(stream, 1, [0], ["#000000"]);
        Assert.That(stream.ToArray()[^12..], Is.EqualTo(new byte[] { 0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82 }));
    }

    private static IEnumerable<(string Kind, byte[] Data)> Chunks(byte[] file)
    {
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            yield return (System.Text.Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }
    }
}
