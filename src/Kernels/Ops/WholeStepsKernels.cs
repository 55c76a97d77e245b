using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// A network that trains inside one multiprocessor: a group loads the parameters and moments of a replica into shared memory, takes as many whole steps
/// as it was told to (forward, backward, AdamW) and writes them back. No step touches memory beyond the multiprocessor but for the examples, which
/// stay in its cache.
/// </summary>
/// <remarks>
/// Bound by arithmetic and shared memory together: products are 4 × 4 sums in registers, 16 multiply-adds for 8 numbers read. Every sum is one chain of fused
/// multiply-adds in increasing index (examples, inputs or outputs), whichever thread takes it, so a replica's bits depend neither on the other
/// replicas nor on how many examples pass at a time nor on how the steps are cut into launches.
/// </remarks>
internal static partial class WholeStepsKernels
{
    /// <summary>The most tensors of parameters: 8 with their moments stay below the 1,024 bytes of arguments that every OpenCL device takes.</summary>
    public const int Most = 8;

    /// <summary>Numbers of a layer in the plan: inputs, outputs, where weights, bias (−1: none), input and output lie, and whether tanh follows.</summary>
    public const int LayerNumbers = 7;

    /// <summary>Numbers of a tensor in the plan, behind the layers: where it lies, its rows and columns, and whether they change places on the way.</summary>
    public const int TensorNumbers = 4;

    /// <summary>Steps whose bias corrections are worked out at once.</summary>
    public const int Ahead = 64;

    /// <summary>Numbers of a step among them: for each of two rules the rate over the first correction and one over the root of the second.</summary>
    public const int Corrections = 4;

    /// <summary>Elements from one row of a matrix in shared memory to the next: an odd number of quadruples, so that eight threads that read eight rows meet different banks.</summary>
    public static int Row(int columns) => 4 * (((columns + 3) / 4) | 1);

    /// <summary>Per replica: rate and decay of the first rule, then of the second.</summary>
    [Kernel]
    public static void Prepare(
        ArrayView<double> rules, ArrayView<double> ratesA, ArrayView<double> ratesB, ArrayView<double> decaysA, ArrayView<double> decaysB, double decayA, double decayB, int isEachA, int isEachB, int replicas)
    {
        int r = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (r >= replicas) return;
        rules[4 * r] = ratesA[r];
        rules[(4 * r) + 1] = isEachA != 0 ? decaysA[r] : decayA;
        rules[(4 * r) + 2] = ratesB[r];
        rules[(4 * r) + 3] = isEachB != 0 ? decaysB[r] : decayB;
    }

    /// <summary>A group takes the steps of one replica. One that meets a gradient which is not finite stops before it is applied, and says at which step.</summary>
    [Kernel(ExceedsSharedLimit = true)]
    public static void Advance<T, TM>(
        ArrayView<T> x, ArrayView<T> targets, ArrayView<int> classes, ArrayView<T> losses, ArrayView<int> failed, ArrayView<int> plan, ArrayView<double> rules, ArrayView<int> stepsA, ArrayView<int> stepsB,
        WholeStepsSizes sizes, AdamNumbers numbers,
        ArrayView<T> p0, ArrayView<T> p1, ArrayView<T> p2, ArrayView<T> p3, ArrayView<T> p4, ArrayView<T> p5, ArrayView<T> p6, ArrayView<T> p7,
        ArrayView<T> m0, ArrayView<T> m1, ArrayView<T> m2, ArrayView<T> m3, ArrayView<T> m4, ArrayView<T> m5, ArrayView<T> m6, ArrayView<T> m7,
        ArrayView<T> v0, ArrayView<T> v1, ArrayView<T> v2, ArrayView<T> v3, ArrayView<T> v4, ArrayView<T> v5, ArrayView<T> v6, ArrayView<T> v7)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>, IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.GetDynamic<T>();
        int replica = Grid.IdxX, thread = Group.IdxX, threads = Group.DimX, all = sizes.Parameters;
        int corrections = 4 * all, flag = corrections + (2 * Ahead * Corrections), rowLosses = flag + 4;
        // The places between the columns that are used stay zero: products run over whole quadruples.
        for (int e = thread; e < rowLosses; e += threads) shared[e] = TM.Of(0);
        Group.Barrier();
        Exchange(shared, plan, sizes, replica, 1, p0, p1, p2, p3, p4, p5, p6, p7, m0, m1, m2, m3, m4, m5, m6, m7, v0, v1, v2, v3, v4, v5, v6, v7);

        int doneA = stepsA[replica], doneB = stepsB[replica], stop = failed[replica], step = 0, isAlive = stop == 0 ? 1 : 0;
        double rateA = rules[4 * replica], rateB = rules[(4 * replica) + 2];
        T shrinkA = TM.Of(1 - (rateA * rules[(4 * replica) + 1])), shrinkB = TM.Of(1 - (rateB * rules[(4 * replica) + 3]));
        while (step < sizes.Steps && isAlive != 0)
        {
            // Two halves in turn: threads that are still updating read the other one.
            if (step % Ahead == 0) Correct<T, TM>(shared, corrections + (step / Ahead % 2 * Ahead * Corrections), doneA + step, doneB + step, rateA, rateB, numbers);
            int isRecorded = sizes.Every > 0 && (sizes.Before + step) % sizes.Every == 0 ? 1 : 0;
            for (int first = 0; first < sizes.Examples; first += sizes.Chunk)
            {
                int rows = Math.Min(sizes.Chunk, sizes.Examples - first);
                long example = ((long)replica * sizes.Examples) + first;
                // A training set that fits as a whole stays.
                if (step == 0 || sizes.Chunk < sizes.Examples) Fetch<T, TM>(shared, x, plan[4], plan[0], example, rows);
                Group.Barrier();
                for (int layer = 0; layer < sizes.Layers; layer++)
                {
                    int at = layer * LayerNumbers;
                    Forward<T, TM>(shared, plan[at], plan[at + 1], plan[at + 2], plan[at + 3], plan[at + 4], plan[at + 5], plan[at + 6], rows);
                    Group.Barrier();
                }
                int last = (sizes.Layers - 1) * LayerNumbers, outputs = plan[last + 1], answers = plan[last + 5];
                if (sizes.Classifies != 0) Likelihoods<T, TM>(shared, classes, answers, outputs, example, rows, sizes.Examples, rowLosses + first);
                else Differences<T, TM>(shared, targets, answers, outputs, example, rows, sizes.Examples);
                Group.Barrier();
                if (isRecorded != 0 && sizes.Classifies == 0) Squares<T, TM>(shared, answers, outputs, rows, rowLosses + first);
                for (int layer = sizes.Layers - 1; layer >= 0; layer--)
                {
                    int at = layer * LayerNumbers, isLast = first + sizes.Chunk >= sizes.Examples ? 1 : 0;
                    Gradient<T, TM>(shared, plan[at], plan[at + 1], all + plan[at + 2], plan[at + 3] < 0 ? -1 : all + plan[at + 3], plan[at + 4], plan[at + 5], rows, first, isLast, flag);
                    Group.Barrier();
                    if (layer > 0) Backward<T, TM>(shared, plan[at], plan[at + 1], plan[at + 2], plan[at + 4], plan[at + 5], plan[at - 1], rows);
                    Group.Barrier();
                }
            }
            if (isRecorded != 0 && thread == 0)
                losses[((long)((sizes.Before + step) / sizes.Every) * sizes.Replicas) + replica] = Total<T, TM>(shared, rowLosses, plan[((sizes.Layers - 1) * LayerNumbers) + 1], sizes);
            isAlive = shared[flag] == TM.Of(0) ? 1 : 0;
            if (isAlive != 0) Update<T, TM>(shared, all, sizes.Split, corrections + (step % (2 * Ahead) * Corrections), shrinkA, shrinkB, numbers);
            step += isAlive;
        }

        Group.Barrier();
        Exchange(shared, plan, sizes, replica, 0, p0, p1, p2, p3, p4, p5, p6, p7, m0, m1, m2, m3, m4, m5, m6, m7, v0, v1, v2, v3, v4, v5, v6, v7);
        if (thread == 0)
        {
            stepsA[replica] = doneA + step;
            stepsB[replica] = doneB + step;
            if (isAlive == 0 && stop == 0) failed[replica] = doneA + step + 1;
            // What a replica that stopped would have recorded.
            for (int missing = stop == 0 ? step + 1 : 0; missing < sizes.Steps && sizes.Every > 0; missing++)
                if ((sizes.Before + missing) % sizes.Every == 0) losses[((long)((sizes.Before + missing) / sizes.Every) * sizes.Replicas) + replica] = TM.Of(double.NaN);
        }
    }

    // Parameters and moments of a replica into shared memory or back, an element a thread and tensor.
    private static void Exchange<T>(
        ArrayView<T> shared, ArrayView<int> plan, WholeStepsSizes sizes, int replica, int isLoad,
        ArrayView<T> p0, ArrayView<T> p1, ArrayView<T> p2, ArrayView<T> p3, ArrayView<T> p4, ArrayView<T> p5, ArrayView<T> p6, ArrayView<T> p7,
        ArrayView<T> m0, ArrayView<T> m1, ArrayView<T> m2, ArrayView<T> m3, ArrayView<T> m4, ArrayView<T> m5, ArrayView<T> m6, ArrayView<T> m7,
        ArrayView<T> v0, ArrayView<T> v1, ArrayView<T> v2, ArrayView<T> v3, ArrayView<T> v4, ArrayView<T> v5, ArrayView<T> v6, ArrayView<T> v7)
        where T : unmanaged
    {
        int all = sizes.Parameters;
        for (int k = 0; k < sizes.Tensors; k++)
        {
            ArrayView<T> p01 = k == 0 ? p0 : p1, p23 = k == 2 ? p2 : p3, p45 = k == 4 ? p4 : p5, p67 = k == 6 ? p6 : p7;
            ArrayView<T> p03 = k < 2 ? p01 : p23, p47 = k < 6 ? p45 : p67, p = k < 4 ? p03 : p47;
            ArrayView<T> m01 = k == 0 ? m0 : m1, m23 = k == 2 ? m2 : m3, m45 = k == 4 ? m4 : m5, m67 = k == 6 ? m6 : m7;
            ArrayView<T> m03 = k < 2 ? m01 : m23, m47 = k < 6 ? m45 : m67, m = k < 4 ? m03 : m47;
            ArrayView<T> v01 = k == 0 ? v0 : v1, v23 = k == 2 ? v2 : v3, v45 = k == 4 ? v4 : v5, v67 = k == 6 ? v6 : v7;
            ArrayView<T> v03 = k < 2 ? v01 : v23, v47 = k < 6 ? v45 : v67, v = k < 4 ? v03 : v47;
            int about = (sizes.Layers * LayerNumbers) + (k * TensorNumbers), start = plan[about], rows = plan[about + 1], columns = plan[about + 2], isTurned = plan[about + 3], row = Row(isTurned != 0 ? rows : columns);
            long own = (long)replica * rows * columns;
            for (int e = Group.IdxX; e < rows * columns; e += Group.DimX)
            {
                int r = e / columns, c = e - (r * columns), place = start + (isTurned != 0 ? (c * row) + r : (r * row) + c);
                if (isLoad != 0)
                {
                    shared[place] = p[own + e];
                    shared[(2 * all) + place] = m[own + e];
                    shared[(3 * all) + place] = v[own + e];
                }
                else
                {
                    p[own + e] = shared[place];
                    m[own + e] = shared[(2 * all) + place];
                    v[own + e] = shared[(3 * all) + place];
                }
            }
        }
    }
}

/// <summary>What a call of the kernel has to know of its network and its work.</summary>
internal struct WholeStepsSizes
{
    /// <summary>Layers, tensors of parameters, and elements of the parameters as they lie in shared memory; those before Split follow the first rule.</summary>
    public int Layers, Tensors, Parameters, Split;

    /// <summary>Examples of a replica, and how many pass at a time.</summary>
    public int Examples, Chunk;

    /// <summary>Steps to take, those of the same run that were taken before, and how many lie between two recorded losses (0: none is).</summary>
    public int Steps, Before, Every;

    /// <summary>Replicas, and 1 for classes instead of targets.</summary>
    public int Replicas, Classifies;
}
