namespace Handmade.Kernels.Ops;

/// <summary>A product's extents, and its operands' strides in elements. Columns of c are dense.</summary>
internal struct GemmSizes
{
    public int M, N, K;
    public long ARow, ACol, BRow, BCol, CRow;

    /// <summary>What is added to the product, and whether the activated result is wanted: a sum of these.</summary>
    public const int HasBias = 1, HasResidual = 2, HasActivated = 4;

    /// <summary>How many leading axes of different strides the kernels walk.</summary>
    public const int MostAxes = 4;

    /// <summary>The first elements of one of the batch's matrices.</summary>
    public static void Seek(MapAxes batch, int axes, int matrix, ref long a, ref long b, ref long c)
    {
        if (axes > 3) MapKernels.Step(batch.Axis3, ref matrix, ref a, ref b, ref c);
        if (axes > 2) MapKernels.Step(batch.Axis2, ref matrix, ref a, ref b, ref c);
        if (axes > 1) MapKernels.Step(batch.Axis1, ref matrix, ref a, ref b, ref c);
        if (axes > 0) MapKernels.Step(batch.Axis0, ref matrix, ref a, ref b, ref c);
    }
}
