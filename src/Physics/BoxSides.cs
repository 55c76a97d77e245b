namespace Handmade.Physics;

/// <summary>What the sides of the unit box are.</summary>
public enum BoxSides
{
    /// <summary>Walls all around.</summary>
    Walls,

    /// <summary>What leaves at the left returns at the right; floor and ceiling are walls.</summary>
    PeriodicX,

    /// <summary>No walls: the box repeats along x and y. For scenes without gravity.</summary>
    PeriodicXY,
}
