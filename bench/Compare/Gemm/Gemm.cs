using System.Numerics;
using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Bench;

/// <summary>
/// Matrix products against OpenBLAS, its own choice of kernels and every forced one that this processor can run; the row shows the one that does
/// best. First the products of a training step (batch 8: 128 tokens of the tiny preset, 320 of the paper's), then square ones, then batches of small ones.
/// </summary>
internal static unsafe class Gemm
{
    private static readonly Product[] Products =
    [
        new("qkv x·Wᵀ", 128, 96, 32) { BTransposed = true },
        new("out x·Wᵀ", 128, 32, 32) { BTransposed = true },
        new("ff1 x·Wᵀ", 128, 128, 32) { BTransposed = true },
        new("ff2 x·Wᵀ", 128, 32, 128) { BTransposed = true },
        new("qkv dy·W", 128, 32, 96),
        new("ff1 dy·W", 128, 32, 128),
        new("ff2 dy·W", 128, 128, 32),
        new("qkv dyᵀ·x", 96, 32, 128) { ATransposed = true },
        new("ff1 dyᵀ·x", 128, 32, 128) { ATransposed = true },
        new("ff2 dyᵀ·x", 32, 128, 128) { ATransposed = true },
        new("encoder x·Wᵀ", 128, 32, 8) { BTransposed = true },
        new("encoder dyᵀ·x", 32, 8, 128) { ATransposed = true },
        new("decoder x·Wᵀ", 128, 2, 32) { BTransposed = true },
        new("decoder dy·W", 128, 32, 2),
        new("decoder dyᵀ·x", 2, 32, 128) { ATransposed = true },
        new("paper ff1 x·Wᵀ", 320, 256, 64) { BTransposed = true },
        new("paper ff2 x·Wᵀ", 320, 64, 256) { BTransposed = true },
        new("paper ff1 dyᵀ·x", 256, 64, 320) { ATransposed = true },
        new("tall x·Wᵀ", 2784, 128, 512) { BTransposed = true },
        new("A·B, batched", 16, 16, 8) { Batch = 64, AtLeast = 1.5 },
        new("x·Wᵀ, batched", 16, 8, 16) { Batch = 64, BTransposed = true },
        new("x·Wᵀ, batched", 48, 32, 16) { Batch = 64, BTransposed = true },
        .. from n in (int[])[16, 32, 64] select new Product("A·B, batched", n, n, n) { Batch = 1 << 20 >> 2 * int.Log2(n) >> 4, AtLeast = 1.5 },
        new("A·Bᵀ, batched", 64, 64, 64) { Batch = 16, BTransposed = true },
        new("Aᵀ·B, batched", 64, 64, 64) { Batch = 16, ATransposed = true },
        new("A·B", 256, 256, 256),
        .. from n in (int[])[512, 1024, 2048] from threads in (int[])[1, 2] select new Product("A·B", n, n, n) { Threads = threads, AtLeast = 1 },
        new("A·Bᵀ", 512, 512, 512) { BTransposed = true },
        new("Aᵀ·B", 512, 512, 512) { ATransposed = true },
        new("Aᵀ·Bᵀ", 1024, 1024, 1024) { ATransposed = true, BTransposed = true },
        .. from n in (int[])[512, 1024, 2048] from threads in (int[])[1, 2] select new Product("A·B", n, n, n) { Wide = true, Threads = threads, AtLeast = n == 512 ? 1 : null },
    ];

    public static IEnumerable<Comparison> Rows(Budget budget) =>
        from product in Products
        where !budget.Quick || product.AtLeast is not null
        select product.Wide ? Row<double>(product, TimeOf(product, budget)) : Row<float>(product, TimeOf(product, budget));

    // A product without a goal is for looking at: a quarter of the time is enough.
    private static Budget TimeOf(Product product, Budget budget) => product.AtLeast is null ? budget with { Turn = budget.Turn / 4 } : budget;

    private static Comparison Row<T>(Product p, Budget budget)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var device = new HostDevice(p.Threads);
        TensorView a = Random<T>(device, 1, p.Batch, p.ATransposed ? [p.K, p.M] : [p.M, p.K]);
        TensorView b = Random<T>(device, 2, p.Batch, p.BTransposed ? [p.N, p.K] : [p.K, p.N]);
        TensorView theirs = Random<T>(device, 3, p.Batch, [p.M, p.N]);
        TensorView left = p.ATransposed ? a.Transpose(-1, -2) : a, right = p.BTransposed ? b.Transpose(-1, -2) : b;
        using CapturedStep step = device.Capture(() => [Handmade.Kernels.Ops.Gemm.MatMul(left, right)]);
        step.Replay();
        Check(step.Results[0].ToArray<T>(), left.ToArray<T>(), right.ToArray<T>(), p, (p.Wide ? 1e-15 : 1e-6) * Math.Sqrt(p.K) * 8);

        var contest = new Contest(p.Name, p.Shape, p.Threads, Unit.Gigaflops(p.Work), p.AtLeast);
        Burst ours = Bursts.Of(() => step.Replay());
        if (OpenBlas.All.Count == 0) return contest.Without("OpenBLAS", OpenBlas.Package, ours, budget);
        foreach (OpenBlas rival in OpenBlas.All) rival.SetThreads(p.Threads);
        return contest.AgainstBest([.. OpenBlas.All.Select(rival => (rival.Name, Bursts.Of(() => MultiplyAll<T>(rival, p, a, b, theirs))))], ours, budget);
    }

    private static void MultiplyAll<T>(OpenBlas rival, Product p, TensorView a, TensorView b, TensorView c)
        where T : unmanaged
    {
        for (int i = 0; i < p.Batch; i++)
            rival.Multiply(p.M, p.N, p.K, a.Pointer<T>() + i * p.M * p.K, p.ATransposed, b.Pointer<T>() + i * p.K * p.N, p.BTransposed, c.Pointer<T>() + i * p.M * p.N);
    }

    /// <summary>Some elements against plain sums in double.</summary>
    public static void Check<T>(T[] c, T[] a, T[] b, Product p, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(5);
        for (int sample = 0; sample < 500; sample++)
        {
            int batch = random.Next(p.Batch), i = random.Next(p.M), j = random.Next(p.N);
            double sum = 0;
            for (int k = 0; k < p.K; k++) sum += double.CreateChecked(a[(batch * p.M + i) * p.K + k]) * double.CreateChecked(b[(batch * p.K + k) * p.N + j]);
            double found = double.CreateChecked(c[(batch * p.M + i) * p.N + j]);
            if (!(Math.Abs(found - sum) <= tolerance)) throw new InvalidOperationException($"{p.Name} {p.Shape}: C[{batch},{i},{j}] is {found}, not {sum}");
        }
    }

    /// <summary>Numbers from -1 to 1: <c>[batch, rows, columns]</c>.</summary>
    public static TensorView Random<T>(Device device, int seed, int batch, int[] matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var elements = new T[batch * matrix[0] * matrix[1]];
        for (int i = 0; i < elements.Length; i++) elements[i] = T.CreateChecked(random.NextDouble() * 2 - 1);
        return device.From<T>(elements, new Shape([batch, .. matrix]));
    }
}
