using Handmade.Kernels.Accelerators;
using Handmade.Kernels.OpenCl;

namespace Handmade.Kernels.Tests.OpenCl;

/// <summary>Tests on the machine's OpenCL device, PoCL in CI. Without one they are skipped; with CI=true that is a failure.</summary>
public abstract class OpenClTest
{
    private static readonly Lazy<OpenClDevice> shared = new(() => new OpenClDevice());

    /// <summary>One device for all tests that need none of their own: opening one and compiling for it takes longer than they do.</summary>
    protected static OpenClDevice Device => shared.Value;

    [SetUp]
    public void Need()
    {
        if (ClDevices.Missing is not { } missing) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
        Assert.Ignore(missing);
    }

    private protected static BinaryCache NewCache() => new(Path.Combine(Path.GetTempPath(), $"handmade-cache-{Guid.NewGuid():N}"));

    protected static void Says(Action code, params string[] parts)
    {
        HandmadeException error = Assert.Throws<HandmadeException>(() => code())!;
        foreach (string part in parts) Assert.That(error.Message, Does.Contain(part));
    }
}
