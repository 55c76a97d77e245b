using Handmade.Kernels.Emulation;

namespace Handmade.Kernels;

/// <summary>Where the calling thread's group stands among all groups of the launch. Only kernels may ask.</summary>
public static class Grid
{
    /// <summary>The group's index along X.</summary>
    public static int IdxX => WorkItem.Current.Group.IdxX;

    /// <summary>The group's index along Y.</summary>
    public static int IdxY => WorkItem.Current.Group.IdxY;

    /// <summary>Groups along X.</summary>
    public static int DimX => WorkItem.Current.Group.Config.GridX;

    /// <summary>Groups along Y.</summary>
    public static int DimY => WorkItem.Current.Group.Config.GridY;
}
