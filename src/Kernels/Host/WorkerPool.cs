using System.Runtime.ExceptionServices;

namespace Handmade.Kernels.Host;

/// <summary>
/// A few persistent threads that take pieces of the job the caller shares. The caller takes pieces too, so a machine
/// with a busy second core loses nothing, and it waits only for pieces in flight. Sharing a job allocates nothing.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    // More pieces than threads, so that a thread that is held up does not hold up the job.
    private const int PiecesPerThread = 4;

    // Spinning this long bridges the gap between two launches of a step; after it a worker sleeps.
    private const int Spins = 300;

    // No job has as many pieces: a ticket with this number is taken by nobody while the next job is laid out.
    private const long Closed = int.MaxValue;

    [ThreadStatic]
    private static bool isBusy;

    private readonly Lock caller = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly Thread[] workers;
    private Launch? job;
    private int grid;
    private int pieces;

    // Upper half: number of the job; lower half: next piece. One word, so that a late worker can't take from the next job.
    private long ticket;
    private int done;
    private Exception? failure;
    private int sleeping;
    private volatile bool isStopping;

    /// <summary>A pool in which a job runs on <paramref name="threads"/> threads, the caller's included.</summary>
    public WorkerPool(int threads)
    {
        Threads = threads;
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(Serve) { IsBackground = true, Name = $"worker {i + 1}" };
            workers[i].Start();
        }
    }

    /// <summary>How many threads work on a job, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Runs all pieces of a launch. Called from inside a job (or while another thread shares one) it runs them here alone.
    /// </summary>
    public void Run(Launch launch, int grid)
    {
        if (isBusy || workers.Length == 0 || !caller.TryEnter())
        {
            launch.Run(0, grid);
            return;
        }
        try
        {
            isBusy = true;
            this.grid = grid;
            job = launch;
            pieces = Math.Min(grid, Threads * PiecesPerThread);
            Volatile.Write(ref done, 0);
            long number = (Volatile.Read(ref ticket) >> 32) + 1;
            Volatile.Write(ref ticket, number << 32);
            int asleep = Math.Min(Volatile.Read(ref sleeping), pieces - 1);
            if (asleep > 0) wake.Release(asleep);
            TakePieces();
            for (int spin = 0; Volatile.Read(ref done) < pieces; spin++)
            {
                if (spin < Spins) Thread.SpinWait(4);
                else Thread.Yield();
            }
            Volatile.Write(ref ticket, (number << 32) | Closed);
            Rethrow();
        }
        finally
        {
            isBusy = false;
            caller.Exit();
        }
    }

    /// <summary>Runs independent tasks, as many at once as there are threads, the longest-waiting first; each task runs its launches alone.</summary>
    public void RunTasks(int count, Action<int> task)
    {
        int next = 0;
        Exception? failure = null;
        void Drain()
        {
            isBusy = true;
            for (int i; (i = Interlocked.Increment(ref next) - 1) < count;)
            {
                try
                {
                    task(i);
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                    Interlocked.Exchange(ref next, count);
                }
            }
            isBusy = false;
        }
        var threads = new Thread[Math.Min(Threads, count) - 1];
        for (int i = 0; i < threads.Length; i++) (threads[i] = new Thread(Drain) { IsBackground = true }).Start();
        Drain();
        foreach (Thread thread in threads) thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        isStopping = true;
        if (workers.Length > 0) wake.Release(workers.Length);
        foreach (Thread worker in workers) worker.Join();
        wake.Dispose();
    }

    private void Rethrow()
    {
        if (Interlocked.Exchange(ref failure, null) is { } exception) ExceptionDispatchInfo.Throw(exception);
    }

    private void TakePieces()
    {
        while (true)
        {
            long seen = Volatile.Read(ref ticket);
            Launch? launch = job;
            int units = grid, count = pieces, piece = (int)seen;
            if (launch is null || piece >= count) return;
            if (Interlocked.CompareExchange(ref ticket, seen + 1, seen) != seen) continue;
            try
            {
                launch.Run((int)((long)units * piece / count), (int)((long)units * (piece + 1) / count));
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
            }
            Interlocked.Increment(ref done);
        }
    }

    private void Serve()
    {
        isBusy = true;
        long last = 0;
        while (!isStopping)
        {
            for (int spin = 0; Volatile.Read(ref ticket) >> 32 == last && !isStopping; spin++)
            {
                if (spin < Spins)
                {
                    Thread.SpinWait(4);
                    continue;
                }
                Interlocked.Increment(ref sleeping);
                if (Volatile.Read(ref ticket) >> 32 == last && !isStopping) wake.Wait();
                Interlocked.Decrement(ref sleeping);
                spin = 0;
            }
            last = Volatile.Read(ref ticket) >> 32;
            TakePieces();
        }
    }
}
