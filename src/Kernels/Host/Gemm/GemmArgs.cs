namespace Handmade.Kernels.Host;

/// <summary>
/// One matrix product on raw memory: <c>C[i,j] = (C[i,j] if Accumulate) + Σₚ A[i,p]·B[p,j] + Bias[j] + Residual[i,j]</c>, added in this order,
/// i &lt; M, j &lt; N, p &lt; K. A is [M, K] and B is [K, N] with any strides, so a transposed operand is one whose strides are exchanged; rows of C are contiguous.
/// </summary>
/// <remarks>Strides count elements. C overlaps no input (to add to itself it has Accumulate); Activated may be C.</remarks>
public readonly unsafe struct GemmArgs<T> where T : unmanaged
{
    /// <summary>Rows of A and C.</summary>
    public int M { get; init; }

    /// <summary>Columns of B and C.</summary>
    public int N { get; init; }

    /// <summary>Columns of A, rows of B: the length of the sums. With 0 the sums are zero and the rest still holds.</summary>
    public int K { get; init; }

    /// <summary>The left operand, [M, K].</summary>
    public T* A { get; init; }

    /// <summary>From A[i,p] to A[i+1,p].</summary>
    public nint ARow { get; init; }

    /// <summary>From A[i,p] to A[i,p+1].</summary>
    public nint ACol { get; init; }

    /// <summary>The right operand, [K, N].</summary>
    public T* B { get; init; }

    /// <summary>From B[p,j] to B[p+1,j].</summary>
    public nint BRow { get; init; }

    /// <summary>From B[p,j] to B[p,j+1].</summary>
    public nint BCol { get; init; }

    /// <summary>The result, [M, N].</summary>
    public T* C { get; init; }

    /// <summary>From C[i,j] to C[i+1,j]; the column stride is 1.</summary>
    public nint CRow { get; init; }

    /// <summary>Adds to what C holds instead of replacing it.</summary>
    public bool Accumulate { get; init; }

    /// <summary>[N], added to every row of the product; null for none.</summary>
    public T* Bias { get; init; }

    /// <summary>[M, N] with contiguous rows, added after the bias; null for none.</summary>
    public T* Residual { get; init; }

    /// <summary>From Residual[i,j] to Residual[i+1,j].</summary>
    public nint ResidualRow { get; init; }

    /// <summary>[M, N] with contiguous rows, receives the activation of the finished C; null for none, C itself to keep nothing else.</summary>
    public T* Activated { get; init; }

    /// <summary>From Activated[i,j] to Activated[i+1,j].</summary>
    public nint ActivatedRow { get; init; }

    /// <summary>The part of the product that computes rows [rowBegin, rowEnd) and columns [columnBegin, columnEnd) of C.</summary>
    internal GemmArgs<T> Part(int rowBegin, int rowEnd, int columnBegin, int columnEnd) => this with
    {
        M = rowEnd - rowBegin,
        N = columnEnd - columnBegin,
        A = A + rowBegin * ARow,
        B = B + columnBegin * BCol,
        C = C + rowBegin * CRow + columnBegin,
        Bias = Bias == null ? null : Bias + columnBegin,
        Residual = Residual == null ? null : Residual + rowBegin * ResidualRow + columnBegin,
        Activated = Activated == null ? null : Activated + rowBegin * ActivatedRow + columnBegin,
    };
}
