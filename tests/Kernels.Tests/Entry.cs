namespace Handmade.Kernels.Tests;

/// <summary>
/// This assembly started as a process: prints what the registers are and every digest, for comparison with other register widths; or, for
/// <c>compile FOLDER</c>, compiles a kernel by way of the cache in that folder and prints what it computes.
/// </summary>
public static class Entry
{
    public static int Main(string[] words)
    {
        if (words is ["compile", string folder]) return OpenCl.ProgramCacheTests.CompileAndRun(folder);
        Console.WriteLine(Digest.Registers);
        foreach (var (name, hash) in Digest.Compute()) Console.WriteLine($"{hash:x16} {name}");
        return 0;
    }
}
