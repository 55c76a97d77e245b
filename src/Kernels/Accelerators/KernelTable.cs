using System.Runtime.CompilerServices;

namespace Handmade.Kernels.Accelerators;

/// <summary>
/// The kernels that a device has compiled, found by source, types and sizes in some ten nanoseconds: every launch asks. Readers take no lock; each new
/// kernel makes a new table, which is rare beside what a compiler takes.
/// </summary>
internal sealed class KernelTable
{
    private readonly Lock gate = new();
    private volatile Dictionary<int, Entry> entries = [];

    private sealed record Entry(KernelSource Source, Type[] Types, int[] Sizes, CompiledKernel Kernel, Entry? Next);

    /// <summary>Every kernel compiled so far.</summary>
    public IEnumerable<CompiledKernel> Kernels
    {
        get
        {
            foreach (Entry first in entries.Values)
                for (Entry? entry = first; entry is not null; entry = entry.Next) yield return entry.Kernel;
        }
    }

    /// <summary>The kernel, or null.</summary>
    public CompiledKernel? Find(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes)
    {
        if (!entries.TryGetValue(Hash(source, types, sizes), out Entry? entry)) return null;
        while (entry is not null && !Fits(entry, source, types, sizes)) entry = entry.Next;
        return entry?.Kernel;
    }

    /// <summary>The kernel, made by <paramref name="compile"/> if it is new; two threads never compile the same one.</summary>
    public CompiledKernel FindOrAdd(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes, Func<KernelSource, Type[], int[], CompiledKernel> compile)
    {
        lock (gate)
        {
            if (Find(source, types, sizes) is { } found) return found;
            Type[] typesCopy = types.ToArray();
            int[] sizesCopy = sizes.ToArray();
            CompiledKernel kernel = compile(source, typesCopy, sizesCopy);
            int hash = Hash(source, types, sizes);
            entries = new Dictionary<int, Entry>(entries) { [hash] = new Entry(source, typesCopy, sizesCopy, kernel, entries.GetValueOrDefault(hash)) };
            return kernel;
        }
    }

    // A source is a constant of its assembly: the same object each time, so its long text is not looked at.
    private static bool Fits(Entry entry, KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes)
    {
        if (!ReferenceEquals(entry.Source, source) || entry.Types.Length != types.Length) return false;
        for (int i = 0; i < types.Length; i++)
            if (entry.Types[i] != types[i]) return false;
        return sizes.SequenceEqual(entry.Sizes);
    }

    private static int Hash(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes)
    {
        int hash = RuntimeHelpers.GetHashCode(source);
        foreach (Type type in types) hash = (hash * 31) + type.GetHashCode();
        foreach (int size in sizes) hash = (hash * 31) + size;
        return hash;
    }
}
