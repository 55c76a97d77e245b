using System.Runtime.InteropServices;
using System.Text;
using Handmade.Kernels;
using Handmade.Physics;

namespace Handmade.Simulation;

/// <summary>A frame of a simulation, from which it goes on with the same bits.</summary>
/// <param name="Frame">0 for the start.</param>
/// <param name="Time">Since the start; speeds are 1 then.</param>
/// <param name="Discs">Where the discs are.</param>
/// <param name="Log">Lines of frames.csv so far.</param>
internal sealed record GasState(int Frame, double Time, DiscState[] Discs, IReadOnlyList<string> Log)
{
    /// <summary>Root mean square of a component of the velocities.</summary>
    public double Speed
    {
        get
        {
            double sum = 0;
            foreach (DiscState disc in Discs) sum += (disc.Vx * disc.Vx) + (disc.Vy * disc.Vy);
            return Math.Sqrt(sum / (2 * Discs.Length));
        }
    }

    /// <summary>Writes it whole or not at all.</summary>
    public void Save(string path, string description) => AtomicFile.Write(path, stream =>
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(description);
        writer.Write(Frame);
        writer.Write(Time);
        writer.Write(Log.Count);
        foreach (string line in Log) writer.Write(line);
        writer.Write(Discs.Length);
        // In portions, for a span of bytes holds two gigabytes.
        foreach (DiscState[] portion in Discs.Chunk(1 << 16)) writer.Write(MemoryMarshal.AsBytes<DiscState>(portion));
    });

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="HandmadeException">The file belongs to another simulation, or is damaged.</exception>
    public static GasState Load(string path, string description)
    {
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
            string found = reader.ReadString();
            if (found != description) throw new HandmadeException($"{path} is from another simulation ({found}); take another --out, or delete that folder.");
            var (frame, time) = (reader.ReadInt32(), reader.ReadDouble());
            string[] log = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())];
            var discs = new DiscState[reader.ReadInt32()];
            for (int first = 0; first < discs.Length; first += 1 << 16)
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(discs.AsSpan(first, Math.Min(1 << 16, discs.Length - first))));
            return new(frame, time, discs, log);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HandmadeException($"{path} can't be read ({error.Message}); delete it to start again.", error);
        }
    }
}
