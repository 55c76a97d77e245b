using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Bench;

/// <summary>A product to time. <c>Wide</c>: double instead of float.</summary>
internal sealed record Case(string Name, int M, int N, int K, bool ATransposed = false, bool BTransposed = false, bool Wide = false, int Threads = 1)
{
    public double Work => 2.0 * M * N * K;
}

/// <summary>What one case took: the fastest run of each, and the median of the ratios of neighbouring runs. Rival figures are NaN without a rival.</summary>
internal sealed record Result(Case Case, double Seconds, double RivalSeconds, double MedianRatio)
{
    public double BestRatio => RivalSeconds / Seconds;
}

/// <summary>Our product against the rival's, on the same memory, turn by turn.</summary>
internal static unsafe class Duel
{
    private const double SecondsPerCase = 0.4, ShortestTurn = 100e-6;

    public static Result Run(Case c, OpenBlas? rival, WorkerPool workers) =>
        c.Wide ? Run<double>(c, rival, workers) : Run<float>(c, rival, workers);

    private static Result Run<T>(Case x, OpenBlas? rival, WorkerPool workers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* a = Random<T>((nint)x.M * x.K, 1), b = Random<T>((nint)x.K * x.N, 2), c = Random<T>((nint)x.M * x.N, 3), d = Random<T>((nint)x.M * x.N, 4);
        var product = new Product<T>(new GemmArgs<T>
        {
            M = x.M,
            N = x.N,
            K = x.K,
            A = a,
            ARow = x.ATransposed ? 1 : x.K,
            ACol = x.ATransposed ? x.M : 1,
            B = b,
            BRow = x.BTransposed ? 1 : x.N,
            BCol = x.BTransposed ? x.K : 1,
            C = c,
            CRow = x.N,
        });
        Action ours = () => workers.Run(product, product.Grid, x.Threads);
        rival?.SetThreads(x.Threads);
        Action? theirs = rival is null ? null : () => rival.Multiply(x.M, x.N, x.K, a, x.ATransposed, b, x.BTransposed, d);

        ours();
        Check(product.Args, x.Name);
        theirs?.Invoke();
        Result result = Time(x, ours, theirs);
        foreach (nint memory in (nint[])[(nint)a, (nint)b, (nint)c, (nint)d]) NativeMemory.AlignedFree((void*)memory);
        return result;
    }

    private static Result Time(Case x, Action ours, Action? theirs)
    {
        // Long enough for the JIT's last tier, and to size a turn.
        long warmUp = Stopwatch.GetTimestamp();
        int calls = 0;
        for (; Stopwatch.GetElapsedTime(warmUp).TotalSeconds < 0.15; calls++) ours();
        int repeats = Math.Max(1, (int)(ShortestTurn / (0.15 / calls)));

        double best = double.PositiveInfinity, rivalBest = theirs is null ? double.NaN : double.PositiveInfinity;
        var ratios = new List<double>();
        long begin = Stopwatch.GetTimestamp();
        while (ratios.Count < 12 || Stopwatch.GetElapsedTime(begin).TotalSeconds < SecondsPerCase)
        {
            double seconds = Turn(ours, repeats), rivalSeconds = theirs is null ? double.NaN : Turn(theirs, repeats);
            best = Math.Min(best, seconds);
            rivalBest = Math.Min(rivalBest, rivalSeconds);
            ratios.Add(rivalSeconds / seconds);
        }
        ratios.Sort();
        return new Result(x, best, rivalBest, ratios[ratios.Count / 2]);
    }

    private static double Turn(Action run, int repeats)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) run();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds / repeats;
    }

    private static void Check<T>(in GemmArgs<T> g, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double tolerance = (typeof(T) == typeof(float) ? 1e-6 : 1e-15) * Math.Sqrt(g.K) * 8;
        var random = new Random(5);
        for (int sample = 0; sample < 500; sample++)
        {
            int i = random.Next(g.M), j = random.Next(g.N);
            double sum = 0;
            for (int p = 0; p < g.K; p++) sum += double.CreateChecked(g.A[i * g.ARow + p * g.ACol]) * double.CreateChecked(g.B[p * g.BRow + j * g.BCol]);
            double found = double.CreateChecked(g.C[i * g.CRow + j]);
            if (!(Math.Abs(found - sum) <= tolerance)) throw new InvalidOperationException($"{name}: C[{i},{j}] is {found}, not {sum}");
        }
    }

    private static T* Random<T>(nint count, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        T* memory = (T*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(T)), 64);
        for (nint i = 0; i < count; i++) memory[i] = T.CreateChecked(random.NextDouble() * 2 - 1);
        return memory;
    }

    private sealed class Product<T>(GemmArgs<T> args) : Launch("gemm", [], [])
        where T : unmanaged
    {
        public GemmArgs<T> Args => args;

        public override int Grid => HostGemm.Units(args.M, args.N);

        public override void Run(int begin, int end) => HostGemm.Run(args, begin, end);
    }
}
