namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// How the circle of the first summand stands to that of the second at one frequency, where the two have tables of their own. With E_t = C·cos wt + S·sin wt as the
/// real part of Z·exp(iwt), Z = C − iS, a circle that is turned by φ has Z·exp(iφ): the angle is that of the scalar product of the two Z.
/// </summary>
/// <param name="Angle">φ, −π … π: if b stands at wb, then a stands at wa + φ. 0 where both share a table.</param>
/// <param name="Alignment">
/// How much of one circle the other is but for turn and size: 1 where the two are one, 0 where they lie in planes at right angles or go round in opposite ways, and the angle
/// means nothing. 1 where both share a table.
/// </param>
public readonly record struct CircleTurn(double Angle, double Alignment)
{
    /// <summary>Of a table with itself.</summary>
    public static CircleTurn None => new(0, 1);

    /// <summary>φ in degrees, −180 … 180.</summary>
    public double Degrees => Angle * 180 / Math.PI;

    /// <summary>At one frequency of two tables.</summary>
    public static CircleTurn At(TokenTables tables, int frequency) => tables.IsShared ? None : Of(Circle.Coefficients(tables.First, frequency), Circle.Coefficients(tables.Second, frequency));

    /// <summary>
    /// φ of the main Pizza that a circle with this turn accompanies. The circle has twice its frequency, so twice its angle, and an angle has two halves: the one nearer to
    /// the angle at which the main circle itself stands.
    /// </summary>
    /// <param name="main">The turn at the main frequency.</param>
    /// <param name="isFolded">Whether twice the main frequency is n less this one's: the circle goes round the other way then.</param>
    internal double OfMain(CircleTurn main, bool isFolded)
    {
        double half = (isFolded ? -Angle : Angle) / 2;
        return Math.Cos(half - main.Angle) >= 0 ? half : half + Math.PI;
    }

    /// <summary>Of two waves.</summary>
    internal static CircleTurn Of((double[] C, double[] S) first, (double[] C, double[] S) second)
    {
        double re = Circle.Dot(first.C, second.C) + Circle.Dot(first.S, second.S), im = Circle.Dot(first.C, second.S) - Circle.Dot(first.S, second.C);
        return new(Math.Atan2(im, re), Math.Sqrt(((re * re) + (im * im)) / (Squares(first) * Squares(second))));

        static double Squares((double[] C, double[] S) wave) => Circle.Dot(wave.C, wave.C) + Circle.Dot(wave.S, wave.S);
    }
}
