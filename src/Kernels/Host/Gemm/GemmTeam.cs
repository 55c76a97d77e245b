namespace Handmade.Kernels.Host;

/// <summary>The threads that run units of one product: the first to come brings the panels that they share, the last to go hands them back.</summary>
/// <remarks>All units have to be run, each once, before the next product begins, as every launch is.</remarks>
internal sealed class GemmTeam(int units)
{
    private readonly Lock door = new();
    private SharedPanels? shared;
    private int done;

    /// <summary>Before a unit's work.</summary>
    public SharedPanels Join<T>(int n, int k)
        where T : unmanaged
    {
        lock (door) return shared ??= HostGemm.Share<T>(n, k);
    }

    /// <summary>After the work of so many units.</summary>
    public void Leave(int count)
    {
        lock (door)
        {
            done += count;
            if (done < units) return;
            // Null where there was no memory for them.
            shared?.Return();
            shared = null;
            done = 0;
        }
    }
}
