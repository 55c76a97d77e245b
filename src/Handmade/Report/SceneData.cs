using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Handmade.Experiments;

namespace Handmade.Report;

/// <summary>
/// Scenes as the page holds them: a JSON array with an object for each scene, whose numbers are one block of bytes, gzipped, in base64 (<c>data</c>).
/// The block holds in this order, little-endian and without gaps:
/// <list type="number">
/// <item>positions, uint16 [moment, particle, (x, y)]: 0 … 65535 is the box from end to end;</item>
/// <item>contacts, uint16 [contact, (frame, i, j)];</item>
/// <item>attention, uint8 [view, head, frame, i, j]: hundredths, as the player shows them; where the view before has the same seed and as many heads, the difference from it modulo 256,
/// since neighbouring checkpoints look at nearly the same and small differences pack well.</item>
/// </list>
/// Sizes stand in the object: <c>particles frames moments perFrame contacts</c> and the list of <c>views</c> with their heads. The only reader is <c>player.js</c>.
/// </summary>
internal static class SceneData
{
    private const int Hundredths = 100;

    /// <summary>The JSON text; its encoder escapes &lt;, &gt; and &amp;, so it may stand inside a script element.</summary>
    /// <exception cref="ArgumentException">A scene whose counts do not fit each other.</exception>
    public static string Json(IReadOnlyList<SceneRecording> scenes)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            foreach (var scene in scenes)
            {
                scene.Check();
                Write(json, scene);
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static void Write(Utf8JsonWriter json, SceneRecording scene)
    {
        json.WriteStartObject();
        json.WriteString("name", scene.Name);
        json.WriteNumber("particles", scene.Particles);
        json.WriteNumber("frames", scene.Frames);
        json.WriteNumber("moments", scene.Moments);
        json.WriteNumber("perFrame", scene.MomentsPerFrame);
        json.WriteNumber("frameTime", scene.FrameTime);
        json.WriteNumber("radius", scene.Radius);
        if (scene.Radii.Count > 0)
        {
            json.WriteStartArray("radii");
            foreach (var radius in scene.Radii) json.WriteNumberValue(Math.Round(radius, 6));
            json.WriteEndArray();
        }
        if (scene.RepeatsX) json.WriteBoolean("repeatsX", true);
        if (scene.RepeatsY) json.WriteBoolean("repeatsY", true);
        json.WriteNumber("width", scene.BoxWidth);
        json.WriteNumber("height", scene.BoxHeight);
        json.WriteNumber("contacts", scene.Contacts.Count);
        json.WriteStartArray("views");
        foreach (var view in scene.Views)
        {
            json.WriteStartObject();
            // As text: a seed has 64 bits, a JSON reader's number 53.
            json.WriteString("seed", $"{view.Seed}");
            json.WriteNumber("step", view.Step);
            json.WriteStartArray("heads");
            foreach (var head in view.Heads)
            {
                json.WriteStartObject();
                json.WriteNumber("block", head.Block);
                json.WriteNumber("head", head.Head);
                json.WriteNumber("score", double.IsFinite(head.Score) ? Math.Round(head.Score, 4) : 0);
                json.WriteString("label", head.Label);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBase64String("data", Compressed(Bytes(scene)));
        json.WriteEndObject();
    }

    private static byte[] Bytes(SceneRecording scene)
    {
        var attention = scene.Views.Sum(view => view.Attention.Count);
        var bytes = new byte[2 * scene.Positions.Count + 6 * scene.Contacts.Count + attention];
        var at = 0;
        void Put(int value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);
            at += 2;
        }
        for (var i = 0; i < scene.Positions.Count; i++) Put(Quantised(scene.Positions[i] / (i % 2 == 0 ? scene.BoxWidth : scene.BoxHeight), ushort.MaxValue));
        foreach (var (frame, i, j) in scene.Contacts)
        {
            Put(frame);
            Put(i);
            Put(j);
        }
        SceneView? last = null;
        foreach (var view in scene.Views)
        {
            var before = last is not null && last.Seed == view.Seed && last.Heads.Count == view.Heads.Count ? last.Attention : null;
            for (var k = 0; k < view.Attention.Count; k++)
                bytes[at++] = (byte)(Quantised(view.Attention[k], Hundredths) - (before is null ? 0 : Quantised(before[k], Hundredths)));
            last = view;
        }
        return bytes;
    }

    private static int Quantised(double share, int most) => double.IsNaN(share) ? 0 : (int)Math.Round(Math.Clamp(share, 0, 1) * most);

    private static byte[] Compressed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
