namespace Handmade.Kernels;

/// <summary>A place on a line. It is an int with a name.</summary>
/// <param name="X">The place.</param>
public readonly record struct Index1D(int X)
{
    /// <summary>The place as a number.</summary>
    public static implicit operator int(Index1D index) => index.X;

    /// <summary>A number as a place.</summary>
    public static implicit operator Index1D(int x) => new(x);
}

/// <summary>A place on a plane.</summary>
/// <param name="X">The place along the axis whose neighbours lie side by side.</param>
/// <param name="Y">The place along the other axis.</param>
public readonly record struct Index2D(int X, int Y);
