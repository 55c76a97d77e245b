namespace Handmade.Kernels.Generator.Translation;

/// <summary>The kind of memory that a pointer points to. OpenCL C 1.2 has no pointers that leave it open.</summary>
internal enum Space
{
    /// <summary>The device's memory: a kernel's views.</summary>
    Global,

    /// <summary>A group's memory.</summary>
    Shared,

    /// <summary>A thread's own memory: locals and LocalMemory.</summary>
    Private,
}

/// <summary>How spaces are written.</summary>
internal static class Spaces
{
    /// <summary>The qualifier of a pointer, with a blank behind it if there is one.</summary>
    public static string Qualifier(this Space space) => space switch
    {
        Space.Global => "GLOBAL ",
        Space.Shared => "SHARED ",
        _ => "PRIVATE ",
    };
}
