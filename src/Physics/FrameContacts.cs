namespace Handmade.Physics;

/// <summary>Two discs that overlapped, the lower number first.</summary>
public readonly record struct DiscPair(int I, int J);

/// <summary>
/// The pairs that overlapped in one frame, each once and in order, whatever the order and number of times they were met.
/// Two passes over buckets, so the cost is linear in the contacts.
/// </summary>
internal sealed class FrameContacts(int particles)
{
    private readonly int[] first = new int[particles + 1];
    private DiscPair[] met = new DiscPair[4 * particles], sorted = new DiscPair[4 * particles];
    private int count, unique;

    /// <summary>The frame's pairs after <see cref="Sort"/>, by I, then J.</summary>
    public ReadOnlySpan<DiscPair> Pairs => sorted.AsSpan(0, unique);

    /// <summary>Begins a frame.</summary>
    public void Clear() => (count, unique) = (0, 0);

    /// <summary>Two discs have touched.</summary>
    public void Add(int i, int j)
    {
        if (count == met.Length) Array.Resize(ref met, 2 * met.Length + 4);
        met[count++] = i < j ? new(i, j) : new(j, i);
    }

    /// <summary>Ends the frame.</summary>
    public void Sort()
    {
        if (sorted.Length < met.Length) sorted = new DiscPair[met.Length];
        Array.Clear(first);
        for (int k = 0; k < count; k++) first[met[k].I + 1]++;
        for (int i = 0; i < particles; i++) first[i + 1] += first[i];
        for (int k = 0; k < count; k++) sorted[first[met[k].I]++] = met[k];

        // Now first[i] is where disc i's pairs end. Few each, so they are sorted by insertion; kept ones move down over repeated ones.
        unique = 0;
        for (int i = 0, begin = 0; i < particles; i++)
        {
            int end = first[i];
            for (int k = begin + 1; k < end; k++)
            {
                DiscPair pair = sorted[k];
                int place = k;
                for (; place > begin && sorted[place - 1].J > pair.J; place--) sorted[place] = sorted[place - 1];
                sorted[place] = pair;
            }
            for (int k = begin; k < end; k++)
                if (k == begin || sorted[k].J != sorted[k - 1].J) sorted[unique++] = sorted[k];
            begin = end;
        }
    }
}
