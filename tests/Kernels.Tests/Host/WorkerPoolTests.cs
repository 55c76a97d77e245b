using Handmade.Kernels.Host;

namespace Handmade.Kernels.Tests.Host;

public class WorkerPoolTests
{
    [Test]
    public void Every_piece_of_every_job_runs_exactly_once()
    {
        using var pool = new WorkerPool(4);
        var runs = new int[64];
        var job = new Job((begin, end) =>
        {
            for (int i = begin; i < end; i++) runs[i]++;
        });
        var expected = new int[64];
        for (int round = 0; round < 20_000; round++)
        {
            int grid = 2 + (round % 62);
            pool.Run(job, grid, 2 + (round % 3));
            for (int i = 0; i < grid; i++) expected[i]++;
        }
        Assert.That(runs, Is.EqualTo(expected));
    }

    [Test]
    public void Workers_that_slept_in_between_take_part_again()
    {
        using var pool = new WorkerPool(2);
        var seen = new HashSet<int>();
        for (int round = 0; round < 100 && seen.Count < 2; round++)
        {
            Thread.Sleep(2);
            pool.Run(new Job((begin, _) =>
            {
                lock (seen) seen.Add(Environment.CurrentManagedThreadId);
                Thread.Sleep(1);
            }), 8, 2);
        }
        Assert.That(seen, Has.Count.EqualTo(2));
    }

    [Test]
    public void Sharing_a_job_allocates_nothing()
    {
        using var pool = new WorkerPool(3);
        var job = new Job((_, _) => Thread.SpinWait(20));
        for (int i = 0; i < 100; i++) pool.Run(job, 16, 3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) pool.Run(job, 16, 3);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void An_exception_in_a_piece_surfaces_once_and_the_pool_goes_on()
    {
        using var pool = new WorkerPool(4);
        int runs = 0;
        for (int round = 0; round < 200; round++)
        {
            var job = new Job((begin, end) =>
            {
                for (int i = begin; i < end; i++)
                    if (i == 5 || i == 11) throw new HandmadeException($"piece {i} failed");
            });
            Assert.That(() => pool.Run(job, 16, 4), Throws.TypeOf<HandmadeException>().With.Message.Match("piece (5|11) failed"));
            pool.Run(new Job((begin, end) => Interlocked.Add(ref runs, end - begin)), 16, 4);
        }
        Assert.That(runs, Is.EqualTo(200 * 16));
    }

    [Test]
    public void Jobs_and_tasks_started_from_inside_run_there_alone()
    {
        using var pool = new WorkerPool(4);
        int units = 0, tasks = 0, strangers = 0;
        void Inner()
        {
            int here = Environment.CurrentManagedThreadId;
            pool.Run(new Job((begin, end) =>
            {
                Interlocked.Add(ref units, end - begin);
                if (Environment.CurrentManagedThreadId != here) Interlocked.Increment(ref strangers);
            }), 10, 4);
        }
        for (int round = 0; round < 50; round++)
        {
            pool.RunTasks(6, _ =>
            {
                pool.RunTasks(3, _ =>
                {
                    Interlocked.Increment(ref tasks);
                    Inner();
                });
                Inner();
            });
            pool.Run(new Job((begin, end) =>
            {
                for (int i = begin; i < end; i++) Inner();
            }), 8, 4);
        }
        Assert.That((tasks, units, strangers), Is.EqualTo((50 * 18, 50 * 10 * (18 + 6 + 8), 0)));
        var busy = new HashSet<int>();
        for (int round = 0; round < 100 && busy.Count < 2; round++)
            pool.Run(new Job((_, _) =>
            {
                lock (busy) busy.Add(Environment.CurrentManagedThreadId);
                Thread.Sleep(1);
            }), 16, 4);
        Assert.That(busy, Has.Count.AtLeast(2), "after that, jobs are shared again");
    }

    [Test]
    public void Tasks_after_a_failed_one_are_not_begun_and_its_exception_surfaces()
    {
        using var pool = new WorkerPool(2);
        int begun = 0;
        Assert.That(() => pool.RunTasks(1000, i =>
        {
            Interlocked.Increment(ref begun);
            if (i == 3) throw new HandmadeException("task 3 failed");
            Thread.Sleep(1);
        }), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("task 3 failed"));
        Assert.That(begun, Is.LessThan(100));
        pool.RunTasks(0, _ => Assert.Fail("there are no tasks"));
    }

    [Test]
    public void Several_callers_at_once_all_get_their_jobs_done()
    {
        using var pool = new WorkerPool(3);
        var sums = new long[4];
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(k => new Thread(() =>
        {
            for (int round = 0; round < 2000; round++) pool.Run(new Job((begin, end) => Interlocked.Add(ref sums[k], end - begin)), 13, 3);
        }))];
        foreach (Thread thread in callers) thread.Start();
        foreach (Thread thread in callers) thread.Join();
        Assert.That(sums, Is.All.EqualTo(2000 * 13));
    }

    [Test]
    public void A_pool_ends_its_threads_once_and_then_runs_jobs_on_the_caller()
    {
        var pool = new WorkerPool(4);
        pool.Dispose();
        pool.Dispose();
        int units = 0;
        pool.Run(new Job((begin, end) => units += end - begin), 10, 4);
        Assert.That(units, Is.EqualTo(10));
    }

    private sealed class Job(Action<int, int> run) : Launch("job", [], [])
    {
        public override int Grid => 0;

        public override void Run(int begin, int end) => run(begin, end);
    }
}
