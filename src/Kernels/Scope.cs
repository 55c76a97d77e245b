namespace Handmade.Kernels;

/// <summary>
/// The life of eager temporaries: <c>using var scope = device.Scope();</c> takes charge of every buffer made on this
/// thread, and at its end returns to the pool those that were not kept.
/// </summary>
public sealed class Scope : IDisposable
{
    private readonly Device device;
    private readonly Scope? outer;
    private readonly List<DeviceBuffer> buffers = [];
    private bool isEnded;

    internal Scope(Device device, Scope? outer)
    {
        this.device = device;
        this.outer = outer;
    }

    internal void Add(DeviceBuffer buffer)
    {
        buffer.Owner = this;
        buffers.Add(buffer);
    }

    /// <summary>Hands a tensor's memory to the enclosing scope; without one it lives until it is released or collected.</summary>
    public TensorView Keep(TensorView tensor)
    {
        DeviceBuffer buffer = tensor.Buffer;
        if (buffer.Owner != this) return tensor;
        buffer.Owner = outer;
        outer?.Add(buffer);
        return tensor;
    }

    /// <summary>
    /// Ends the scope: what was not kept returns to the pool. While a step is captured it passes to the enclosing scope instead,
    /// because the launches that use it are still to run.
    /// </summary>
    public void Dispose()
    {
        if (isEnded) return;
        device.EndScope(this, outer);
        isEnded = true;
        Scope? heir = device.IsCapturing ? outer : null;
        foreach (DeviceBuffer buffer in buffers)
        {
            if (buffer.Owner != this) continue;
            if (heir is null) buffer.Release();
            else heir.Add(buffer);
        }
        buffers.Clear();
    }
}
