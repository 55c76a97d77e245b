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

    // Set on every thread that is working on a job or a task, of whichever pool: what it starts in there, it runs alone.
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

    // Workers that sleep or are about to, and for whom no permit of the semaphore is on its way. Whoever lowers the number
    // by one owes a permit for it, except the worker that takes back its own entry: so permits never pile up.
    private int sleeping;
    private volatile bool isStopping;

    /// <summary>A pool in which a job runs on <paramref name="threads"/> threads, the caller's included.</summary>
    public WorkerPool(int threads)
    {
        if (threads < 1) throw new HandmadeException($"worker pool: {threads} threads; it takes at least 1");
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

    /// <summary>Runs all pieces of a launch on all threads.</summary>
    public void Run(Launch launch, int grid) => Run(launch, grid, Threads);

    /// <summary>
    /// Runs all pieces of a launch on up to <paramref name="threads"/> threads. Called from inside a job or task (or while another
    /// thread shares one) it runs them here alone. The first exception of a piece is thrown here, after all pieces ended.
    /// </summary>
    public void Run(Launch launch, int grid, int threads)
    {
        if (threads < 2 || isBusy || workers.Length == 0 || isStopping || !caller.TryEnter())
        {
            launch.Run(0, grid);
            return;
        }
        try
        {
            isBusy = true;
            Share(launch, grid, Math.Min(threads, Threads));
        }
        finally
        {
            isBusy = false;
            caller.Exit();
        }
    }

    /// <summary>
    /// Runs independent tasks in order, as many at once as there are threads; each task runs its launches alone. After a task that
    /// failed no further one is begun, and its exception is thrown here. Called from inside a job or task it runs them one by one.
    /// </summary>
    public void RunTasks(int count, Action<int> task)
    {
        var tasks = new TaskList(count, task);
        var helpers = new Thread[isBusy ? 0 : Math.Max(Math.Min(Threads, count) - 1, 0)];
        for (int i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(tasks.Drain) { IsBackground = true, Name = $"task thread {i + 1}" };
            helpers[i].Start();
        }
        tasks.Drain();
        foreach (Thread helper in helpers) helper.Join();
        tasks.Rethrow();
    }

    /// <summary>Ends the threads. Jobs shared after that run on their caller alone.</summary>
    public void Dispose()
    {
        if (isStopping) return;
        isStopping = true;
        Interlocked.MemoryBarrier();
        Wake(workers.Length);
        foreach (Thread worker in workers) worker.Join();
        wake.Dispose();
    }

    private void Share(Launch launch, int units, int threads)
    {
        grid = units;
        pieces = Math.Min(units, threads * PiecesPerThread);
        job = launch;
        Volatile.Write(ref done, 0);
        long number = (Volatile.Read(ref ticket) >> 32) + 1;
        // A full fence: a worker that goes to sleep either sees this ticket or is seen by the wake-up below.
        Interlocked.Exchange(ref ticket, number << 32);
        Wake(Math.Min(threads, pieces) - 1);
        int others = pieces - TakePieces();
        for (int spin = 0; Volatile.Read(ref done) < others; spin++)
        {
            if (spin < Spins) Thread.SpinWait(4);
            else Thread.Yield();
        }
        Interlocked.Exchange(ref ticket, (number << 32) | Closed);
        job = null;
        if (Interlocked.Exchange(ref failure, null) is { } exception) ExceptionDispatchInfo.Throw(exception);
    }

    // How many pieces this thread took. Others tell of theirs in one addition, when there is nothing left to take: each is a line of memory that
    // crosses over to the caller's core. The job can't end before, so what was taken is all of one job.
    private int TakePieces()
    {
        int taken = 0;
        while (true)
        {
            long seen = Volatile.Read(ref ticket);
            Launch? launch = job;
            int units = grid, count = pieces, piece = (int)seen;
            if (launch is null || piece >= count) return taken;
            // The ticket is still this job's, so what was read before is too: it changes only while the ticket is closed.
            if (Interlocked.CompareExchange(ref ticket, seen + 1, seen) != seen) continue;
            try
            {
                launch.Run((int)((long)units * piece / count), (int)((long)units * (piece + 1) / count));
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
            }
            taken++;
        }
    }

    private void Serve()
    {
        isBusy = true;
        long last = 0;
        while (!isStopping)
        {
            for (int spin = 0; IsIdle(last); spin++)
            {
                if (spin < Spins)
                {
                    Thread.SpinWait(4);
                    continue;
                }
                Interlocked.Increment(ref sleeping);
                if (IsIdle(last) || TakeSleepers(1) == 0) wake.Wait();
                spin = 0;
            }
            last = Volatile.Read(ref ticket) >> 32;
            if (TakePieces() is > 0 and var taken) Interlocked.Add(ref done, taken);
        }
    }

    private bool IsIdle(long last) => Volatile.Read(ref ticket) >> 32 == last && !isStopping;

    private void Wake(int most)
    {
        int taken = TakeSleepers(most);
        if (taken > 0) wake.Release(taken);
    }

    // Takes up to so many entries out of the number of sleepers.
    private int TakeSleepers(int most)
    {
        int seen = Volatile.Read(ref sleeping);
        while (true)
        {
            int taken = Math.Min(seen, most);
            if (taken <= 0) return 0;
            int before = Interlocked.CompareExchange(ref sleeping, seen - taken, seen);
            if (before == seen) return taken;
            seen = before;
        }
    }

    private sealed class TaskList(int count, Action<int> task)
    {
        private int next;
        private Exception? failure;

        public void Drain()
        {
            bool wasBusy = isBusy;
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
            isBusy = wasBusy;
        }

        public void Rethrow()
        {
            if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        }
    }
}
