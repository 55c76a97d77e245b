using System.Collections;
using System.Runtime.CompilerServices;

namespace Handmade.Kernels;

/// <summary>
/// The extents of a tensor, outermost first: <c>Shape s = [8, 64]</c>. A scalar has rank 0 and one element.
/// Immutable; equal when all extents are equal.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    private readonly int[]? extents;

    // Eight bytes each still fit a long.
    private const double MostElements = 1e18;

    /// <summary>A shape of the given extents (each at least 0).</summary>
    public Shape(params ReadOnlySpan<int> extents)
    {
        double count = 1;
        foreach (int extent in extents)
        {
            if (extent < 0) throw new HandmadeException($"shape: extent {extent} is negative");
            count *= extent;
        }
        if (count > MostElements) throw new HandmadeException($"shape: [{string.Join(", ", extents.ToArray())}] has more elements than can be counted; use smaller extents");
        this.extents = extents.ToArray();
    }

    /// <summary>What a collection expression calls.</summary>
    public static Shape Create(ReadOnlySpan<int> extents) => new(extents);

    /// <summary>The extents, outermost first.</summary>
    public ReadOnlySpan<int> Extents => extents;

    /// <summary>How many axes.</summary>
    public int Rank => extents?.Length ?? 0;

    /// <summary>How many elements: the product of the extents, 1 for a scalar.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (int extent in Extents) count *= extent;
            return count;
        }
    }

    /// <summary>The extent of an axis; <c>^1</c> is the innermost.</summary>
    public int this[Index axis] => extents![axis.GetOffset(Rank)];

    /// <summary>The axis in 0…Rank−1 that a possibly negative number means; an error names the op.</summary>
    public int Axis(int axis, string op)
    {
        if (axis < -Rank || axis >= Rank)
            throw new HandmadeException($"{op}: axis {axis} of {this}; use {(Rank == 0 ? "none, it is a scalar" : $"{-Rank}…{Rank - 1}")}");
        return axis < 0 ? axis + Rank : axis;
    }

    /// <summary>The axes in 0…Rank−1 that a list means (empty: all of them), ascending; naming one twice is an error.</summary>
    public int[] Axes(ReadOnlySpan<int> axes, string op)
    {
        var isNamed = new bool[Rank];
        foreach (int named in axes)
        {
            int axis = Axis(named, op);
            if (isNamed[axis]) throw new HandmadeException($"{op}: axis {axis} of {this} is named twice");
            isNamed[axis] = true;
        }
        bool all = axes.Length == 0;
        return [.. Enumerable.Range(0, Rank).Where(axis => all || isNamed[axis])];
    }

    /// <summary>This shape with one extent replaced.</summary>
    public Shape With(int axis, int extent)
    {
        int[] copy = Extents.ToArray();
        copy[axis] = extent;
        return new Shape(copy);
    }

    /// <summary>This shape without an axis.</summary>
    public Shape Without(int axis) => new([.. Extents[..axis], .. Extents[(axis + 1)..]]);

    /// <summary>
    /// The common shape of two operands by the usual rule: align at the innermost axis, an extent of 1 stretches.
    /// </summary>
    public static Shape Broadcast(Shape a, Shape b, string op)
    {
        if (a == b) return a;
        var extents = new int[Math.Max(a.Rank, b.Rank)];
        for (int i = 1; i <= extents.Length; i++)
        {
            int x = i <= a.Rank ? a[^i] : 1, y = i <= b.Rank ? b[^i] : 1;
            if (x != y && x != 1 && y != 1)
                throw new HandmadeException($"{op}: {a} and {b} do not broadcast; axis {-i} has {x} and {y}, they must be equal or one of them 1");
            extents[^i] = x == 1 ? y : x;
        }
        return new Shape(extents);
    }

    /// <summary>Strides (in elements) of a dense tensor of this shape, innermost axis contiguous.</summary>
    public nint[] DenseStrides()
    {
        var strides = new nint[Rank];
        nint stride = 1;
        for (int i = Rank - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= extents![i];
        }
        return strides;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Extents.SequenceEqual(other.Extents);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int extent in Extents) hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>Equality of all extents.</summary>
    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    /// <summary>Some extent differs.</summary>
    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    /// <summary>As it is printed in errors: <c>[8, 64]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", extents ?? [])}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(extents ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
