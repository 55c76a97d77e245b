using System.Runtime.InteropServices;
using Handmade.Kernels;

namespace Handmade.Model;

/// <summary>The element types that safetensors files may hold here, under the names of the format.</summary>
public enum SafetensorsType
{
    /// <summary>Double precision.</summary>
    F64,

    /// <summary>Single precision.</summary>
    F32,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>One byte, 0 or 1.</summary>
    BOOL,
}

/// <summary>A tensor of a safetensors file: its name, type, shape, and its elements in row-major order.</summary>
public sealed class SafetensorsTensor
{
    internal SafetensorsTensor(string name, SafetensorsType type, long[] shape, ReadOnlyMemory<byte> bytes) =>
        (Name, Type, Shape, Memory) = (name, type, shape, bytes);

    /// <summary>The name: <c>blocks.0.attention.query.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The shape; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The elements as little-endian bytes.</summary>
    public ReadOnlySpan<byte> Bytes => Memory.Span;

    internal ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The elements as values.</summary>
    /// <typeparam name="T">double, float, long, int, byte, or bool, as <see cref="Type"/> says.</typeparam>
    /// <exception cref="HandmadeException">The file holds another type; nothing is converted.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged => TypeOf<T>() == Type
        ? MemoryMarshal.Cast<byte, T>(Bytes)
        : throw new HandmadeException($"Tensor {Name} holds {Type}, and {TypeOf<T>()} was wanted.");

    /// <summary>The format's type for a C# type.</summary>
    internal static SafetensorsType TypeOf<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? SafetensorsType.F32
        : typeof(T) == typeof(double) ? SafetensorsType.F64
        : typeof(T) == typeof(int) ? SafetensorsType.I32
        : typeof(T) == typeof(long) ? SafetensorsType.I64
        : typeof(T) == typeof(byte) ? SafetensorsType.U8
        : typeof(T) == typeof(bool) ? SafetensorsType.BOOL
        : throw new ArgumentException($"safetensors holds double, float, long, int, byte or bool here, not {typeof(T).Name}");

    /// <summary>Bytes of one element.</summary>
    internal static int SizeOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 => 4,
        _ => 1,
    };
}
