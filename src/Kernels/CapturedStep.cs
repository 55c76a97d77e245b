namespace Handmade.Kernels;

/// <summary>
/// A step written down once — its launches and its memory — and run again with no allocation and no dispatch: a replay does
/// the same launches in the same order to every replica, so it gives the bits of the eager step.
/// </summary>
/// <remarks>
/// Tensors made inside the step and not returned by it live in one arena, where those whose lives do not overlap share
/// bytes: the step of a small model then stays in the cache of one core.
/// </remarks>
public sealed class CapturedStep : IDisposable
{
    private readonly Device device;
    private readonly Launch[] launches;
    private readonly TensorView[] results;
    private readonly DeviceBuffer[] owned;
    private readonly Replay replay;
    private DeviceBuffer? arena;
    private bool isDisposed;

    internal CapturedStep(Device device, Scope scope, List<Launch> launches, TensorView[] results)
    {
        this.device = device;
        this.launches = [.. launches];
        this.results = results;
        // A result may also be memory from outside that the step updates: that stays with its owner.
        owned = [.. results.Select(result => result.Buffer).Where(buffer => buffer.Owner == scope).Distinct()];
        PlanMemory(scope);
        foreach (DeviceBuffer buffer in owned) buffer.Owner = null;
        scope.Dispose();
        try
        {
            replay = device.Record(this.launches);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>What the step returned; each replay writes new values into them.</summary>
    public IReadOnlyList<TensorView> Results => results;

    /// <summary>The recorded launches in their order.</summary>
    public IReadOnlyList<Launch> Launches => launches;

    /// <summary>Size of the arena that the step's temporaries share.</summary>
    public long ArenaBytes => arena?.Bytes ?? 0;

    /// <summary>Runs the step again, <paramref name="times"/> times.</summary>
    public void Replay(int times = 1)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        replay.Run(times);
    }

    /// <summary>
    /// Runs the step once, looking at every output: the first launch that wrote a NaN or an infinity, or null.
    /// Slow; meant for the replay that explains why a run went wrong.
    /// </summary>
    public Launch? ReplayUntilNonFinite()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        foreach (Launch launch in launches)
        {
            device.Execute(launch);
            foreach (TensorView output in launch.Outputs)
                if (output.DType.IsFloat() && !IsFinite(output)) return launch;
        }
        return null;
    }

    /// <summary>Releases the arena and the results that were made inside the step. It can't be replayed after that.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        replay.Dispose();
        Release();
    }

    private void Release()
    {
        foreach (DeviceBuffer buffer in owned) buffer.Release();
        arena?.Release();
    }

    private static bool IsFinite(TensorView tensor) => tensor.DType == DType.F32
        ? tensor.ToArray<float>().All(float.IsFinite)
        : tensor.ToArray<double>().All(double.IsFinite);

    private void PlanMemory(Scope scope)
    {
        var plan = new ArenaPlan(FindLives(scope).Select(pair => (pair.Key, pair.Key.Bytes, pair.Value.First, pair.Value.Last)));
        if (plan.Bytes == 0) return;
        arena = new DeviceBuffer(device, device.Allocate(plan.Bytes), plan.Bytes);
        foreach (var (buffer, offset) in plan.Offsets)
        {
            buffer.MoveInto(arena, offset);
            buffer.Owner = null;
        }
    }

    // Numbers of the first and last launch that touch each buffer made in the step.
    private Dictionary<DeviceBuffer, (int First, int Last)> FindLives(Scope scope)
    {
        var lives = new Dictionary<DeviceBuffer, (int First, int Last)>();
        for (int i = 0; i < launches.Length; i++)
        {
            Launch launch = launches[i];
            foreach (TensorView tensor in launch.Inputs.Concat(launch.Outputs))
            {
                DeviceBuffer buffer = tensor.Buffer;
                if (buffer.Owner != scope || owned.Contains(buffer)) continue;
                if (buffer.IsReleased) throw new HandmadeException($"capture: {launch} uses a tensor that was released inside the step; leave that to the capture");
                bool isNew = !lives.TryGetValue(buffer, out (int First, int Last) life);
                if (isNew && tensor.Count > 0 && !launch.Outputs.Any(output => output.Buffer == buffer))
                    throw new HandmadeException($"capture: {launch} reads {tensor}, which was made inside the step and never written; make what lasts from step to step outside");
                lives[buffer] = isNew ? (i, i) : (life.First, i);
            }
        }
        return lives;
    }
}
