using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>The arithmetic of the optimisers, once for lanes on the host and elements on devices.</summary>
internal static class OptimizerRules
{
    /// <summary>The clipped gradient with the decay of the parameter coupled in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T gradient, T parameter, T clip, T decay) where T : IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T> =>
        (gradient * clip) + (decay * parameter);

    /// <summary>A running mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decayed<T>(T mean, T gradient, T keep, T rest) where T : IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T> => (keep * mean) + (rest * gradient);

    /// <summary>A running mean of squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T DecayedSquare<T>(T mean, T gradient, T keep, T rest) where T : IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T> =>
        (keep * mean) + (rest * gradient * gradient);

    /// <summary>The parameter after Adam's step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Adam<T, TM>(T parameter, T moment, T square, T shrink, T stride, T inverseRoot, T eps)
        where T : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IMath<T> =>
        (parameter * shrink) - (stride * moment / ((TM.Sqrt(square) * inverseRoot) + eps));

    /// <summary>SGD's momentum buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Velocity<T>(T velocity, T gradient, T keep) where T : IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T> => (keep * velocity) + gradient;

    /// <summary>Nesterov's look ahead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Ahead<T>(T gradient, T velocity, T keep) where T : IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T> => gradient + (keep * velocity);

    /// <summary>The parameter after a Langevin step: down the slope, towards the centre, and a random step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sgld<T>(T parameter, T gradient, T center, T normal, T slope, T pull, T spread)
        where T : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T> =>
        parameter - ((slope * gradient) + (pull * (parameter - center))) + (spread * normal);

    /// <summary>RMSprop's diagonal metric G = 1/(√V̂ + λ) of the running mean of squared gradients, which <paramref name="inverseRoot"/> frees of its start at 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Metric<T, TM>(T square, T inverseRoot, T damping)
        where T : IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IMath<T> =>
        TM.Of(1) / ((TM.Sqrt(square) * inverseRoot) + damping);

    /// <summary>The parameter after a Langevin step in a metric: as far as ε·G in place of ε.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sgld<T, TM>(T parameter, T gradient, T center, T normal, T slope, T pull, T spread, T metric)
        where T : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T> =>
        parameter - (metric * ((slope * gradient) + (pull * (parameter - center)))) + (spread * TM.Sqrt(metric) * normal);
}
