using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Langevin steps on devices, noise and all: a thread draws the numbers of one Philox block (four in f32, two in f64) and moves as many neighbouring
/// parameters. Bound by arithmetic on a CPU (ten rounds, a logarithm, a sine and a cosine for two numbers), on a GPU by memory: three tensors read, one written.
/// Four million parameters in f32 on a busy machine: 55 ns of a core an element on PoCL, where the draws alone (RandomKernels.NormalF32) take no less; 5 ns by the host's lanes.
/// </summary>
internal static partial class OptimizerKernels
{
    /// <summary>Per replica: slope, pull and spread of the step; with a metric also the clip factor and one over the root of the correction of its start.</summary>
    [Kernel]
    public static void PrepareSgld(
        ArrayView<double> coefficients, ArrayView<double> rates, ArrayView<double> factors, ArrayView<double> nbetas, double nbeta, int isEachNbeta,
        ArrayView<double> localizations, double localization, int isEachLocalization, ArrayView<int> steps, SgldNumbers numbers, int replicas, [Spec] SpecInt isPreconditioned)
    {
        int r = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (r >= replicas) return;
        int at = r * Coefficients;
        double half = rates[r] / 2;
        coefficients[at] = half * (isEachNbeta != 0 ? nbetas[r] : nbeta) * factors[r];
        coefficients[at + 1] = half * (isEachLocalization != 0 ? localizations[r] : localization);
        coefficients[at + 2] = Math.Sqrt(rates[r]);
        if (isPreconditioned == 0) return;
        coefficients[at + 3] = factors[r];
        coefficients[at + 4] = numbers.Decay < 1 ? 1 / Math.Sqrt(1 - Math.Pow(numbers.Decay, steps[r])) : 1;
    }

    [Kernel]
    public static void SgldF32(
        ArrayView<double> coefficients, ArrayView<int> state, StepCut cut, SgldNumbers numbers,
        ArrayView<float> p0, ArrayView<float> p1, ArrayView<float> p2, ArrayView<float> p3, ArrayView<float> p4, ArrayView<float> p5, ArrayView<float> p6, ArrayView<float> p7,
        ArrayView<float> g0, ArrayView<float> g1, ArrayView<float> g2, ArrayView<float> g3, ArrayView<float> g4, ArrayView<float> g5, ArrayView<float> g6, ArrayView<float> g7,
        ArrayView<float> w0, ArrayView<float> w1, ArrayView<float> w2, ArrayView<float> w3, ArrayView<float> w4, ArrayView<float> w5, ArrayView<float> w6, ArrayView<float> w7,
        ArrayView<float> v0, ArrayView<float> v1, ArrayView<float> v2, ArrayView<float> v3, ArrayView<float> v4, ArrayView<float> v5, ArrayView<float> v6, ArrayView<float> v7, [Spec] SpecInt isPreconditioned)
    {
        int group = Grid.IdxX, k = Tensor(cut, group);
        ArrayView<float> p01 = k == 0 ? p0 : p1, p23 = k == 2 ? p2 : p3, p45 = k == 4 ? p4 : p5, p67 = k == 6 ? p6 : p7;
        ArrayView<float> p03 = k < 2 ? p01 : p23, p47 = k < 6 ? p45 : p67, p = k < 4 ? p03 : p47;
        ArrayView<float> g01 = k == 0 ? g0 : g1, g23 = k == 2 ? g2 : g3, g45 = k == 4 ? g4 : g5, g67 = k == 6 ? g6 : g7;
        ArrayView<float> g03 = k < 2 ? g01 : g23, g47 = k < 6 ? g45 : g67, g = k < 4 ? g03 : g47;
        ArrayView<float> w01 = k == 0 ? w0 : w1, w23 = k == 2 ? w2 : w3, w45 = k == 4 ? w4 : w5, w67 = k == 6 ? w6 : w7;
        ArrayView<float> w03 = k < 2 ? w01 : w23, w47 = k < 6 ? w45 : w67, w = k < 4 ? w03 : w47;
        ArrayView<float> v01 = k == 0 ? v0 : v1, v23 = k == 2 ? v2 : v3, v45 = k == 4 ? v4 : v5, v67 = k == 6 ? v6 : v7;
        ArrayView<float> v03 = k < 2 ? v01 : v23, v47 = k < 6 ? v45 : v67, v = k < 4 ? v03 : v47;
        int own = group - First(cut, k), groups = Groups(cut, k), length = Length(cut, k), replica = own / groups, thread = ((own - (replica * groups)) * Group.DimX) + Group.IdxX;
        int at = replica * Coefficients, from = replica * RandomState.Size, last = (length - 1) / 4;
        float slope = (float)coefficients[at], pull = (float)coefficients[at + 1], spread = (float)coefficients[at + 2], clip = (float)coefficients[at + 3], inverseRoot = (float)coefficients[at + 4];
        ulong seed = RandomKernels.Join(state, from), stream = RandomKernels.Join(state, from + 2), position = RandomKernels.Join(state, from + 4) + (uint)Before(cut, k);
        Group.Barrier();
        if (thread > last) return;
        int i = 4 * thread;
        long to = ((long)replica * length) + i;
        var (a, b, c, d) = Philox.Block(seed, stream, position + (uint)thread);
        float radius = RandomKernels.Radius(a), angle = RandomKernels.Angle(b);
        SgldElement<float, F32>(p, g, w, v, to, radius * MathF.Cos(angle), slope, pull, spread, clip, inverseRoot, numbers, isPreconditioned);
        if (i + 1 < length) SgldElement<float, F32>(p, g, w, v, to + 1, radius * MathF.Sin(angle), slope, pull, spread, clip, inverseRoot, numbers, isPreconditioned);
        radius = RandomKernels.Radius(c);
        angle = RandomKernels.Angle(d);
        if (i + 2 < length) SgldElement<float, F32>(p, g, w, v, to + 2, radius * MathF.Cos(angle), slope, pull, spread, clip, inverseRoot, numbers, isPreconditioned);
        if (i + 3 < length) SgldElement<float, F32>(p, g, w, v, to + 3, radius * MathF.Sin(angle), slope, pull, spread, clip, inverseRoot, numbers, isPreconditioned);
    }

    [Kernel]
    public static void SgldF64(
        ArrayView<double> coefficients, ArrayView<int> state, StepCut cut, SgldNumbers numbers,
        ArrayView<double> p0, ArrayView<double> p1, ArrayView<double> p2, ArrayView<double> p3, ArrayView<double> p4, ArrayView<double> p5, ArrayView<double> p6, ArrayView<double> p7,
        ArrayView<double> g0, ArrayView<double> g1, ArrayView<double> g2, ArrayView<double> g3, ArrayView<double> g4, ArrayView<double> g5, ArrayView<double> g6, ArrayView<double> g7,
        ArrayView<double> w0, ArrayView<double> w1, ArrayView<double> w2, ArrayView<double> w3, ArrayView<double> w4, ArrayView<double> w5, ArrayView<double> w6, ArrayView<double> w7,
        ArrayView<double> v0, ArrayView<double> v1, ArrayView<double> v2, ArrayView<double> v3, ArrayView<double> v4, ArrayView<double> v5, ArrayView<double> v6, ArrayView<double> v7, [Spec] SpecInt isPreconditioned)
    {
        int group = Grid.IdxX, k = Tensor(cut, group);
        ArrayView<double> p01 = k == 0 ? p0 : p1, p23 = k == 2 ? p2 : p3, p45 = k == 4 ? p4 : p5, p67 = k == 6 ? p6 : p7;
        ArrayView<double> p03 = k < 2 ? p01 : p23, p47 = k < 6 ? p45 : p67, p = k < 4 ? p03 : p47;
        ArrayView<double> g01 = k == 0 ? g0 : g1, g23 = k == 2 ? g2 : g3, g45 = k == 4 ? g4 : g5, g67 = k == 6 ? g6 : g7;
        ArrayView<double> g03 = k < 2 ? g01 : g23, g47 = k < 6 ? g45 : g67, g = k < 4 ? g03 : g47;
        ArrayView<double> w01 = k == 0 ? w0 : w1, w23 = k == 2 ? w2 : w3, w45 = k == 4 ? w4 : w5, w67 = k == 6 ? w6 : w7;
        ArrayView<double> w03 = k < 2 ? w01 : w23, w47 = k < 6 ? w45 : w67, w = k < 4 ? w03 : w47;
        ArrayView<double> v01 = k == 0 ? v0 : v1, v23 = k == 2 ? v2 : v3, v45 = k == 4 ? v4 : v5, v67 = k == 6 ? v6 : v7;
        ArrayView<double> v03 = k < 2 ? v01 : v23, v47 = k < 6 ? v45 : v67, v = k < 4 ? v03 : v47;
        int own = group - First(cut, k), groups = Groups(cut, k), length = Length(cut, k), replica = own / groups, thread = ((own - (replica * groups)) * Group.DimX) + Group.IdxX;
        int at = replica * Coefficients, from = replica * RandomState.Size, last = (length - 1) / 2;
        double slope = coefficients[at], pull = coefficients[at + 1], spread = coefficients[at + 2], clip = coefficients[at + 3], inverseRoot = coefficients[at + 4];
        ulong seed = RandomKernels.Join(state, from), stream = RandomKernels.Join(state, from + 2), position = RandomKernels.Join(state, from + 4) + (uint)Before(cut, k);
        Group.Barrier();
        if (thread > last) return;
        int i = 2 * thread;
        long to = ((long)replica * length) + i;
        var (a, b, c, d) = Philox.Block(seed, stream, position + (uint)thread);
        double radius = RandomKernels.Radius(a, b), angle = RandomKernels.Angle(c, d);
        SgldElement<double, F64>(p, g, w, v, to, radius * Math.Cos(angle), slope, pull, spread, clip, inverseRoot, numbers, isPreconditioned);
        if (i + 1 < length) SgldElement<double, F64>(p, g, w, v, to + 1, radius * Math.Sin(angle), slope, pull, spread, clip, inverseRoot, numbers, isPreconditioned);
    }

    private static void SgldElement<T, TM>(
        ArrayView<T> p, ArrayView<T> g, ArrayView<T> w, ArrayView<T> v, long at, T normal, T slope, T pull, T spread, T clip, T inverseRoot, SgldNumbers numbers, SpecInt isPreconditioned)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        T parameter = p[at], gradient = g[at];
        if (isPreconditioned != 0)
        {
            T square = OptimizerRules.DecayedSquare(v[at], gradient * clip, TM.Of(numbers.Decay), TM.Of(1 - numbers.Decay));
            v[at] = square;
            p[at] = OptimizerRules.Sgld<T, TM>(parameter, gradient, w[at], normal, slope, pull, spread, OptimizerRules.Metric<T, TM>(square, inverseRoot, TM.Of(numbers.Damping)));
        }
        else
        {
            p[at] = OptimizerRules.Sgld(parameter, gradient, w[at], normal, slope, pull, spread);
        }
    }
}

/// <summary>Constants of the metric of a Langevin step.</summary>
internal struct SgldNumbers
{
    public double Decay, Damping;
}
