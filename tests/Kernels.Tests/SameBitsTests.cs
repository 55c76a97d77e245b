using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace Handmade.Kernels.Tests;

/// <summary>All of <see cref="Digest"/> again in child processes that must do with other registers, or without FMA.</summary>
public sealed class SameBitsTests
{
    // Named as in .NET 10. EnableAVX2=0 takes FMA with it; the two widths leave it.
    [TestCase("EnableAVX512=0", "")]
    [TestCase("EnableAVX2=0", "registers of 128 bits, Vector<float> of 4, without FMA")]
    [TestCase("EnableHWIntrinsic=0", "registers of 0 bits, Vector<float> of 4, without FMA")]
    [TestCase("PreferredVectorBitWidth=128", "registers of 128 bits")]
    [TestCase("MaxVectorTBitWidth=128", "Vector<float> of 4")]
    [TestCase("MaxVectorTBitWidth=512", "")] // wider only where there is AVX-512
    public void Other_registers_give_the_same_bits(string setting, string effect)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Entry).Assembly.Location]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_" + setting.Split('=')[0]] = setting.Split('=')[1];
        using Process child = Process.Start(start)!;
        string[] lines = child.StandardOutput.ReadToEnd().TrimEnd().Split('\n');
        child.WaitForExit();
        Assert.That(child.ExitCode, Is.Zero);
        if (Avx.IsSupported) Assert.That(lines[0], Does.Contain(effect));
        Assert.That(lines[1..], Is.EqualTo(Digest.Compute().Select(digest => $"{digest.Hash:x16} {digest.Name}")), $"there {lines[0]}, here {Digest.Registers}");
    }
}
