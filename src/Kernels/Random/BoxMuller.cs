using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>
/// Box and Muller, once for lanes on the host and elements on devices: from uniform u in (0, 1] and v in [0, 1) the two normal numbers
/// √(−2 ln u)·cos 2πv and √(−2 ln u)·sin 2πv.
/// </summary>
internal static class BoxMuller
{
    /// <summary>√(−2 ln u).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Radius<T, TM>(T u) where T : IMultiplyOperators<T, T, T> where TM : struct, IMath<T> => TM.Sqrt(TM.Of(-2) * TM.Log(u));

    /// <summary>2πv.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Angle<T, TM>(T v) where T : IMultiplyOperators<T, T, T> where TM : struct, IMath<T> => TM.Of(2 * Math.PI) * v;

    /// <summary>u of a word, for f32.</summary>
    public static float RadiusUnit(uint word) => (word + 0.5f) * (1f / (1L << 32));

    /// <summary>v of a word, for f32.</summary>
    public static float AngleUnit(uint word) => word * (1f / (1L << 32));

    /// <summary>u of two words, for f64.</summary>
    public static double RadiusUnits(uint high, uint low) => 1 - Philox.Unit(high, low);

    /// <summary>v of two words, for f64.</summary>
    public static double AngleUnits(uint high, uint low) => Philox.Unit(high, low);
}
