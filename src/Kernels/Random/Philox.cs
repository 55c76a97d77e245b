namespace Handmade.Kernels;

/// <summary>
/// Philox4x32-10: random numbers as a pure function of (seed, stream, index), so a number does not depend on which thread
/// draws it, in what order, or how many others are drawn. Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy
/// as 1, 2, 3" (SC 2011). The integers are the same on every device.
/// </summary>
public static class Philox
{
    internal const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    internal const uint KeyStep0 = 0x9E3779B9, KeyStep1 = 0xBB67AE85;

    /// <summary>The four 32-bit words of one block: key = seed, counter = (index, stream), low words first.</summary>
    /// <param name="seed">The key: one per run or replica.</param>
    /// <param name="stream">The upper half of the counter: what the numbers are for, so that two uses of a seed never meet.</param>
    /// <param name="index">The lower half of the counter: the place within the stream.</param>
    public static (uint A, uint B, uint C, uint D) Block(ulong seed, ulong stream, ulong index)
    {
        uint a = (uint)index, b = (uint)(index >> 32), c = (uint)stream, d = (uint)(stream >> 32);
        uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong left = (ulong)Multiplier0 * a, right = (ulong)Multiplier1 * c;
            (a, b, c, d) = ((uint)(right >> 32) ^ b ^ key0, (uint)right, (uint)(left >> 32) ^ d ^ key1, (uint)left);
            key0 += KeyStep0;
            key1 += KeyStep1;
        }
        return (a, b, c, d);
    }

    /// <summary>Two independent uniform numbers in [0, 1), 53 bits each.</summary>
    /// <inheritdoc cref="Block"/>
    public static (double First, double Second) Uniform(ulong seed, ulong stream, ulong index)
    {
        var (a, b, c, d) = Block(seed, stream, index);
        return (Unit(a, b), Unit(c, d));
    }

    /// <summary>Two independent normal numbers of mean 0 and variance 1 (Box and Muller); at most 8.6 from zero.</summary>
    /// <inheritdoc cref="Block"/>
    public static (double First, double Second) Normal(ulong seed, ulong stream, ulong index)
    {
        var (first, second) = Uniform(seed, stream, index);
        double radius = BoxMuller.Radius<double, F64>(1 - first);
        var (sin, cos) = Math.SinCos(BoxMuller.Angle<double, F64>(second));
        return (radius * cos, radius * sin);
    }

    /// <summary>A number in [0, 1) from the upper 53 of 64 random bits.</summary>
    internal static double Unit(uint high, uint low) => (((ulong)high << 32 | low) >> 11) * (1.0 / (1UL << 53));
}
