using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Cuda;
using Handmade.Kernels.Host;

namespace Handmade.Bench;

/// <summary>Products on an NVIDIA GPU against cuBLAS: in every bit of f32, and on tensor cores (<see cref="Device.AllowTf32"/> on both sides).</summary>
internal static class CudaGemm
{
    // Work between two waits for the device, on both sides: a wait costs as much as a small product.
    private const int Runs = 10;

    private static readonly Product[] Products =
    [
        .. from n in (int[])[512, 1024, 2048, 4096] select new Product("A·B", n, n, n),
        .. from n in (int[])[16, 32, 64] select new Product("A·B, batched", n, n, n) { Batch = 1024 },
    ];

    /// <summary>Whether there is a CUDA device with its driver and compiler.</summary>
    public static bool IsThere => Devices.Missing().All(sentence => !sentence.StartsWith("cuda:", StringComparison.Ordinal));

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        if (budget.Quick) yield break;
        if (!IsThere)
        {
            yield return WithoutDevice(budget);
            yield break;
        }
        foreach (bool allowTf32 in (bool[])[false, true])
        {
            using var device = new CudaDevice();
            if (allowTf32 && !device.HasTensorCores) yield break;
            device.AllowTf32 = allowTf32;
            foreach (Product product in Products) yield return Row(device, product, budget);
        }
    }

    private static Comparison Row(CudaDevice device, Product p, Budget budget)
    {
        TensorView a = Gemm.Random<float>(device, 1, p.Batch, [p.M, p.K]), b = Gemm.Random<float>(device, 2, p.Batch, [p.K, p.N]);
        using CapturedStep step = device.Capture(() => [Handmade.Kernels.Ops.Gemm.MatMul(a, b)]);
        step.Replay();
        float[] left = a.ToArray<float>(), right = b.ToArray<float>();
        // Factors in TF32 are off by 2⁻¹¹ each; numbers are at most 1, and the errors of a sum cancel mostly.
        double tolerance = device.AllowTf32 ? 1e-3 * Math.Sqrt(p.K) : 8e-6 * Math.Sqrt(p.K);
        Gemm.Check(step.Results[0].ToArray<float>(), left, right, p, tolerance);
        Contest contest = ContestOf(p, $"{p.Shape}{(device.AllowTf32 ? ", TF32" : "")} on {device.Name}");
        Burst ours = Each(() =>
        {
            step.Replay(Runs);
            device.Synchronize();
        });
        if (!CuBlas.IsThere) return contest.Without("cuBLAS", CuBlas.Package, ours, budget);
        using var rival = new CuBlas(p, left, right, device.AllowTf32);
        rival.Run(1);
        Gemm.Check(rival.Result(), left, right, p, tolerance);
        return contest.Against(rival.Name, Each(() => rival.Run(Runs)), ours, budget);
    }

    private static Comparison WithoutDevice(Budget budget)
    {
        using var host = new HostDevice();
        Product p = Products[0];
        TensorView a = Gemm.Random<float>(host, 1, p.Batch, [p.M, p.K]), b = Gemm.Random<float>(host, 2, p.Batch, [p.K, p.N]);
        using CapturedStep step = host.Capture(() => [Handmade.Kernels.Ops.Gemm.MatMul(a, b)]);
        return ContestOf(p, $"{p.Shape} on host").Without("cuBLAS", "an NVIDIA GPU", Bursts.Of(() => step.Replay()), budget);
    }

    private static Contest ContestOf(Product p, string shape) => new(p.Name, shape, Environment.ProcessorCount, Unit.Gigaflops(p.Work));

    private static Burst Each(Action runs) => seconds => Bursts.Of(runs)(seconds) / Runs;
}
