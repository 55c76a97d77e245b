namespace Handmade.Experiments.Tests;

/// <summary>A folder of the test's own that goes when the test ends.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("handmade-").FullName;

    public string this[params string[] names] => Path.Combine([Root, .. names]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
