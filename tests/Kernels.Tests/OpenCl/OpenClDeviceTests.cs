using Handmade.Kernels.Host;
using Handmade.Kernels.OpenCl;

namespace Handmade.Kernels.Tests.OpenCl;

public sealed class OpenClDeviceTests : OpenClTest
{
    private static TensorView Ramp(int count) => Ramp(Device, count);

    private static TensorView Ramp(Device device, int count) => device.From<float>([.. Enumerable.Range(0, count).Select(i => (float)i)], [count]);

    [Test]
    public void What_is_written_is_read_in_every_dtype()
    {
        using Scope scope = Device.Scope();
        foreach (int count in (int[])[0, 1, 7, 1 << 20])
        {
            float[] floats = [.. Enumerable.Range(0, count).Select(i => i * 0.5f)];
            Assert.That(Device.From<float>(floats, [count]).ToArray<float>(), Is.EqualTo(floats));
            int[] ints = [.. Enumerable.Range(0, count)];
            Assert.That(Device.From<int>(ints, [count]).ToArray<int>(), Is.EqualTo(ints));
            byte[] bytes = [.. Enumerable.Range(0, count).Select(i => (byte)(i & 1))];
            Assert.That(Device.From<byte>(bytes, [count]).ToArray<byte>(), Is.EqualTo(bytes));
        }
        if (Device.HasF64) Assert.That(Device.From<double>([0.1, Math.PI], [2]).ToArray<double>(), Is.EqualTo(new[] { 0.1, Math.PI }));
    }

    [Test]
    public void A_part_of_a_tensor_is_written_and_read_alone()
    {
        using Scope scope = Device.Scope();
        TensorView whole = Ramp(100);
        whole.Slice(0, 40, 3).CopyFrom<float>([-1, -2, -3]);
        Assert.That(whole.Slice(0, 39, 5).ToArray<float>(), Is.EqualTo(new float[] { 39, -1, -2, -3, 43 }));
    }

    [Test]
    public void A_kernel_runs_on_its_views_and_scalars()
    {
        using Scope scope = Device.Scope();
        TensorView y = Texts.Scaled(Ramp(1000), Ramp(1000), 2);
        Assert.That(y.ToArray<float>(), Is.EqualTo(Enumerable.Range(0, 1000).Select(i => 3f * i)));
        Texts.Scaled(y.Slice(0, 10, 5), Ramp(1000).Slice(0, 100, 5), -1);
        Assert.That(y.Slice(0, 9, 7).ToArray<float>(), Is.EqualTo(new float[] { 27, -70, -68, -66, -64, -62, 45 }));
    }

    [Test]
    public void A_kernel_sees_offset_and_reach_of_a_view_and_its_groups()
    {
        using Scope scope = Device.Scope();
        TensorView strided = Ramp(60).Reshape([6, 10]).Slice(0, 1, 3, 2).Slice(1, 2, 4);
        Assert.That(Seen(strided, new KernelConfig(2, 3, 4, 8)), Is.EqualTo(new[] { 12, 44, 6 * 408 }));
        Assert.That(Seen(strided.Expand([5, 3, 4]), (2, 16)), Is.EqualTo(new[] { 12, 44, 2 * 1601 }), "repeats reach no further");
        Assert.That(Seen(Ramp(7).Slice(0, 3, 0), (1, 1)), Is.EqualTo(new[] { 3, 0, 101 }));
        Assert.That(Seen(Ramp(7), (0, 64)), Is.EqualTo(new[] { 0, 0, 0 }), "no groups, nothing runs");

        static int[] Seen(TensorView x, KernelConfig config)
        {
            TensorView y = Device.From<int>([0, 0, 0], [3]);
            Device.Submit(new TextLaunch("seen", [x], [y], queue =>
            {
                queue.Begin(Texts.Seen, [], []);
                queue.View(y);
                queue.View(x);
                queue.Run(config);
            }));
            return y.ToArray<int>();
        }
    }

    [Test]
    public void Scratch_lasts_as_long_as_the_launch()
    {
        using var device = new OpenClDevice();
        using Scope scope = device.Scope();
        TensorView x = Ramp(device, 500), y = device.Empty([500], DType.F32);
        // Two launches that use scratch of the same size: the second may get the memory of the first, but only after it.
        for (int round = 0; round < 50; round++)
            device.Submit(new TextLaunch("twice", [x], [y], queue =>
            {
                TensorView middle = queue.Scratch([500], DType.F32);
                foreach (var (to, from) in new[] { (middle, x), (y, middle) })
                {
                    queue.Begin(Texts.Square, [], []);
                    queue.View(to);
                    queue.View(from);
                    queue.Run(KernelConfig.ForElements(500, 64));
                }
            }));
        Assert.That(y.ToArray<float>(), Is.EqualTo(Texts.Mapped(Texts.Square, Texts.Mapped(Texts.Square, x)).ToArray<float>()));
        Assert.That(device.BytesInUse, Is.EqualTo(4 * 2048), "x, y and the two maps");
    }

    [Test]
    public void Several_threads_may_submit()
    {
        Parallel.For(0, 8, t =>
        {
            using Scope scope = Device.Scope();
            TensorView y = Ramp(300);
            for (int i = 0; i < 100; i++) Texts.Scaled(y, Ramp(300), t);
            Assert.That(y.ToArray<float>(), Is.EqualTo(Enumerable.Range(0, 300).Select(i => i + (100f * t * i))));
        });
    }

    [Test]
    public void Memory_returns_to_the_pool_and_none_is_lost()
    {
        using var device = new OpenClDevice();
        for (int round = 0; round < 3; round++)
        {
            using Scope scope = device.Scope();
            Texts.Mapped(Texts.Square, Texts.Mapped(Texts.Square, device.From<float>(new float[5000], [5000])));
            Assert.That(device.BytesInUse, Is.EqualTo(3 * 32768));
        }
        Assert.That(device.BytesInUse, Is.Zero);
    }

    [Test]
    public void Errors_are_sentences_that_name_kernel_and_limit()
    {
        using Scope scope = Device.Scope();
        using var host = new HostDevice(threads: 1);
        TensorView x = Ramp(10);
        Says(() => Call(x, (1, 1 << 20)), "Texts.Square: a group of 1048576 × 1 threads", "takes 1 to 256 for this kernel");
        Says(() => Call(host.From<float>([1], [1]), (1, 64)), "Texts.Square: x lies on host, the kernel runs on opencl:0");
        Says(() => x.Device.Submit(new NoKernel(x)), "nothing has no kernel for opencl:0");
        unsafe { Says(() => _ = (nint)x.Pointer<float>(), "a tensor on opencl:0 has no address in the program's memory"); }
        Says(() => Device.Empty([1 << 30, 1 << 20], DType.F32), "out of memory on opencl:0: asked for 4,503,599,627,370,496 bytes with", "in use and", "free", "at most in one buffer");
        Assert.That(() => Call(x, (1, 64), skip: true), Throws.TypeOf<InvalidOperationException>().With.Message.EqualTo("Texts.Square: 1 of 2 arguments are set"));
        Assert.That(Texts.Mapped(Texts.Square, x).ToArray<float>()[1], Is.EqualTo(0.9f).Within(1e-6), "the device is as before");

        static void Call(TensorView x, KernelConfig config, bool skip = false) => Device.Submit(new TextLaunch("square", [x], [], queue =>
        {
            queue.Begin(Texts.Square, [], []);
            queue.View(queue.Scratch([10], DType.F32));
            if (!skip) queue.View(x);
            queue.Run(config);
        }));
    }

    [Test]
    public void A_kernel_that_does_not_build_is_named_with_the_compilers_words()
    {
        KernelSource broken = Texts.Square with { Name = "Softmax.Rows", Text = "__kernel void square(__global float *y) { y[0] = undeclared_thing; }" };
        Says(() => Texts.Mapped(broken, Ramp(3)), "Softmax.Rows: the OpenCL compiler of", "refused the kernel", "undeclared_thing");
        KernelSource greedy = Texts.Square with { Name = "Gemm.Tile", Text = Texts.Square.Text.Replace("size_t i", "__local float tile[16384]; for (int k = get_local_id(0); k < 16384; k += get_local_size(0)) tile[k] = x[x0] + k; barrier(CLK_LOCAL_MEM_FENCE); y[y0] = tile[(int)y[y0] & 16383]; size_t i", StringComparison.Ordinal) };
        Says(() => Texts.Mapped(greedy, Ramp(3)), "Gemm.Tile: a group needs 65,536 bytes of shared memory; opencl:0 allows 32,768");
    }

    [Test]
    public void A_launch_allocates_nothing_on_the_host_once_it_has_run()
    {
        using Scope scope = Device.Scope();
        TensorView x = Ramp(64), y = Ramp(64);
        var launch = new TextLaunch("add_scaled", [x, y], [y], queue =>
        {
            queue.Begin(Texts.AddScaled, [], []);
            queue.View(y);
            queue.View(x);
            queue.Scalar(1f);
            queue.Run((1, 64));
        });
        // The queue puts a marker in every 1,024 commands, and waits for the one before: the first of these calls are prepared by the runtime.
        const int WarmUp = 2200, Measured = 2000;
        for (int i = 0; i < WarmUp; i++) Device.Submit(launch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Measured; i++) Device.Submit(launch);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(y.ToArray<float>()[1], Is.EqualTo(1 + WarmUp + Measured));
    }

    [Test]
    public void The_profiler_hears_of_every_launch_in_order()
    {
        using var device = new OpenClDevice();
        using Scope scope = device.Scope();
        TensorView x = device.From<float>(new float[100_000], [100_000]);
        var heard = new List<LaunchTime>();
        device.Profile(heard.Add);
        Texts.Mapped(Texts.Square, Texts.Scaled(x, x, 1)).ToArray<float>();
        using (CapturedStep step = device.Capture(() => [Texts.Mapped(Texts.Inverse, x)])) step.Replay(2);
        device.Profile(null);
        Texts.Scaled(x, x, 1).ToArray<float>();
        Assert.That(heard.Select(time => time.Kernel), Is.EqualTo(new[] { "Texts.AddScaled", "Texts.Square", "Texts.Inverse", "Texts.Inverse" }));
        Assert.That(heard.Select(time => time.Launch!.Name), Is.EqualTo(new[] { "add_scaled", "square", "inverse", "inverse" }));
        Assert.That(heard.Select(time => time.Duration), Is.All.Positive);
        for (int i = 1; i < heard.Count; i++) Assert.That(heard[i].Start, Is.GreaterThanOrEqualTo(heard[i - 1].Start + heard[i - 1].Duration));
    }

    private sealed class NoKernel(TensorView x) : Launch("nothing", [x], [])
    {
        public override int Grid => 1;

        public override void Run(int begin, int end) { }
    }
}
