using System.Runtime.InteropServices;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Bench.Compare;

/// <summary>f32 products against OpenBLAS on one thread each: large squares, and the shapes of a training step. Answers are compared first.</summary>
internal static unsafe class GemmComparison
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;

    public static void Run()
    {
        if (!NativeLibrary.TryLoad("libopenblas.so.0", out nint library))
        {
            Console.WriteLine("OpenBLAS is missing: apt-get install libopenblas0-pthread");
            return;
        }
        var gemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        string core = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "openblas_get_corename"))())!;
        Console.WriteLine($"f32 products, one thread, GFLOP/s (OpenBLAS core {core})");
        Console.WriteLine($"{"M x N x K",-24}{"ours",8}{"OpenBLAS",10}{"ratio of best",15}{"median ratio",14}");
        using var device = new HostDevice(threads: 1);
        foreach (var (m, n, k, transposed) in new[]
                 {
                     (512, 512, 512, false), (1024, 1024, 1024, false), (2048, 2048, 2048, false),
                     (128, 96, 32, true), (128, 32, 32, true), (128, 128, 32, true), (128, 32, 128, true), (128, 128, 32, false), (320, 256, 64, true),
                 })
            Compare(device, gemm, m, n, k, transposed);
    }

    private static void Compare(HostDevice device, delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> gemm, int m, int n, int k, bool transposed)
    {
        var random = new RandomStream(device, [1UL]);
        TensorView a = random.Uniform([1, m, k], -1, 1).Squeeze(0), stored = random.Uniform(transposed ? [1, n, k] : [1, k, n], -1, 1).Squeeze(0);
        TensorView b = transposed ? stored.Transpose(0, 1) : stored, rival = device.Empty([m, n], DType.F32);
        using CapturedStep ours = device.Capture(() => [Gemm.MatMul(a, b)]);
        void Theirs() => gemm(RowMajor, NoTranspose, transposed ? Transpose : NoTranspose, m, n, k, 1, a.Pointer<float>(), k, stored.Pointer<float>(), transposed ? k : n, 0, rival.Pointer<float>(), n);
        ours.Replay();
        Theirs();
        double error = ours.Results[0].ToArray<float>().Zip(rival.ToArray<float>(), (x, y) => Math.Abs(x - y)).Max();
        if (error > 1e-3) throw new InvalidOperationException($"{m}x{n}x{k}: answers differ by {error}");
        double flops = 2.0 * m * n * k;
        int repetitions = (int)Math.Clamp(2e7 / flops, 1, 200);
        var (mine, other, median) = Timing.Paired(() => ours.Replay(), Theirs, repetitions, pairs: flops > 1e9 ? 15 : 101);
        string name = $"{m} x {n} x {k}{(transposed ? " (Bᵀ)" : "")}";
        Console.WriteLine($"{name,-24}{flops / mine / 1e9,8:F1}{flops / other / 1e9,10:F1}{other / mine,15:F2}{median,14:F2}");
    }
}
