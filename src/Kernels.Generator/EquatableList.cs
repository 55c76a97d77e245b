namespace Handmade.Kernels.Generator;

/// <summary>A list that is equal to another with the same items: what incremental steps compare to know that nothing changed.</summary>
internal sealed class EquatableList<T>(IReadOnlyList<T> items) : IEquatable<EquatableList<T>>
{
    public IReadOnlyList<T> Items { get; } = items;

    public bool Equals(EquatableList<T>? other) => other is not null && Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    public override int GetHashCode() => Items.Count == 0 ? 0 : (Items.Count * 397) ^ Items[0]!.GetHashCode();
}
