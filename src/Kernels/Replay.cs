namespace Handmade.Kernels;

/// <summary>Launches in the form that their device runs again fastest. Running it allocates nothing and has the bits of the eager launches.</summary>
internal abstract class Replay : IDisposable
{
    /// <summary>Runs every launch once, in order; may return before the device is done.</summary>
    public abstract void Run();

    /// <summary>Runs the whole list so many times.</summary>
    public virtual void Run(int times)
    {
        for (int t = 0; t < times; t++) Run();
    }

    /// <summary>Releases what the device holds for it.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>The replay of a device that runs launches itself: the list.</summary>
internal sealed class LaunchList(Device device, IReadOnlyList<Launch> launches) : Replay
{
    private readonly Launch[] launches = [.. launches];

    /// <inheritdoc/>
    public override void Run()
    {
        foreach (Launch launch in launches) device.Execute(launch);
    }
}
