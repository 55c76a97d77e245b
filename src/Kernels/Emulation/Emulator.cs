using System.Runtime.ExceptionServices;

namespace Handmade.Kernels.Emulation;

/// <summary>
/// Runs kernels as the C# that they are: groups one after another, one thread per work item, so that breakpoints, exceptions and
/// checked views work. Meant for small sizes: a second opinion on barriers, and a device for every test that has no other.
/// </summary>
public static class Emulator
{
    private const int StackBytes = 256 * 1024;

    /// <summary>
    /// Runs a kernel over a grid. Where <paramref name="waits"/> is false the kernel has no barriers and no shared memory, and one thread
    /// can take the work items in turn.
    /// </summary>
    public static void Run(string name, KernelConfig config, bool waits, Action kernel)
    {
        try
        {
            if (waits) RunTogether(config, kernel);
            else RunInTurn(config, kernel);
        }
        catch (HandmadeException exception)
        {
            throw new HandmadeException($"{name}: {exception.Message}", exception);
        }
    }

    private static void RunInTurn(KernelConfig config, Action kernel)
    {
        for (int y = 0; y < config.GridY; y++)
            for (int x = 0; x < config.GridX; x++)
            {
                using var group = new EmulatedGroup(config, x, y, null, []);
                for (int i = 0; i < config.GroupX * config.GroupY; i++)
                {
                    using var item = new WorkItem(group, i % config.GroupX, i / config.GroupX);
                    item.Run(kernel);
                }
            }
    }

    private static void RunTogether(KernelConfig config, Action kernel)
    {
        int size = config.GroupX * config.GroupY;
        if (config.GridX * config.GridY == 0) return;
        using var barrier = new Barrier(size);
        using var between = new Barrier(size);
        ExceptionDispatchInfo? failure = null;
        EmulatedWarp[] warps = [.. Enumerable.Range(0, size).Chunk(EmulatedWarp.Size).Select(threads => new EmulatedWarp(threads.Length))];
        EmulatedGroup[] groups = [.. Enumerable.Range(0, config.GridX * config.GridY).Select(g => new EmulatedGroup(config, g % config.GridX, g / config.GridX, barrier, warps))];
        int[] counts = new int[size], exchanges = new int[size];
        var threads = new Thread[size];
        bool isOver = false;
        for (int i = 0; i < size; i++)
        {
            int own = i;
            threads[i] = new Thread(() => Follow(own), StackBytes) { IsBackground = true };
            threads[i].Start();
        }
        foreach (Thread thread in threads) thread.Join();
        foreach (EmulatedGroup group in groups) group.Dispose();
        foreach (EmulatedWarp warp in warps) warp.Dispose();
        failure?.Throw();

        void Follow(int own)
        {
            foreach (EmulatedGroup group in groups)
            {
                using (var item = new WorkItem(group, own % config.GroupX, own / config.GroupX))
                {
                    try
                    {
                        item.Run(kernel);
                    }
                    catch (Exception exception)
                    {
                        Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
                    }
                    (counts[own], exchanges[own]) = (item.Barriers, item.Exchanges);
                    // The others may wait for a thread that has returned: it keeps answering until all have.
                    barrier.RemoveParticipant();
                    group.WarpOf(own).Leave();
                    between.SignalAndWait();
                }
                if (own == 0)
                {
                    barrier.AddParticipants(size);
                    foreach (EmulatedWarp warp in warps) warp.Rejoin();
                    if (exchanges.Chunk(EmulatedWarp.Size).FirstOrDefault(warp => warp.Distinct().Count() > 1) is { } apart)
                        Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(new HandmadeException(
                            $"threads of a warp of group ({group.IdxX}, {group.IdxY}) met {apart.Min()} to {apart.Max()} products on tensor cores; all of them must meet the same")), null);
                    if (counts.Distinct().Count() > 1)
                        Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(new HandmadeException(
                            $"threads of group ({group.IdxX}, {group.IdxY}) met {counts.Min()} to {counts.Max()} barriers; all of them must meet the same")), null);
                    // One thread decides for all of them whether there is a next group.
                    isOver = failure is not null;
                }
                between.SignalAndWait();
                if (isOver) return;
            }
        }
    }
}
