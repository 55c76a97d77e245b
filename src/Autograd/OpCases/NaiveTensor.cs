using Handmade.Kernels;

namespace Handmade.Autograd;

/// <summary>A dense double tensor for plain loops: what the references of the op table compute with.</summary>
/// <param name="Shape">Extents.</param>
/// <param name="Values">Elements in row-major order.</param>
public sealed record NaiveTensor(Shape Shape, double[] Values)
{
    /// <summary>A tensor of zeros.</summary>
    public NaiveTensor(Shape shape) : this(shape, new double[shape.Count]) { }

    /// <summary>The element at an index.</summary>
    public double this[params ReadOnlySpan<int> index]
    {
        get => Values[Position(index)];
        set => Values[Position(index)] = value;
    }

    /// <summary>A new tensor from a formula of the index.</summary>
    public static NaiveTensor From(Shape shape, Func<int[], double> formula)
    {
        var result = new NaiveTensor(shape);
        foreach (int[] index in Indices(shape)) result[index] = formula(index);
        return result;
    }

    /// <summary>f of every element.</summary>
    public NaiveTensor Map(Func<double, double> f) => new(Shape, [.. Values.Select(f)]);

    /// <summary>f of pairs of elements, broadcast.</summary>
    public static NaiveTensor Zip(NaiveTensor a, NaiveTensor b, Func<double, double, double> f) =>
        From(Shape.Broadcast(a.Shape, b.Shape, "naive"), index => f(a.Stretched(index), b.Stretched(index)));

    /// <summary>The element that broadcasting puts at an index of a larger shape.</summary>
    public double Stretched(ReadOnlySpan<int> index)
    {
        var own = new int[Shape.Rank];
        for (int i = 1; i <= Shape.Rank; i++) own[^i] = Shape[^i] == 1 ? 0 : index[^i];
        return this[own];
    }

    /// <summary>All indices of a shape in row-major order.</summary>
    public static IEnumerable<int[]> Indices(Shape shape)
    {
        for (long position = 0; position < shape.Count; position++)
        {
            var index = new int[shape.Rank];
            long rest = position;
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                index[axis] = (int)(rest % shape[axis]);
                rest /= shape[axis];
            }
            yield return index;
        }
    }

    private int Position(ReadOnlySpan<int> index)
    {
        int position = 0;
        for (int axis = 0; axis < Shape.Rank; axis++) position = (position * Shape[axis]) + index[axis];
        return position;
    }
}
