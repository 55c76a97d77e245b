namespace Handmade.Kernels;

/// <summary>
/// What devices have and C# has not, with a body for the emulator that does the same: loads of four neighbours at once, tensor cores and
/// their formats, copies that go on beside the threads. The one place beyond ILGPU's vocabulary.
/// </summary>
public static partial class Intrinsics
{
    /// <summary>Four neighbours from <paramref name="index"/> on, which must be a multiple of 4 in memory that is aligned to four elements.</summary>
    public static Vector4<T> Load4<T>(ArrayView<T> view, int index) where T : unmanaged => new()
    {
        X = view[index],
        Y = view[index + 1],
        Z = view[index + 2],
        W = view[index + 3],
    };

    /// <summary>Writes four neighbours; as <see cref="Load4"/>.</summary>
    public static void Store4<T>(ArrayView<T> view, int index, Vector4<T> value) where T : unmanaged
    {
        view[index] = value.X;
        view[index + 1] = value.Y;
        view[index + 2] = value.Z;
        view[index + 3] = value.W;
    }

    /// <summary>The bits of the nearest IEEE half (ties to even).</summary>
    public static ushort ToHalf(float x) => BitConverter.HalfToUInt16Bits((Half)x);

    /// <summary>The value of a half.</summary>
    public static float FromHalf(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>The bits of the nearest bfloat16 (ties to even).</summary>
    public static ushort ToBFloat16(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x);
        return (bits & 0x7FFFFFFF) > 0x7F800000 ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The value of a bfloat16.</summary>
    public static float FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest float with the 10 bits of fraction that TF32 keeps (ties away from zero).</summary>
    public static float RoundToTf32(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x);
        return (bits & 0x7F800000) == 0x7F800000 ? x : BitConverter.UInt32BitsToSingle((bits + 0x1000) & 0xFFFFE000);
    }
}

/// <summary>Four neighbours.</summary>
public struct Vector4<T> where T : unmanaged
{
    /// <summary>The first.</summary>
    public T X;

    /// <summary>The second.</summary>
    public T Y;

    /// <summary>The third.</summary>
    public T Z;

    /// <summary>The fourth.</summary>
    public T W;
}
