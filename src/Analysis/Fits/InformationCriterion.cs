namespace Handmade.Analysis.Fits;

/// <summary>Akaike's information criterion with its correction for few points (Hurvich and Tsai 1989).</summary>
internal static class InformationCriterion
{
    /// <summary>
    /// Of a line with change points and noise: level, slope, variance, and three for each change. Its slope is one; its place, searched among all, takes up as much
    /// noise as two (counted as one, two changes are found in a fifth of the curves that have one).
    /// </summary>
    public static int Parameters(int changes) => 3 + (3 * changes);

    /// <summary>n·ln(SSR/n) + 2k + 2k(k+1)/(n−k−1); residuals below rounding count as rounding.</summary>
    public static double Aicc(double residualSum, double totalSum, int n, int parameters) =>
        (n * Math.Log(Math.Max(residualSum, 1e-14 * totalSum) / n)) + (2 * parameters) + (2.0 * parameters * (parameters + 1) / (n - parameters - 1));
}
