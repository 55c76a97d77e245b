namespace Handmade.Kernels;

/// <summary>
/// Draws on devices: a thread works out one Philox block and writes the numbers that it yields. Bound by arithmetic on a CPU (ten rounds of two
/// 32-bit multiplications for four words), by the memory written on a GPU.
/// </summary>
/// <remarks>The grid's Y axis is the replica. A replica's state is six words, see <see cref="RandomState"/>.</remarks>
internal static partial class RandomKernels
{
    [Kernel]
    public static void UniformF32(ArrayView<float> y, ArrayView<int> state, float low, float span, float last, int length)
    {
        int block = (Grid.IdxX * Group.DimX) + Group.IdxX, i = 4 * block;
        if (i >= length) return;
        long to = ((long)Grid.IdxY * length) + i;
        var (a, b, c, d) = Words(state, Grid.IdxY, block);
        y[to] = Between(a, low, span, last);
        if (i + 1 < length) y[to + 1] = Between(b, low, span, last);
        if (i + 2 < length) y[to + 2] = Between(c, low, span, last);
        if (i + 3 < length) y[to + 3] = Between(d, low, span, last);
    }

    [Kernel]
    public static void UniformF64(ArrayView<double> y, ArrayView<int> state, double low, double span, double last, int length)
    {
        int block = (Grid.IdxX * Group.DimX) + Group.IdxX, i = 2 * block;
        if (i >= length) return;
        long to = ((long)Grid.IdxY * length) + i;
        var (a, b, c, d) = Words(state, Grid.IdxY, block);
        double first = low + (Philox.Unit(a, b) * span), second = low + (Philox.Unit(c, d) * span);
        y[to] = first < last ? first : last;
        if (i + 1 < length) y[to + 1] = second < last ? second : last;
    }

    [Kernel]
    public static void Integers(ArrayView<int> y, ArrayView<int> state, int high, int length)
    {
        int block = (Grid.IdxX * Group.DimX) + Group.IdxX, i = 4 * block;
        if (i >= length) return;
        long to = ((long)Grid.IdxY * length) + i;
        var (a, b, c, d) = Words(state, Grid.IdxY, block);
        y[to] = Below(a, high);
        if (i + 1 < length) y[to + 1] = Below(b, high);
        if (i + 2 < length) y[to + 2] = Below(c, high);
        if (i + 3 < length) y[to + 3] = Below(d, high);
    }

    [Kernel]
    public static void NormalF32(ArrayView<float> y, ArrayView<int> state, float mean, float sd, int length)
    {
        int block = (Grid.IdxX * Group.DimX) + Group.IdxX, i = 4 * block;
        if (i >= length) return;
        long to = ((long)Grid.IdxY * length) + i;
        var (a, b, c, d) = Words(state, Grid.IdxY, block);
        float radius = sd * Radius(a), angle = Angle(b);
        y[to] = mean + (radius * MathF.Cos(angle));
        if (i + 1 < length) y[to + 1] = mean + (radius * MathF.Sin(angle));
        radius = sd * Radius(c);
        angle = Angle(d);
        if (i + 2 < length) y[to + 2] = mean + (radius * MathF.Cos(angle));
        if (i + 3 < length) y[to + 3] = mean + (radius * MathF.Sin(angle));
    }

    [Kernel]
    public static void NormalF64(ArrayView<double> y, ArrayView<int> state, double mean, double sd, int length)
    {
        int block = (Grid.IdxX * Group.DimX) + Group.IdxX, i = 2 * block;
        if (i >= length) return;
        long to = ((long)Grid.IdxY * length) + i;
        var (a, b, c, d) = Words(state, Grid.IdxY, block);
        double radius = sd * Radius(a, b), angle = Angle(c, d);
        y[to] = mean + (radius * Math.Cos(angle));
        if (i + 1 < length) y[to + 1] = mean + (radius * Math.Sin(angle));
    }

    /// <summary>Moves a replica's position on.</summary>
    [Kernel]
    public static void Advance(ArrayView<int> state, long blocks, int replicas)
    {
        int r = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (r >= replicas) return;
        ulong position = Join(state, (r * RandomState.Size) + 4) + (ulong)blocks;
        state[(r * RandomState.Size) + 4] = (int)(uint)position;
        state[(r * RandomState.Size) + 5] = (int)(uint)(position >> 32);
    }

    /// <summary>The words of a replica's block so many blocks after its position.</summary>
    internal static (uint A, uint B, uint C, uint D) Words(ArrayView<int> state, int replica, int block)
    {
        int at = replica * RandomState.Size;
        return Philox.Block(Join(state, at), Join(state, at + 2), Join(state, at + 4) + (ulong)(uint)block);
    }

    internal static ulong Join(ArrayView<int> state, int at) => (uint)state[at] | ((ulong)(uint)state[at + 1] << 32);

    private static float Between(uint word, float low, float span, float last)
    {
        float x = low + ((int)(word >> 8) * (1f / (1 << 24)) * span);
        return x < last ? x : last;
    }

    private static int Below(uint word, int high) => (int)(uint)(((ulong)word * (uint)high) >> 32);

    internal static float Radius(uint word) => BoxMuller.Radius<float, F32>(BoxMuller.RadiusUnit(word));

    internal static float Angle(uint word) => BoxMuller.Angle<float, F32>(BoxMuller.AngleUnit(word));

    internal static double Radius(uint high, uint low) => BoxMuller.Radius<double, F64>(BoxMuller.RadiusUnits(high, low));

    internal static double Angle(uint high, uint low) => BoxMuller.Angle<double, F64>(BoxMuller.AngleUnits(high, low));
}
