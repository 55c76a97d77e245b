namespace Handmade.Analysis;

/// <summary>
/// How well one attention head points at collisions, by every measure that is in use. C(i) are the particles that particle
/// i touches at any moment of the frame, T the particles that touch somebody, A the head's attention.
/// </summary>
/// <param name="Contact">S = mean over T of Σ_{j∈C(i)} A_ij: the contact score (Hitchcock et al. 2025; the definition is our reconstruction).</param>
/// <param name="ImpactWeighted">S_w: the same mean weighted by how much the velocity changed beyond free fall, |Δv − gΔt|.</param>
/// <param name="OffSelf">S_off = mean over T of the partners' attention divided by 1 − A_ii. Equal to S where self is masked.</param>
/// <param name="Gate">G = mean of 1 − A_ii over T minus the same over free particles: does the head look up when there is contact?</param>
/// <param name="TopOne">Share of T whose largest weight on another particle lies on a partner.</param>
/// <param name="Auc">Area under the ROC curve of A_ij as a classifier of contact, over all pairs i ≠ j.</param>
/// <param name="ContactCorrelation">Pearson correlation of A_ij and the contact indicator, i ≠ j.</param>
/// <param name="DistanceCorrelation">ADC: Pearson correlation of A_ij and the distance d_ij at the frame's start, i ≠ j.</param>
/// <param name="MeanDistance">Mean over particles of Σ_j A_ij d_ij: how far the head looks, in box lengths.</param>
/// <param name="Null">What uniform attention to the other particles scores: mean over T of |C(i)|/(N−1), or /N where self is allowed.</param>
/// <param name="Touching">Number of rows in T.</param>
public sealed record HeadScore(
    double Contact, double ImpactWeighted, double OffSelf, double Gate, double TopOne, double Auc,
    double ContactCorrelation, double DistanceCorrelation, double MeanDistance, double Null, long Touching)
{
    /// <summary>How many numbers a score has.</summary>
    public const int Count = 11;

    /// <summary>Their names, as columns of metrics have them.</summary>
    public static IReadOnlyList<string> Names =>
        ["contact", "impact_weighted", "off_self", "gate", "top_one", "auc", "contact_correlation", "distance_correlation", "mean_distance", "null", "touching"];

    /// <summary>The numbers in the order of declaration.</summary>
    public double[] ToArray() =>
        [Contact, ImpactWeighted, OffSelf, Gate, TopOne, Auc, ContactCorrelation, DistanceCorrelation, MeanDistance, Null, Touching];

    /// <summary>The score of such numbers.</summary>
    public static HeadScore FromArray(ReadOnlySpan<double> s) => new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9], (long)s[10]);

    /// <summary>true, partial or none, by thresholds that are printed with every table; none where nobody touched.</summary>
    public HeadLabel Label(double trueFrom, double noneBelow) =>
        Contact >= trueFrom ? HeadLabel.True : Contact >= noneBelow ? HeadLabel.Partial : HeadLabel.None;
}

/// <summary>What a head is, by its contact score.</summary>
public enum HeadLabel
{
    /// <summary>Not a collision detector.</summary>
    None,

    /// <summary>Looks at collision partners, and elsewhere too.</summary>
    Partial,

    /// <summary>A collision detector.</summary>
    True,
}
