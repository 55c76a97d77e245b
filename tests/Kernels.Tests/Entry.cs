namespace Handmade.Kernels.Tests;

/// <summary>This assembly started as a process: prints what the registers are and every digest, for comparison with other register widths.</summary>
public static class Entry
{
    public static int Main()
    {
        Console.WriteLine(Digest.Registers);
        foreach (var (name, hash) in Digest.Compute()) Console.WriteLine($"{hash:x16} {name}");
        return 0;
    }
}
