namespace Handmade.Analysis;

/// <summary>A head's sums, in the order of <see cref="HeadStatistics.Total"/>, and the scores that follow from them on the host and on devices.</summary>
internal struct HeadTotals
{
    public double Rows, Touching, Contact, Impact, ImpactContact, OffSelf, AwakeTouching, AwakeFree, Null, Hits;
    public double Pairs, A, D, AD, AA, DD, C;

    public static double Gate(HeadTotals of) => (of.AwakeTouching / of.Touching) - (of.AwakeFree / (of.Rows - of.Touching));

    // The indicator of contact is its own square, and its product with A sums to S's numerator.
    public static double ContactCorrelation(HeadTotals of) => Pearson(of, of.C, of.Contact, of.C);

    public static double DistanceCorrelation(HeadTotals of) => Pearson(of, of.D, of.AD, of.DD);

    private static double Pearson(HeadTotals of, double y, double ay, double yy) =>
        ((of.Pairs * ay) - (of.A * y)) / Math.Sqrt(((of.Pairs * of.AA) - (of.A * of.A)) * ((of.Pairs * yy) - (y * y)));
}
