using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Optimiser steps on devices. Kernels know no tables of pointers, so each call takes the views of up to 8 parameters with their gradients and
/// states and a group finds by its number which it works on; 8 of them stay below the 1,024 bytes of arguments that every OpenCL device takes.
/// A network of n parameters is ⌈n/8⌉ calls, and one that works out what is the same for all elements of a replica. Fifty small parameters
/// replayed on PoCL: 0.6 ms of a core against 2.1 ms for fifty launches of one.
/// </summary>
/// <remarks>
/// Bound by memory: Adam reads four tensors and writes three, SGD reads two or three and writes one or two. One element per thread, and a group stays in
/// one replica of one parameter: all but the elements themselves is the same for its threads. On a CPU the lanes of its vectors halve the time (PoCL).
/// </remarks>
internal static partial class OptimizerKernels
{
    /// <summary>Parameters of one call.</summary>
    public const int Most = 8;

    /// <summary>Elements of a group.</summary>
    public const int GroupSize = 256;

    /// <summary>Numbers that a replica's elements share.</summary>
    public const int Coefficients = 8;

    /// <summary>Per replica: clip factor, coupled decay, shrinking by decoupled decay, rate over the first bias correction, one over the root of the second.</summary>
    [Kernel]
    public static void PrepareAdam(
        ArrayView<double> coefficients, ArrayView<double> rates, ArrayView<double> factors, ArrayView<int> steps, ArrayView<double> decays, double decay, int isEach,
        AdamNumbers numbers, int isDecoupled, int replicas)
    {
        int r = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (r >= replicas) return;
        double rate = rates[r], weightDecay = isEach != 0 ? decays[r] : decay;
        int at = r * Coefficients, step = steps[r];
        coefficients[at] = factors[r];
        coefficients[at + 1] = isDecoupled != 0 ? 0 : weightDecay;
        coefficients[at + 2] = isDecoupled != 0 ? 1 - (rate * weightDecay) : 1;
        coefficients[at + 3] = rate / (1 - Math.Pow(numbers.Beta1, step));
        coefficients[at + 4] = 1 / Math.Sqrt(1 - Math.Pow(numbers.Beta2, step));
    }

    [Kernel]
    public static void Adam<T, TM>(
        ArrayView<double> coefficients, StepCut cut, AdamNumbers numbers,
        ArrayView<T> p0, ArrayView<T> p1, ArrayView<T> p2, ArrayView<T> p3, ArrayView<T> p4, ArrayView<T> p5, ArrayView<T> p6, ArrayView<T> p7,
        ArrayView<T> g0, ArrayView<T> g1, ArrayView<T> g2, ArrayView<T> g3, ArrayView<T> g4, ArrayView<T> g5, ArrayView<T> g6, ArrayView<T> g7,
        ArrayView<T> m0, ArrayView<T> m1, ArrayView<T> m2, ArrayView<T> m3, ArrayView<T> m4, ArrayView<T> m5, ArrayView<T> m6, ArrayView<T> m7,
        ArrayView<T> v0, ArrayView<T> v1, ArrayView<T> v2, ArrayView<T> v3, ArrayView<T> v4, ArrayView<T> v5, ArrayView<T> v6, ArrayView<T> v7)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int group = Grid.IdxX, k = Tensor(cut, group);
        ArrayView<T> p01 = k == 0 ? p0 : p1, p23 = k == 2 ? p2 : p3, p45 = k == 4 ? p4 : p5, p67 = k == 6 ? p6 : p7;
        ArrayView<T> p03 = k < 2 ? p01 : p23, p47 = k < 6 ? p45 : p67, p = k < 4 ? p03 : p47;
        ArrayView<T> g01 = k == 0 ? g0 : g1, g23 = k == 2 ? g2 : g3, g45 = k == 4 ? g4 : g5, g67 = k == 6 ? g6 : g7;
        ArrayView<T> g03 = k < 2 ? g01 : g23, g47 = k < 6 ? g45 : g67, g = k < 4 ? g03 : g47;
        ArrayView<T> m01 = k == 0 ? m0 : m1, m23 = k == 2 ? m2 : m3, m45 = k == 4 ? m4 : m5, m67 = k == 6 ? m6 : m7;
        ArrayView<T> m03 = k < 2 ? m01 : m23, m47 = k < 6 ? m45 : m67, m = k < 4 ? m03 : m47;
        ArrayView<T> v01 = k == 0 ? v0 : v1, v23 = k == 2 ? v2 : v3, v45 = k == 4 ? v4 : v5, v67 = k == 6 ? v6 : v7;
        ArrayView<T> v03 = k < 2 ? v01 : v23, v47 = k < 6 ? v45 : v67, v = k < 4 ? v03 : v47;
        int own = group - First(cut, k), groups = Groups(cut, k), length = Length(cut, k), replica = own / groups, start = (own - (replica * groups)) * Group.DimX, i = start + Group.IdxX;
        int c = replica * Coefficients;
        T clip = TM.Of(coefficients[c]), decay = TM.Of(coefficients[c + 1]);
        T shrink = TM.Of(coefficients[c + 2]), stride = TM.Of(coefficients[c + 3]), inverseRoot = TM.Of(coefficients[c + 4]);
        // Nothing is exchanged: but what is read above this line is read once a group, where threads become lanes of vectors.
        Group.Barrier();
        long at = ((long)replica * length) + i;
        // Full groups ask no thread for the bounds: see MapKernels.
        if (length - start >= Group.DimX) AdamElement<T, TM>(p, g, m, v, at, numbers, clip, decay, shrink, stride, inverseRoot);
        else if (i < length) AdamElement<T, TM>(p, g, m, v, at, numbers, clip, decay, shrink, stride, inverseRoot);
    }

    private static void AdamElement<T, TM>(
        ArrayView<T> p, ArrayView<T> g, ArrayView<T> m, ArrayView<T> v, long at, AdamNumbers numbers, T clip, T decay, T shrink, T stride, T inverseRoot)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        T parameter = p[at];
        T gradient = OptimizerRules.Gradient(g[at], parameter, clip, decay);
        T moment = OptimizerRules.Decayed(m[at], gradient, TM.Of(numbers.Beta1), TM.Of(1 - numbers.Beta1));
        T square = OptimizerRules.DecayedSquare(v[at], gradient, TM.Of(numbers.Beta2), TM.Of(1 - numbers.Beta2));
        m[at] = moment;
        v[at] = square;
        p[at] = OptimizerRules.Adam<T, TM>(parameter, moment, square, shrink, stride, inverseRoot, TM.Of(numbers.Eps));
    }

    /// <summary>Per replica: clip factor, decay, rate.</summary>
    [Kernel]
    public static void PrepareSgd(
        ArrayView<double> coefficients, ArrayView<double> rates, ArrayView<double> factors, ArrayView<double> decays, double decay, int isEach, int replicas)
    {
        int r = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (r >= replicas) return;
        int at = r * Coefficients;
        coefficients[at] = factors[r];
        coefficients[at + 1] = isEach != 0 ? decays[r] : decay;
        coefficients[at + 2] = rates[r];
    }

    /// <summary>Without buffers where <paramref name="hasBuffer"/> is 0; their views are then not read.</summary>
    [Kernel]
    public static void Sgd<T, TM>(
        ArrayView<double> coefficients, StepCut cut, double momentum,
        ArrayView<T> p0, ArrayView<T> p1, ArrayView<T> p2, ArrayView<T> p3, ArrayView<T> p4, ArrayView<T> p5, ArrayView<T> p6, ArrayView<T> p7,
        ArrayView<T> g0, ArrayView<T> g1, ArrayView<T> g2, ArrayView<T> g3, ArrayView<T> g4, ArrayView<T> g5, ArrayView<T> g6, ArrayView<T> g7,
        ArrayView<T> b0, ArrayView<T> b1, ArrayView<T> b2, ArrayView<T> b3, ArrayView<T> b4, ArrayView<T> b5, ArrayView<T> b6, ArrayView<T> b7,
        [Spec] SpecInt hasBuffer, [Spec] SpecInt isNesterov)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int group = Grid.IdxX, k = Tensor(cut, group);
        ArrayView<T> p01 = k == 0 ? p0 : p1, p23 = k == 2 ? p2 : p3, p45 = k == 4 ? p4 : p5, p67 = k == 6 ? p6 : p7;
        ArrayView<T> p03 = k < 2 ? p01 : p23, p47 = k < 6 ? p45 : p67, p = k < 4 ? p03 : p47;
        ArrayView<T> g01 = k == 0 ? g0 : g1, g23 = k == 2 ? g2 : g3, g45 = k == 4 ? g4 : g5, g67 = k == 6 ? g6 : g7;
        ArrayView<T> g03 = k < 2 ? g01 : g23, g47 = k < 6 ? g45 : g67, g = k < 4 ? g03 : g47;
        ArrayView<T> b01 = k == 0 ? b0 : b1, b23 = k == 2 ? b2 : b3, b45 = k == 4 ? b4 : b5, b67 = k == 6 ? b6 : b7;
        ArrayView<T> b03 = k < 2 ? b01 : b23, b47 = k < 6 ? b45 : b67, b = k < 4 ? b03 : b47;
        int own = group - First(cut, k), groups = Groups(cut, k), length = Length(cut, k), replica = own / groups, start = (own - (replica * groups)) * Group.DimX, i = start + Group.IdxX;
        int c = replica * Coefficients;
        T clip = TM.Of(coefficients[c]), decay = TM.Of(coefficients[c + 1]), rate = TM.Of(coefficients[c + 2]), keep = TM.Of(momentum);
        Group.Barrier();
        long at = ((long)replica * length) + i;
        if (length - start >= Group.DimX) SgdElement(p, g, b, at, clip, decay, rate, keep, hasBuffer, isNesterov);
        else if (i < length) SgdElement(p, g, b, at, clip, decay, rate, keep, hasBuffer, isNesterov);
    }

    private static void SgdElement<T>(
        ArrayView<T> p, ArrayView<T> g, ArrayView<T> b, long at, T clip, T decay, T rate, T keep, SpecInt hasBuffer, SpecInt isNesterov)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
    {
        T parameter = p[at];
        T gradient = OptimizerRules.Gradient(g[at], parameter, clip, decay), move = gradient;
        if (hasBuffer != 0)
        {
            T velocity = OptimizerRules.Velocity(b[at], gradient, keep);
            b[at] = velocity;
            move = isNesterov != 0 ? OptimizerRules.Ahead(gradient, velocity, keep) : velocity;
        }
        p[at] = parameter - (rate * move);
    }

    // Which parameter a group works on. Choices without branches: compilers that put neighbouring threads into the lanes of vectors see that a group makes one.
    private static int Tensor(StepCut cut, int group) =>
        (group >= cut.Part1.First ? 1 : 0) + (group >= cut.Part2.First ? 1 : 0) + (group >= cut.Part3.First ? 1 : 0) + (group >= cut.Part4.First ? 1 : 0) +
        (group >= cut.Part5.First ? 1 : 0) + (group >= cut.Part6.First ? 1 : 0) + (group >= cut.Part7.First ? 1 : 0);

    // Field by field: a choice between structs would be one between addresses.
    private static int First(StepCut cut, int k) => Choose(
        k, cut.Part0.First, cut.Part1.First, cut.Part2.First, cut.Part3.First, cut.Part4.First, cut.Part5.First, cut.Part6.First, cut.Part7.First);

    private static int Groups(StepCut cut, int k) => Choose(
        k, cut.Part0.Groups, cut.Part1.Groups, cut.Part2.Groups, cut.Part3.Groups, cut.Part4.Groups, cut.Part5.Groups, cut.Part6.Groups, cut.Part7.Groups);

    private static int Length(StepCut cut, int k) => Choose(
        k, cut.Part0.Length, cut.Part1.Length, cut.Part2.Length, cut.Part3.Length, cut.Part4.Length, cut.Part5.Length, cut.Part6.Length, cut.Part7.Length);

    private static int Before(StepCut cut, int k) => Choose(
        k, cut.Part0.Before, cut.Part1.Before, cut.Part2.Before, cut.Part3.Before, cut.Part4.Before, cut.Part5.Before, cut.Part6.Before, cut.Part7.Before);

    // By halves, each choice in a variable: nested they would be branches.
    private static int Choose(int k, int n0, int n1, int n2, int n3, int n4, int n5, int n6, int n7)
    {
        int n01 = k == 0 ? n0 : n1, n23 = k == 2 ? n2 : n3, n45 = k == 4 ? n4 : n5, n67 = k == 6 ? n6 : n7;
        int n03 = k < 2 ? n01 : n23, n47 = k < 6 ? n45 : n67;
        return k < 4 ? n03 : n47;
    }
}

/// <summary>Constants of Adam.</summary>
internal struct AdamNumbers
{
    public double Beta1, Beta2, Eps;
}

/// <summary>How a call's groups fall on its parameters.</summary>
internal struct StepCut
{
    public StepPart Part0, Part1, Part2, Part3, Part4, Part5, Part6, Part7;
}

/// <summary>A parameter's share of a call: its first group, the groups and the elements of a replica, and the threads that a replica of all parameters before it takes.</summary>
internal struct StepPart
{
    public int First, Groups, Length, Before;
}
