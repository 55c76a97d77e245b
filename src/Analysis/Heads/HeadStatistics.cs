using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Analysis;

/// <summary>
/// What the scores of heads follow from, summed over the frames seen so far: so frames may come in portions, and an evaluation needs the
/// memory of one portion.
/// </summary>
/// <param name="Sums">f64 <c>[R, H, ·]</c>, in the order of <see cref="Total"/>.</param>
/// <param name="Histogram">i32 <c>[R, H, 2, ·]</c>: weights on particles that are not touched, and on those that are, by size.</param>
public sealed record HeadStatistics(TensorView Sums, TensorView Histogram)
{
    // The upper half of a float's bits orders the non-negative floats in steps of 1/128 of their size: fine enough
    // for the area under the curve, where ties count half.
    internal const int Bins = 0x3F80 + 1;

    /// <summary>Of no frames yet.</summary>
    public static HeadStatistics Empty(Device device, int replicas, int heads) => new(
        Copy.Full(device, [replicas, heads, (int)Total.Count], DType.F64, 0),
        Copy.Full(device, [replicas, heads, 2, Bins], DType.I32, 0));

    internal static int Bin(double weight) => Math.Clamp(BitConverter.SingleToInt32Bits((float)weight) >> 16, 0, Bins - 1);

    /// <summary>The sums. A is a weight, d a distance, c 1 for a pair that touches; T are the particles that touch somebody.</summary>
    internal enum Total
    {
        Rows, Touching, Contact, Impact, ImpactContact, OffSelf, AwakeTouching, AwakeFree, Null, Hits,
        Pairs, A, D, AD, AA, DD, C,
        Count,
    }
}
