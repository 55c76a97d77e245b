namespace Handmade.Kernels.Ops;

/// <summary>The norm of a network's gradient on devices. Bound by memory: each gradient is read once.</summary>
internal static partial class GradientClipKernels
{
    /// <summary>How many gradients one kernel goes over. OpenCL C 1.2 has no tables of pointers, so they are its parameters.</summary>
    public const int Tensors = 8;

    /// <summary>Σ g² of each piece of up to 8 gradients, in double: squares is [replicas, piecesPerReplica], the batch's first piece number firstPiece.</summary>
    [Kernel]
    public static void Squares<T, TM>(
        ArrayView<double> squares, ArrayView<T> g0, ArrayView<T> g1, ArrayView<T> g2, ArrayView<T> g3, ArrayView<T> g4, ArrayView<T> g5, ArrayView<T> g6, ArrayView<T> g7,
        GradientPieces batch, int replicas, int pieces, int firstPiece, int piecesPerReplica, int longest, [Spec] SpecInt lanes)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        ArrayView<double> shared = SharedMemory.Allocate<double>(RowKernels.Threads), chains = LocalMemory.Allocate<double>(RowKernels.Chains);
        int lane = Group.IdxX, unit = (Grid.IdxX * Group.DimY) + Group.IdxY, replica = unit / pieces, piece = unit % pieces, start = 0;
        long length = batch.Length0;
        ArrayView<T> g = g0;
        if (piece >= batch.Start1) { g = g1; start = batch.Start1; length = batch.Length1; }
        if (piece >= batch.Start2) { g = g2; start = batch.Start2; length = batch.Length2; }
        if (piece >= batch.Start3) { g = g3; start = batch.Start3; length = batch.Length3; }
        if (piece >= batch.Start4) { g = g4; start = batch.Start4; length = batch.Length4; }
        if (piece >= batch.Start5) { g = g5; start = batch.Start5; length = batch.Length5; }
        if (piece >= batch.Start6) { g = g6; start = batch.Start6; length = batch.Length6; }
        if (piece >= batch.Start7) { g = g7; start = batch.Start7; length = batch.Length7; }
        long from = (long)(piece - start) * longest, first = (replica * length) + from + lane;
        int count = replica < replicas ? RowKernels.Count((int)Math.Min(longest, length - from), lane, lanes) : 0;
        for (int j = 0; j < RowKernels.Chains; j++) chains[j] = 0;
        int i = 0;
        for (; i + RowKernels.Chains <= count; i += RowKernels.Chains)
            for (int j = 0; j < RowKernels.Chains; j++)
            {
                double x = TM.ToDouble(g[first + ((i + j) * lanes)]);
                chains[j] += x * x;
            }
        for (; i < count; i++)
        {
            double x = TM.ToDouble(g[first + (i * lanes)]);
            chains[0] += x * x;
        }
        double sum = RowKernels.Fold<double, SumOfElements<double, F64>>(chains);
        if (lanes > 1) sum = RowKernels.Across<double, SumOfElements<double, F64>>(shared, sum, lanes);
        if (lane == 0 && replica < replicas) squares[((long)replica * piecesPerReplica) + firstPiece + piece] = sum;
    }

    /// <summary>Norm and factor of each replica from its squares, and the flag of a norm that is not finite.</summary>
    [Kernel]
    public static void Factor(
        ArrayView<double> norm, ArrayView<double> factor, ArrayView<int> failedStep, ArrayView<double> squares, ArrayView<int> steps, int replicas, int pieces, double maxNorm,
        [Spec] SpecInt lanes)
    {
        ArrayView<double> shared = SharedMemory.Allocate<double>(RowKernels.Threads);
        int lane = Group.IdxX, replica = (Grid.IdxX * Group.DimY) + Group.IdxY, count = replica < replicas ? RowKernels.Count(pieces, lane, lanes) : 0;
        double sum = RowKernels.Along<double, SumOfElements<double, F64>>(squares, ((long)replica * pieces) + lane, count, lanes, 0);
        if (lanes > 1) sum = RowKernels.Across<double, SumOfElements<double, F64>>(shared, sum, lanes);
        if (lane == 0 && replica < replicas)
        {
            double length = Math.Sqrt(sum);
            norm[replica] = length;
            factor[replica] = Math.Min(1, maxNorm / (length + 1e-6));
            if (!double.IsFinite(length) && failedStep[replica] == 0) failedStep[replica] = steps[replica] + 1;
        }
    }
}

/// <summary>Of up to 8 gradients: how many elements each has in one replica, and which of the batch's pieces is its first.</summary>
internal struct GradientPieces
{
    public long Length0, Length1, Length2, Length3, Length4, Length5, Length6, Length7;
    public int Start1, Start2, Start3, Start4, Start5, Start6, Start7, Unused;
}
