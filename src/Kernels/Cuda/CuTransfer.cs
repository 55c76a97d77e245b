namespace Handmade.Kernels.Cuda;

/// <summary>
/// Copies between the program's memory and the device's through two pieces of pinned memory: while one is on the bus, the processor fills or empties the
/// other. The driver's own path for memory that is not pinned takes one at a time and reaches about half of the bus.
/// </summary>
internal sealed unsafe class CuTransfer
{
    private const long Chunk = 4 << 20;
    private readonly Lock gate = new();
    private readonly nint stream;
    private readonly nint[] pinned = new nint[2], done = new nint[2];

    public CuTransfer(nint stream)
    {
        this.stream = stream;
        for (int i = 0; i < 2; i++)
        {
            void* memory;
            nint created;
            CuError.Check(Cu.cuMemHostAlloc(&memory, (nuint)Chunk, 0), "cuMemHostAlloc");
            pinned[i] = (nint)memory;
            CuError.Check(Cu.cuEventCreate(&created, CuConstants.EVENT_DISABLE_TIMING), "cuEventCreate");
            done[i] = created;
        }
    }

    /// <summary>Copies to the device, behind what it was given before; the source may change as soon as this returns.</summary>
    public void Write(byte* from, nint to, long bytes)
    {
        lock (gate)
            for (long at = 0, k = 0; at < bytes; at += Chunk, k ^= 1)
            {
                long size = Math.Min(Chunk, bytes - at);
                // The copy that used this piece before must have left it; an event that was never recorded counts as done.
                Wait(k);
                Buffer.MemoryCopy(from + at, (void*)pinned[k], Chunk, size);
                CuError.Check(Cu.cuMemcpyHtoDAsync_v2(to + (nint)at, (void*)pinned[k], (nuint)size, stream), "cuMemcpyHtoDAsync");
                CuError.Check(Cu.cuEventRecord(done[k], stream), "cuEventRecord");
            }
    }

    /// <summary>Copies from the device when it has done what it was given before.</summary>
    public void Read(nint from, byte* to, long bytes)
    {
        lock (gate)
        {
            Fetch(0, 0);
            for (long at = 0, k = 0; at < bytes; at += Chunk, k ^= 1)
            {
                if (at + Chunk < bytes) Fetch(at + Chunk, k ^ 1);
                Wait(k);
                long size = Math.Min(Chunk, bytes - at);
                Buffer.MemoryCopy((void*)pinned[k], to + at, size, size);
            }
        }

        void Fetch(long at, long k)
        {
            CuError.Check(Cu.cuMemcpyDtoHAsync_v2((void*)pinned[k], from + (nint)at, (nuint)Math.Min(Chunk, bytes - at), stream), "cuMemcpyDtoHAsync");
            CuError.Check(Cu.cuEventRecord(done[k], stream), "cuEventRecord");
        }
    }

    /// <summary>Releases the pinned memory; the stream is done.</summary>
    public void Release()
    {
        for (int i = 0; i < 2; i++)
        {
            _ = Cu.cuMemFreeHost((void*)pinned[i]);
            _ = Cu.cuEventDestroy_v2(done[i]);
        }
    }

    private void Wait(long k) => CuError.Check(Cu.cuEventSynchronize(done[k]), "cuEventSynchronize");
}
