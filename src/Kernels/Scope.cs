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

    /// <summary>Ends the scope: what was not kept returns to the pool.</summary>
    public void Dispose()
    {
        foreach (DeviceBuffer buffer in buffers)
            if (buffer.Owner == this) buffer.Release();
        buffers.Clear();
        device.EndScope(this, outer);
    }
}
