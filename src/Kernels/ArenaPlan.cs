namespace Handmade.Kernels;

/// <summary>
/// Where temporaries lie in memory that they share: those whose lives overlap lie apart. First fit in order of first use: simple, and near
/// the peak of live bytes for a tape run forth and back.
/// </summary>
internal sealed class ArenaPlan
{
    private const long Alignment = 64;
    private readonly Dictionary<DeviceBuffer, long> offsets = [];

    /// <summary>A plan for buffers that live from one launch to another, both counted.</summary>
    public ArenaPlan(IEnumerable<(DeviceBuffer Buffer, long Bytes, int First, int Last)> lives)
    {
        var placed = new List<(long Start, long End, int Last)>();
        foreach (var (buffer, bytes, first, last) in lives.OrderBy(life => life.First))
        {
            placed.RemoveAll(block => block.Last < first);
            long whole = (bytes + Alignment - 1) / Alignment * Alignment, start = 0;
            int at = 0;
            while (at < placed.Count && placed[at].Start - start < whole) start = placed[at++].End;
            placed.Insert(at, (start, start + whole, last));
            offsets.Add(buffer, start);
            Bytes = Math.Max(Bytes, start + whole);
        }
    }

    /// <summary>Size of the memory.</summary>
    public long Bytes { get; }

    /// <summary>Where each buffer begins.</summary>
    public IReadOnlyDictionary<DeviceBuffer, long> Offsets => offsets;
}
