using Handmade.Kernels.Emulation;

namespace Handmade.Kernels;

/// <summary>Where the calling thread stands in its group, and how the group's threads wait for each other. Only kernels may ask.</summary>
public static class Group
{
    /// <summary>The thread's index along X.</summary>
    public static int IdxX => WorkItem.Current.IdxX;

    /// <summary>The thread's index along Y.</summary>
    public static int IdxY => WorkItem.Current.IdxY;

    /// <summary>Threads along X.</summary>
    public static int DimX => WorkItem.Current.Group.Config.GroupX;

    /// <summary>Threads along Y.</summary>
    public static int DimY => WorkItem.Current.Group.Config.GroupY;

    /// <summary>The thread's index in the group, rows of X one after another.</summary>
    public static int LinearIndex => IdxX + (IdxY * DimX);

    /// <summary>Waits until every thread of the group is here; what they wrote to shared and global memory is seen by all of them then.</summary>
    public static void Barrier() => WorkItem.Current.Barrier();
}
