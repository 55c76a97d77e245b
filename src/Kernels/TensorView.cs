namespace Handmade.Kernels;

/// <summary>
/// Elements of a <see cref="DeviceBuffer"/> seen as a tensor: shape, strides in elements, offset, dtype. What every
/// kernel takes. Reshape, permute, slice and expand make new views of the same memory and launch nothing.
/// </summary>
public sealed unsafe class TensorView
{
    private readonly nint[] strides;

    internal TensorView(DeviceBuffer buffer, nint offset, Shape shape, nint[] strides, DType dtype)
    {
        Buffer = buffer;
        Offset = offset;
        Shape = shape;
        this.strides = strides;
        DType = dtype;
        IsContiguous = Dense(shape, strides);
    }

    /// <summary>The memory.</summary>
    public DeviceBuffer Buffer { get; }

    /// <summary>Index of the first element in the buffer.</summary>
    public nint Offset { get; }

    /// <summary>Extents.</summary>
    public Shape Shape { get; }

    /// <summary>Distance in elements between neighbours along each axis; 0 repeats.</summary>
    public ReadOnlySpan<nint> Strides => strides;

    /// <summary>Element type.</summary>
    public DType DType { get; }

    /// <summary>The device of the memory.</summary>
    public Device Device => Buffer.Device;

    /// <summary>How many elements.</summary>
    public long Count => Shape.Count;

    /// <summary>Elements from the first to the furthest that the strides reach, both counted: what a kernel's view of it covers.</summary>
    public long Reach
    {
        get
        {
            if (Count == 0) return 0;
            long last = 0;
            for (int i = 0; i < strides.Length; i++) last += (Shape[i] - 1) * (long)strides[i];
            return last + 1;
        }
    }

    /// <summary>Bytes of the elements, each counted once however often a stride of 0 repeats it.</summary>
    internal long OwnBytes
    {
        get
        {
            long count = 1;
            for (int i = 0; i < strides.Length; i++) count *= strides[i] == 0 ? Math.Min(Shape[i], 1) : Shape[i];
            return count * DType.Bytes();
        }
    }

    /// <summary>The same elements of the same memory, in the same order.</summary>
    internal bool IsSameAs(TensorView other) =>
        this == other || (Buffer == other.Buffer && Offset == other.Offset && DType == other.DType && Shape == other.Shape && strides.AsSpan().SequenceEqual(other.strides));

    /// <summary>True when the elements lie densely in row-major order.</summary>
    public bool IsContiguous { get; }

    /// <summary>Address of the first element in the program's memory; throws when the memory was released, and on a device whose memory is elsewhere.</summary>
    public T* Pointer<T>() where T : unmanaged => (T*)(Buffer.Address + (Offset * sizeof(T)));

    /// <summary>The same elements in another shape of the same count. The view must be contiguous.</summary>
    public TensorView Reshape(Shape shape) => IsContiguous
        ? new TensorView(Buffer, Offset, shape, shape.DenseStrides(), DType)
        : throw new HandmadeException($"reshape: {Shape} is a strided view; call Contiguous() first");

    /// <summary>Axes in a new order.</summary>
    public TensorView Permute(params ReadOnlySpan<int> axes)
    {
        if (axes.Length != Shape.Rank) throw new HandmadeException($"permute: {axes.Length} axes for {Shape}; name each of its {Shape.Rank} axes once");
        var extents = new int[axes.Length];
        var moved = new nint[axes.Length];
        var seen = new bool[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = Shape.Axis(axes[i], "permute");
            if (seen[axis]) throw new HandmadeException($"permute: axis {axis} of {Shape} is named twice");
            seen[axis] = true;
            extents[i] = Shape[axis];
            moved[i] = strides[axis];
        }
        return new TensorView(Buffer, Offset, new Shape(extents), moved, DType);
    }

    /// <summary>Two axes exchanged.</summary>
    public TensorView Transpose(int a, int b)
    {
        int[] axes = [.. Enumerable.Range(0, Shape.Rank)];
        a = Shape.Axis(a, "transpose");
        b = Shape.Axis(b, "transpose");
        (axes[a], axes[b]) = (axes[b], axes[a]);
        return Permute(axes);
    }

    /// <summary>Elements <paramref name="start"/>…<paramref name="start"/>+<paramref name="length"/>−1 of an axis, every <paramref name="step"/>-th.</summary>
    public TensorView Slice(int axis, int start, int length, int step = 1)
    {
        axis = Shape.Axis(axis, "slice");
        int extent = Shape[axis];
        if (start < 0 || length < 0 || step < 1 || (length > 0 && start + ((long)(length - 1) * step) >= extent))
            throw new HandmadeException($"slice: {length} elements from {start} by {step} on axis {axis} of {Shape}; the axis has {extent}");
        nint[] stepped = [.. strides];
        stepped[axis] *= step;
        return new TensorView(Buffer, Offset + (start * strides[axis]), Shape.With(axis, length), stepped, DType);
    }

    /// <summary>Stretched to a shape by the broadcasting rule: repeated elements are read again, not copied.</summary>
    public TensorView Expand(Shape shape)
    {
        if (shape == Shape) return this;
        int lead = shape.Rank - Shape.Rank;
        if (lead < 0 || Shape.Broadcast(Shape, shape, "expand") != shape)
            throw new HandmadeException($"expand: {Shape} does not stretch to {shape}");
        var stretched = new nint[shape.Rank];
        for (int i = 0; i < Shape.Rank; i++) stretched[lead + i] = Shape[i] == shape[lead + i] ? strides[i] : 0;
        return new TensorView(Buffer, Offset, shape, stretched, DType);
    }

    /// <summary>A new axis of extent 1.</summary>
    public TensorView Unsqueeze(int axis)
    {
        axis = axis < 0 ? axis + Shape.Rank + 1 : axis;
        return new TensorView(Buffer, Offset, new Shape([.. Shape.Extents[..axis], 1, .. Shape.Extents[axis..]]), [.. strides[..axis], 0, .. strides[axis..]], DType);
    }

    /// <summary>An axis of extent 1 removed.</summary>
    public TensorView Squeeze(int axis)
    {
        axis = Shape.Axis(axis, "squeeze");
        if (Shape[axis] != 1) throw new HandmadeException($"squeeze: axis {axis} of {Shape} has extent {Shape[axis]}; only 1 can go");
        return new TensorView(Buffer, Offset, Shape.Without(axis), [.. strides[..axis], .. strides[(axis + 1)..]], DType);
    }

    /// <summary>Copies the elements to a new array in row-major order, waiting for the device.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        var array = new T[Count];
        CopyTo<T>(array);
        return array;
    }

    /// <summary>Copies the elements into a span in row-major order, waiting for the device.</summary>
    public void CopyTo<T>(Span<T> destination) where T : unmanaged
    {
        Check<T>("read", destination.Length);
        if (IsContiguous) Device.Download(this, destination);
        else
        {
            using Scope scope = Device.Scope();
            Device.Download(Ops.Copy.Contiguous(this), destination);
        }
    }

    /// <summary>Overwrites the elements (contiguous views) from a span in row-major order.</summary>
    public void CopyFrom<T>(ReadOnlySpan<T> source) where T : unmanaged
    {
        Check<T>("write", source.Length);
        if (!IsContiguous) throw new HandmadeException($"write: {Shape} is a strided view; only contiguous tensors are written from the host");
        Device.Upload(source, this);
    }

    /// <summary>The one element of a scalar or of a tensor with one element.</summary>
    public T Item<T>() where T : unmanaged => Count == 1 ? ToArray<T>()[0] : throw new HandmadeException($"item: {Shape} has {Count} elements; it takes one");

    /// <summary>As printed in launch names: <c>f32 [8, 64]</c>.</summary>
    public override string ToString() => $"{DType.Text()} {Shape}";

    private void Check<T>(string verb, long count) where T : unmanaged
    {
        if (DTypes.Of<T>() != DType) throw new HandmadeException($"{verb}: the tensor holds {DType.Text()}, not {typeof(T).Name}");
        if (count != Count) throw new HandmadeException($"{verb}: {count} elements for a tensor of shape {Shape}, which has {Count}");
    }

    private static bool Dense(Shape shape, ReadOnlySpan<nint> strides)
    {
        nint expected = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            if (shape[i] != 1 && strides[i] != expected) return shape.Count == 0;
            expected *= shape[i];
        }
        return true;
    }
}
