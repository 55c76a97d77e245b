using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Analysis;

/// <summary>
/// What the scores of heads follow from, summed over the frames seen so far: so frames may come in portions, and an evaluation needs the
/// memory of one portion.
/// </summary>
/// <param name="Sums">f64 <c>[R, H, ·]</c>, in the order of <see cref="Total"/>.</param>
/// <param name="Histogram">i32 <c>[R, H, 2, ·]</c>: weights on particles that are not touched, and on those that are, by size.</param>
/// <param name="Heights">f64 <c>[R, H, bins, 3]</c>: of the particles that touch somebody, by their height, how many, their Σ of S and of the null.</param>
public sealed record HeadStatistics(TensorView Sums, TensorView Histogram, TensorView Heights)
{
    // The upper half of a float's bits orders the non-negative floats in steps of 1/128 of their size: fine enough
    // for the area under the curve, where ties count half.
    internal const int Bins = 0x3F80 + 1;

    /// <summary>Of no frames yet. Heights from 0 to 1 fall into so many equal bins; what lies beyond counts to the nearest.</summary>
    public static HeadStatistics Empty(Device device, int replicas, int heads, int heightBins = 1) => new(
        Copy.Full(device, [replicas, heads, (int)Total.Count], DType.F64, 0),
        Copy.Full(device, [replicas, heads, 2, Bins], DType.I32, 0),
        Copy.Full(device, [replicas, heads, heightBins, HeightScore.Count], DType.F64, 0));

    internal static int Bin(double weight) => Math.Clamp(BitConverter.SingleToInt32Bits((float)weight) >> 16, 0, Bins - 1);

    internal static int HeightBin(float height, int bins) => Math.Min(Math.Max((int)(height * bins), 0), bins - 1);

    /// <summary>The sums. A is a weight, d a distance, c 1 for a pair that touches; T are the particles that touch somebody.</summary>
    internal enum Total
    {
        Rows, Touching, Contact, Impact, ImpactContact, OffSelf, AwakeTouching, AwakeFree, Null, Hits,
        Pairs, A, D, AD, AA, DD, C,
        Count,
    }
}
