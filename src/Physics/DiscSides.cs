using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Wide = System.Runtime.Intrinsics.Vector256<double>;

namespace Handmade.Physics;

/// <summary>What the sides of a box do to a separation across them.</summary>
internal interface IDiscSides
{
    /// <summary>Whether the box repeats.</summary>
    static abstract bool Repeat { get; }

    /// <summary>The separation from the nearest image, where the box repeats.</summary>
    static abstract Wide Nearest(Wide dx, double width);
}

/// <summary>Walls.</summary>
internal readonly struct ClosedSides : IDiscSides
{
    public static bool Repeat => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide Nearest(Wide dx, double width) => dx;
}

/// <summary>The box repeats. Positions are never wrapped, so that no bit depends on when they would have been.</summary>
internal readonly struct PeriodicSides : IDiscSides
{
    public static bool Repeat => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide Nearest(Wide dx, double width) => dx - (width * Vector256.Round((1 / width) * dx));
}
