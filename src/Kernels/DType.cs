namespace Handmade.Kernels;

/// <summary>The element types of buffers. Mixed types are an error everywhere; a cast is always written out.</summary>
public enum DType
{
    /// <summary>IEEE single precision: training.</summary>
    F32,

    /// <summary>IEEE double precision: gradient checks, accumulations, precision experiments.</summary>
    F64,

    /// <summary>32-bit signed integer: indices, counters, random keys.</summary>
    I32,

    /// <summary>One byte, 0 or 1: masks and comparisons.</summary>
    Bool,
}

/// <summary>Sizes and the C# types behind a <see cref="DType"/>.</summary>
public static class DTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this DType dtype) => dtype switch
    {
        DType.F32 or DType.I32 => 4,
        DType.F64 => 8,
        DType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };

    /// <summary>The name as it is printed and stored: f32, f64, i32, bool.</summary>
    public static string Text(this DType dtype) => dtype switch
    {
        DType.F32 => "f32",
        DType.F64 => "f64",
        DType.I32 => "i32",
        _ => "bool",
    };

    /// <summary>True for f32 and f64, the types that carry gradients.</summary>
    public static bool IsFloat(this DType dtype) => dtype is DType.F32 or DType.F64;

    /// <summary>The dtype that stores <typeparamref name="T"/>; bool is stored as one byte.</summary>
    public static DType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.F32
        : typeof(T) == typeof(double) ? DType.F64
        : typeof(T) == typeof(int) ? DType.I32
        : typeof(T) == typeof(bool) || typeof(T) == typeof(byte) ? DType.Bool
        : throw new HandmadeException($"buffers hold float, double, int or bool, not {typeof(T).Name}");
}
