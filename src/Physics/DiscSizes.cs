namespace Handmade.Physics;

/// <summary>Whether discs have radii and masses of their own; known when the code for a scene is compiled, so that equal discs pay nothing.</summary>
internal interface IDiscSizes
{
    static abstract bool Differ { get; }
}

/// <summary>All discs have the scene's radius and mass 1.</summary>
internal readonly struct EqualSizes : IDiscSizes
{
    public static bool Differ => false;
}

/// <summary>Each disc has a radius and the mass that goes with it.</summary>
internal readonly struct OwnSizes : IDiscSizes
{
    public static bool Differ => true;
}
