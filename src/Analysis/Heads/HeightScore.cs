namespace Handmade.Analysis;

/// <summary>The contact score of a head over the particles of one range of heights.</summary>
/// <param name="Touching">Number of rows: particles that touch somebody, over all frames.</param>
/// <param name="ContactSum">Σ of the attention that they give to their contacts.</param>
/// <param name="NullSum">The same for uniform attention.</param>
public readonly record struct HeightScore(long Touching, double ContactSum, double NullSum)
{
    /// <summary>How many numbers it has.</summary>
    public const int Count = 3;

    /// <summary>S over these particles; NaN where nobody touches.</summary>
    public double Contact => ContactSum / Touching;

    /// <summary>What uniform attention scores here.</summary>
    public double Null => NullSum / Touching;

    /// <summary>The numbers in the order of declaration.</summary>
    public double[] ToArray() => [Touching, ContactSum, NullSum];

    /// <summary>The score of such numbers.</summary>
    public static HeightScore FromArray(ReadOnlySpan<double> s) => new((long)s[0], s[1], s[2]);
}
