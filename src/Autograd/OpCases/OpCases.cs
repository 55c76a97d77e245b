namespace Handmade.Autograd;

/// <summary>The table of op cases: one row per op and variant. Selftest, gradcheck, benchmarks, docs and tests read it.</summary>
public static partial class OpCases
{
    // Lazy: static fields of a class in several files have no order among them.
    private static readonly Lazy<OpCase[]> all = new(() =>
    [
        .. Elementwise,
        .. Choices,
        .. Movement,
        .. Indexing,
        .. Joining,
        .. Reductions,
        .. Normalizations,
        .. Losses,
        .. Order,
        .. Products,
    ]);

    /// <summary>Every row.</summary>
    public static IReadOnlyList<OpCase> All => all.Value;
}
