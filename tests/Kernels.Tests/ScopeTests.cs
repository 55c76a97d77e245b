using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests;

public sealed class ScopeTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void A_tensor_used_after_its_scope_throws_and_says_what_to_do()
    {
        TensorView late;
        using (device.Scope()) late = device.From<float>([1, 2], [2]);
        Assert.That(() => late.ToArray<float>(), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("used after its scope ended; keep it with scope.Keep"));
        Assert.That(() => Arithmetic.Add(late, late), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Kept_tensors_go_to_the_enclosing_scope()
    {
        TensorView kept, forever;
        using (Scope outer = device.Scope())
        {
            using (Scope inner = device.Scope())
            {
                kept = inner.Keep(device.From<float>([1, 2], [2]));
                forever = outer.Keep(inner.Keep(device.From<float>([3, 4], [2])));
                inner.Keep(kept.Slice(0, 0, 1));
            }
            Assert.That(kept.ToArray<float>(), Is.EqualTo(new float[] { 1, 2 }));
        }
        Assert.That(kept.Buffer.IsReleased);
        Assert.That(forever.ToArray<float>(), Is.EqualTo(new float[] { 3, 4 }));
        forever.Buffer.Release();
        Assert.That(device.BytesInUse, Is.Zero);
    }

    [Test]
    public void A_scope_returns_what_was_made_in_it_and_nothing_else()
    {
        TensorView before = device.From<float>([1, 2], [2]);
        long bytes = device.BytesInUse;
        using (device.Scope())
        {
            for (int i = 0; i < 10; i++) Arithmetic.Add(before, 1.0);
            Assert.That(device.BytesInUse, Is.GreaterThan(bytes));
        }
        Assert.That(device.BytesInUse, Is.EqualTo(bytes));
        Assert.That(before.ToArray<float>(), Is.EqualTo(new float[] { 1, 2 }));
        before.Buffer.Release();
    }

    [Test]
    public void Returned_memory_is_used_again()
    {
        nint Address()
        {
            using Scope scope = device.Scope();
            return device.Empty([1000], DType.F32).Buffer.Address;
        }
        Assert.That(Address(), Is.EqualTo(Address()));
    }

    [Test]
    public void A_tensor_released_twice_is_returned_once()
    {
        TensorView x = device.Empty([1000], DType.F32), y = device.Empty([1000], DType.F32);
        x.Buffer.Release();
        x.Buffer.Release();
        Assert.That(device.BytesInUse, Is.EqualTo(4096));
        y.Buffer.Release();
        Assert.That(device.BytesInUse, Is.Zero);
    }

    [Test]
    public void Scopes_end_in_the_opposite_order_of_their_opening()
    {
        Scope outer = device.Scope(), inner = device.Scope();
        Assert.That(outer.Dispose, Throws.InvalidOperationException.With.Message.Contains("opposite"));
        inner.Dispose();
        outer.Dispose();
    }

    [Test]
    public void Scopes_belong_to_their_thread()
    {
        TensorView? elsewhere = null;
        using (device.Scope())
        {
            var thread = new Thread(() => elsewhere = device.From<float>([1, 2], [2]));
            thread.Start();
            thread.Join();
        }
        Assert.That(elsewhere!.ToArray<float>(), Is.EqualTo(new float[] { 1, 2 }));
        elsewhere.Buffer.Release();
    }

    [Test]
    public void Forgotten_tensors_outside_of_scopes_are_returned_when_collected()
    {
        MakeAndForget();
        for (int i = 0; i < 10 && device.BytesInUse > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(device.BytesInUse, Is.Zero);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private void MakeAndForget() => device.Empty([1000], DType.F32);
}
