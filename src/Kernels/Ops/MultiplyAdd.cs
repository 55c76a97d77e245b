using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;
using Handmade.Kernels.Host;

namespace Handmade.Kernels.Ops;

/// <summary>Chains of multiply-adds in registers: what a device computes when nothing holds it up, the bound of every op that computes much.</summary>
public static class MultiplyAdd
{
    // A round lasts so long that handing over its launches and waiting for them do not count: a large GPU does one in ten microseconds.
    private const double LeastSeconds = 0.005;
    private const int Rounds = 5, MostLaunches = 1 << 12;

    /// <summary>Operations per second in f32 or f64, a multiply-add counted as two: the best of a few rounds after those that warm up.</summary>
    public static double MeasurePeak(Device device, DType dtype)
    {
        using Scope scope = device.Scope();
        TensorView y = device.Empty([device.HasHostMemory ? 1 : ChainLaunch<float, F32>.Threads], dtype);
        Launch launch = dtype == DType.F32 ? new ChainLaunch<float, F32>(y) : new ChainLaunch<double, F64>(y);
        TensorView first = y.Slice(0, 0, 1);
        _ = Round(device, launch, 1, first);
        int launches = 1;
        while (launches < MostLaunches && Round(device, launch, launches, first) < LeastSeconds) launches *= 2;
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++) best = Math.Min(best, Round(device, launch, launches, first) / launches);
        return launch.Flops / best;
    }

    private static double Round(Device device, Launch launch, int launches, TensorView first)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < launches; i++) device.Submit(launch);
        _ = OneElement(first);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // Reading waits for the device.
    private static double OneElement(TensorView y) => y.DType == DType.F32 ? y.Item<float>() : y.Item<double>();

    private sealed unsafe class ChainLaunch<T, TM>(TensorView y) : Launch("multiply_add", [], [y])
        where T : unmanaged, INumber<T>
        where TM : struct, IScalarMath<T>
    {
        /// <summary>Threads of a device: enough to fill a large one.</summary>
        public const int Threads = 1 << 20;

        private const int Pieces = 64, Turns = 1 << 14, HostChains = 10;

        public override int Grid => Pieces;

        public override long Work => 2L * Pieces * Turns * HostChains * Vector512<T>.Count;

        public override long Flops => y.Device.HasHostMemory ? 2L * Pieces * Turns * HostChains * Lanes : 2 * y.Count * MultiplyAddKernels.Turns * MultiplyAddKernels.Chains;

        private static int Lanes => Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256.IsHardwareAccelerated ? Vector256<T>.Count : Vector128<T>.Count;

        public override void Run(int begin, int end)
        {
            for (int piece = begin; piece < end; piece++)
            {
                if (Vector512.IsHardwareAccelerated) Chain<Vector512<T>, Vectors512<T>>();
                else if (Vector256.IsHardwareAccelerated) Chain<Vector256<T>, Vectors256<T>>();
                else Chain<Vector128<T>, Vectors128<T>>();
            }
        }

        public override void Enqueue(KernelQueue queue) =>
            MultiplyAddKernels.Chain<T, TM>(queue, KernelConfig.ForElements(y.Count), y, T.CreateTruncating(0.5), (int)y.Count);

        // Two units of four or five cycles need ten chains; the narrow vectors have sixteen registers.
        private void Chain<V, TV>() where V : struct where TV : struct, IVectors<V, T>
        {
            V x = TV.Broadcast(T.One), factor = TV.Broadcast(T.CreateTruncating(0.5)), a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
            for (int turn = 0; turn < Turns; turn++)
            {
                a = TV.MultiplyAdd(a, factor, x);
                b = TV.MultiplyAdd(b, factor, x);
                c = TV.MultiplyAdd(c, factor, x);
                d = TV.MultiplyAdd(d, factor, x);
                e = TV.MultiplyAdd(e, factor, x);
                f = TV.MultiplyAdd(f, factor, x);
                g = TV.MultiplyAdd(g, factor, x);
                h = TV.MultiplyAdd(h, factor, x);
                i = TV.MultiplyAdd(i, factor, x);
                j = TV.MultiplyAdd(j, factor, x);
            }
            V sum = TV.Add(TV.Add(TV.Add(TV.Add(a, b), TV.Add(c, d)), TV.Add(TV.Add(e, f), TV.Add(g, h))), TV.Add(i, j));
            T* all = stackalloc T[Vector512<T>.Count];
            TV.Store(all, sum);
            *y.Pointer<T>() = all[0];
        }
    }
}
