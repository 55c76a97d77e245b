using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;

namespace Handmade.Kernels.Tests;

public sealed class ScopeTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void What_was_not_kept_returns_to_the_pool_and_cannot_be_used()
    {
        TensorView kept, lost;
        using (Scope scope = device.Scope())
        {
            lost = device.From<float>([1, 2], [2]);
            kept = scope.Keep(device.From<float>([3, 4], [2]));
        }
        Assert.That(() => lost.ToArray<float>(), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("keep it with scope.Keep"));
        Assert.That(kept.ToArray<float>(), Is.EqualTo([3f, 4]));
        Assert.That(device.BytesInUse, Is.EqualTo(64));
        kept.Buffer.Release();
        kept.Buffer.Release();
        Assert.That(device.BytesInUse, Is.Zero, "a second release counts nothing");
    }

    [Test]
    public void What_is_kept_belongs_to_the_scope_around()
    {
        TensorView x;
        using (device.Scope())
        {
            using (Scope inner = device.Scope()) x = inner.Keep(inner.Keep(device.From<float>([1], [1])));
            Assert.That(x.Item<float>(), Is.EqualTo(1));
        }
        Assert.That(x.Buffer.IsReleased);
        Assert.That(device.BytesInUse, Is.Zero);
    }

    [Test]
    public void Scopes_end_in_order_and_only_once()
    {
        Scope outer = device.Scope();
        TensorView x = device.From<float>([1], [1]);
        Scope inner = device.Scope();
        Assert.That(outer.Dispose, Throws.TypeOf<InvalidOperationException>());
        Assert.That(x.Item<float>(), Is.EqualTo(1), "a scope that may not end releases nothing");
        inner.Dispose();
        inner.Dispose();
        outer.Dispose();
        Assert.That(x.Buffer.IsReleased);
    }

    [Test]
    public void A_tensor_that_nobody_holds_gives_its_memory_back()
    {
        Forget(device);
        for (int i = 0; i < 50 && device.BytesInUse > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(device.BytesInUse, Is.Zero);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(HostDevice device) => device.From<float>(new float[1000], [1000]);
    }

    [Test]
    public void Threads_that_make_and_release_tensors_never_share_memory()
    {
        int mixed = 0;
        void Work(int own)
        {
            var random = new Random(own);
            for (int round = 0; round < 300; round++)
            {
                using Scope scope = device.Scope();
                TensorView[] made = [.. Enumerable.Range(0, 8).Select(_ => device.Empty([random.Next(1, 100)], DType.I32))];
                foreach (TensorView x in made) x.CopyFrom<int>(Enumerable.Repeat(own, (int)x.Count).ToArray());
                if (made.Any(x => x.ToArray<int>().Any(value => value != own))) Interlocked.Increment(ref mixed);
            }
        }
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(own => new Thread(() => Work(own)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That((mixed, device.BytesInUse), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void More_memory_than_there_is_is_one_sentence()
    {
        long before = device.BytesInUse;
        Assert.That(() => device.Empty([int.MaxValue, int.MaxValue / 8], DType.F64), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("out of memory on host"));
        Assert.That(device.BytesInUse, Is.EqualTo(before));
    }
}
