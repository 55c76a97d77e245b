using System.Collections.Concurrent;

namespace Handmade.Kernels;

/// <summary>The kernels of all assemblies that are loaded, for <c>handmade kernels</c> and for tests of their text.</summary>
public static class KernelCatalogue
{
    private static readonly ConcurrentDictionary<KernelSource, bool> Known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Every kernel, by name.</summary>
    public static IReadOnlyList<KernelSource> All => [.. Known.Keys.OrderBy(source => source.Name, StringComparer.Ordinal)];

    /// <summary>Makes a kernel known: what the generator has each assembly do when it is loaded.</summary>
    public static void Register(KernelSource source) => Known[source] = true;
}
