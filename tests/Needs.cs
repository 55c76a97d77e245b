namespace Handmade.Testing;

/// <summary>What a test needs beyond the SDK. <c>./test</c> installs it where it may; where it may not, the test is skipped, and with CI=true it fails.</summary>
internal static class Needs
{
    /// <summary>The path of a program that the test needs.</summary>
    public static string Program(string name, string debianPackage)
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            if (File.Exists(Path.Combine(folder, name))) return Path.Combine(folder, name);
        string missing = $"{name} is missing (Debian: apt-get install {debianPackage})";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
        Assert.Ignore(missing);
        return "";
    }
}
