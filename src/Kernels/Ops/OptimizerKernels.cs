using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Optimiser steps on devices. Kernels know no tables of pointers, so each call takes the views of up to 8 parameters with their gradients and
/// states and a group finds by its number which it works on; 8 of them stay below the 1,024 bytes of arguments that every OpenCL device takes.
/// A network of n parameters is ⌈n/8⌉ calls, and one that works out what is the same for all elements of a replica.
/// </summary>
/// <remarks>
/// Bound by memory: Adam reads four tensors and writes three, SGD reads two or three and writes one or two. One element per thread, and a group stays in
/// one replica of one parameter: all but the elements themselves is the same for its threads.
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
        int group = Grid.IdxX;
        ArrayView<T> p = p0;
        ArrayView<T> g = g0;
        ArrayView<T> m = m0;
        ArrayView<T> v = v0;
        StepPart part = cut.Part0;
        if (group >= cut.Part1.First)
        {
            p = p1;
            g = g1;
            m = m1;
            v = v1;
            part = cut.Part1;
        }
        if (group >= cut.Part2.First)
        {
            p = p2;
            g = g2;
            m = m2;
            v = v2;
            part = cut.Part2;
        }
        if (group >= cut.Part3.First)
        {
            p = p3;
            g = g3;
            m = m3;
            v = v3;
            part = cut.Part3;
        }
        if (group >= cut.Part4.First)
        {
            p = p4;
            g = g4;
            m = m4;
            v = v4;
            part = cut.Part4;
        }
        if (group >= cut.Part5.First)
        {
            p = p5;
            g = g5;
            m = m5;
            v = v5;
            part = cut.Part5;
        }
        if (group >= cut.Part6.First)
        {
            p = p6;
            g = g6;
            m = m6;
            v = v6;
            part = cut.Part6;
        }
        if (group >= cut.Part7.First)
        {
            p = p7;
            g = g7;
            m = m7;
            v = v7;
            part = cut.Part7;
        }
        int replica = (group - part.First) / part.Groups, i = ((group - part.First - (replica * part.Groups)) * Group.DimX) + Group.IdxX;
        if (i >= part.Length) return;
        long at = ((long)replica * part.Length) + i;
        int c = replica * Coefficients;
        T parameter = p[at];
        T gradient = OptimizerRules.Gradient(g[at], parameter, TM.Of(coefficients[c]), TM.Of(coefficients[c + 1]));
        T moment = OptimizerRules.Decayed(m[at], gradient, TM.Of(numbers.Beta1), TM.Of(1 - numbers.Beta1));
        T square = OptimizerRules.DecayedSquare(v[at], gradient, TM.Of(numbers.Beta2), TM.Of(1 - numbers.Beta2));
        m[at] = moment;
        v[at] = square;
        p[at] = OptimizerRules.Adam<T, TM>(parameter, moment, square, TM.Of(coefficients[c + 2]), TM.Of(coefficients[c + 3]), TM.Of(coefficients[c + 4]), TM.Of(numbers.Eps));
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
        int group = Grid.IdxX;
        ArrayView<T> p = p0;
        ArrayView<T> g = g0;
        ArrayView<T> b = b0;
        StepPart part = cut.Part0;
        if (group >= cut.Part1.First)
        {
            p = p1;
            g = g1;
            b = b1;
            part = cut.Part1;
        }
        if (group >= cut.Part2.First)
        {
            p = p2;
            g = g2;
            b = b2;
            part = cut.Part2;
        }
        if (group >= cut.Part3.First)
        {
            p = p3;
            g = g3;
            b = b3;
            part = cut.Part3;
        }
        if (group >= cut.Part4.First)
        {
            p = p4;
            g = g4;
            b = b4;
            part = cut.Part4;
        }
        if (group >= cut.Part5.First)
        {
            p = p5;
            g = g5;
            b = b5;
            part = cut.Part5;
        }
        if (group >= cut.Part6.First)
        {
            p = p6;
            g = g6;
            b = b6;
            part = cut.Part6;
        }
        if (group >= cut.Part7.First)
        {
            p = p7;
            g = g7;
            b = b7;
            part = cut.Part7;
        }
        int replica = (group - part.First) / part.Groups, i = ((group - part.First - (replica * part.Groups)) * Group.DimX) + Group.IdxX;
        if (i >= part.Length) return;
        long at = ((long)replica * part.Length) + i;
        int c = replica * Coefficients;
        T parameter = p[at], keep = TM.Of(momentum);
        T gradient = OptimizerRules.Gradient(g[at], parameter, TM.Of(coefficients[c]), TM.Of(coefficients[c + 1])), move = gradient;
        if (hasBuffer != 0)
        {
            T velocity = OptimizerRules.Velocity(b[at], gradient, keep);
            b[at] = velocity;
            move = isNesterov != 0 ? OptimizerRules.Ahead(gradient, velocity, keep) : velocity;
        }
        p[at] = parameter - (TM.Of(coefficients[c + 2]) * move);
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

/// <summary>A parameter's share of a call: its first group, the groups and the elements of a replica.</summary>
internal struct StepPart
{
    public int First, Groups, Length;
}
