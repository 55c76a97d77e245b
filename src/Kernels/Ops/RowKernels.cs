using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>What the kernels over rows share: a work item's part of a row, and what the lanes of a row make of their parts together.</summary>
internal static class RowKernels
{
    /// <summary>Most work items of a group: what shared memory of the kernels over rows holds one value for.</summary>
    public const int Threads = 256;

    /// <summary>So many chains of operations run side by side in a work item; compilers for processors make vectors of them.</summary>
    public const int Chains = 16;

    /// <summary>How many elements of a row of <paramref name="d"/> a lane walks: its own, and every <paramref name="lanes"/>-th after it.</summary>
    public static int Count(int d, int lane, int lanes) => (d - lane + lanes - 1) / lanes;

    /// <summary>
    /// Combines <paramref name="count"/> elements of <paramref name="x"/> that lie <paramref name="step"/> apart. Element i goes to chain
    /// i mod 16 (those behind the last 16 to chain 0), then the chains fold by halves.
    /// </summary>
    public static T Along<T, TOp>(ArrayView<T> x, long first, int count, long step, T c)
        where T : unmanaged
        where TOp : struct, ICombine<T>
    {
        ArrayView<T> chains = LocalMemory.Allocate<T>(Chains);
        for (int j = 0; j < Chains; j++) chains[j] = TOp.Identity;
        int k = 0;
        for (; k + Chains <= count; k += Chains)
            for (int j = 0; j < Chains; j++) chains[j] = TOp.Combine(chains[j], TOp.Map(x[first + ((k + j) * step)], c));
        for (; k < count; k++) chains[0] = TOp.Combine(chains[0], TOp.Map(x[first + (k * step)], c));
        return Fold<T, TOp>(chains);
    }

    /// <summary>The reduction of 16 chains.</summary>
    public static T Fold<T, TOp>(ArrayView<T> chains)
        where T : unmanaged
        where TOp : struct, ICombine<T>
    {
        for (int j = 0; j < 8; j++) chains[j] = TOp.Combine(chains[j], chains[j + 8]);
        for (int j = 0; j < 4; j++) chains[j] = TOp.Combine(chains[j], chains[j + 4]);
        for (int j = 0; j < 2; j++) chains[j] = TOp.Combine(chains[j], chains[j + 2]);
        return TOp.Combine(chains[0], chains[1]);
    }

    /// <summary>The reduction over the lanes of each row (X) of the group, a power of two of them; every lane gets it, and every one must call.</summary>
    public static T Across<T, TOp>(ArrayView<T> shared, T value, int lanes)
        where T : unmanaged
        where TOp : struct, ICombine<T>
    {
        int lane = Group.IdxX, own = (Group.IdxY * lanes) + lane;
        shared[own] = value;
        Group.Barrier();
        for (int width = lanes / 2; width > 0; width /= 2)
        {
            if (lane < width) shared[own] = TOp.Combine(shared[own], shared[own + width]);
            Group.Barrier();
        }
        T result = shared[own - lane];
        Group.Barrier();
        return result;
    }

    /// <summary>The same over the lanes of each column (Y); lane 0 gets it.</summary>
    public static T Down<T, TOp>(ArrayView<T> shared, T value, int lanes)
        where T : unmanaged
        where TOp : struct, ICombine<T>
    {
        int lane = Group.IdxY, own = (lane * Group.DimX) + Group.IdxX;
        shared[own] = value;
        Group.Barrier();
        for (int width = lanes / 2; width > 0; width /= 2)
        {
            if (lane < width) shared[own] = TOp.Combine(shared[own], shared[own + (width * Group.DimX)]);
            Group.Barrier();
        }
        return shared[own];
    }
}

/// <summary>Σ x.</summary>
internal readonly struct SumOfElements<T, TM> : ICombine<T> where T : IAdditionOperators<T, T, T> where TM : struct, IMath<T>
{
    public static T Identity => TM.Of(0);

    public static T Map(T x, T c) => x;

    public static T Combine(T a, T b) => a + b;
}

/// <summary>Σ (x − c)².</summary>
internal readonly struct SumOfSquares<T, TM> : ICombine<T>
    where T : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
    where TM : struct, IMath<T>
{
    public static T Identity => TM.Of(0);

    public static T Map(T x, T c) => (x - c) * (x - c);

    public static T Combine(T a, T b) => a + b;
}

/// <summary>The largest number; NaN counts for nothing. Exponentials of x minus it are NaN for a NaN x all the same, and so is their sum.</summary>
internal readonly struct LargestNumber<T, TM> : ICombine<T> where TM : struct, IScalarMath<T>
{
    public static T Identity => TM.Of(double.NegativeInfinity);

    public static T Map(T x, T c) => x;

    public static T Combine(T a, T b) => TM.MaxNumber(a, b);
}
