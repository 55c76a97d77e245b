using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>How two values become one in a group reduction.</summary>
[KernelFunctor]
public interface IScanReduceOperation<T>
{
    /// <summary>The value that changes nothing.</summary>
    static abstract T Identity { get; }

    /// <summary>Two values as one.</summary>
    static abstract T Apply(T first, T second);
}

/// <summary>Reductions over the threads of a group. Every thread of the group must call them, from the kernel itself.</summary>
/// <remarks>
/// One fixed tree on every device: value i takes in value i + w while w halves from the power of two at or above half the group to 1.
/// So the bits do not depend on how threads are scheduled.
/// </remarks>
public static class GroupExtensions
{
    /// <summary>The reduction of every thread's value, known to the first thread only.</summary>
    public static T Reduce<T, TReduction>(T value)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T> => AllReduce<T, TReduction>(value);

    /// <summary>The reduction of every thread's value, known to all of them.</summary>
    public static T AllReduce<T, TReduction>(T value)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T>
    {
        int count = Group.DimX * Group.DimY, own = Group.LinearIndex;
        ArrayView<T> values = SharedMemory.Allocate<T>(count);
        values[own] = value;
        Group.Barrier();
        for (int width = (int)BitOperations.RoundUpToPowerOf2((uint)count) / 2; width > 0; width /= 2)
        {
            if (own < width && own + width < count) values[own] = TReduction.Apply(values[own], values[own + width]);
            Group.Barrier();
        }
        T result = values[0];
        Group.Barrier();
        return result;
    }
}

/// <summary>Sum.</summary>
public readonly struct AddOf<T, TM> : IScanReduceOperation<T> where T : IAdditionOperators<T, T, T> where TM : struct, ICompare<T>
{
    /// <inheritdoc/>
    public static T Identity => TM.Of(0);

    /// <inheritdoc/>
    public static T Apply(T first, T second) => first + second;
}

/// <summary>Largest value; a NaN wins.</summary>
public readonly struct MaxOf<T, TM> : IScanReduceOperation<T> where TM : struct, IMath<T>
{
    /// <inheritdoc/>
    public static T Identity => TM.Of(double.NegativeInfinity);

    /// <inheritdoc/>
    public static T Apply(T first, T second) => TM.Max(first, second);
}

/// <summary>Smallest value; a NaN wins.</summary>
public readonly struct MinOf<T, TM> : IScanReduceOperation<T> where TM : struct, IMath<T>
{
    /// <inheritdoc/>
    public static T Identity => TM.Of(double.PositiveInfinity);

    /// <inheritdoc/>
    public static T Apply(T first, T second) => TM.Min(first, second);
}
