using Handmade.Analysis.ModularAddition;

namespace Handmade.Analysis.Tests.ModularAddition;

/// <summary>By which angle the circle of one summand stands turned against that of the other, read from their tables.</summary>
public class CircleTurnTests
{
    private const int P = 31, K = 4;

    // Circles of radius r in the plane of two axes of four dimensions, with a wave of another frequency beside them.
    private static double[][] Table(double turn, double radius = 1, int axis = 0, int sense = 1) =>
    [
        .. Enumerable.Range(0, P).Select(t =>
        {
            var row = new double[4];
            double angle = (2 * Math.PI * K * t / P) + turn;
            row[axis] = (radius * Math.Cos(angle)) + 3;
            row[axis + 1] = (radius * sense * Math.Sin(angle)) + (0.2 * Math.Cos(2 * Math.PI * 9 * t / P));
            return row;
        }),
    ];

    [TestCase(0.3)]
    [TestCase(3)]
    [TestCase(-1.2)]
    public void Circles_of_one_plane_have_the_angle_between_them_whatever_their_radii(double turn)
    {
        CircleTurn found = CircleTurn.At(new TokenTables(Table(turn - 0.5), Table(-0.5, radius: 2.5)), K);
        Assert.That((found.Angle, found.Alignment), Is.EqualTo((turn, 1.0)).Within(1e-12));
    }

    [Test]
    public void Circles_of_other_planes_or_of_opposite_sense_are_not_aligned()
    {
        Assert.That(CircleTurn.At(new TokenTables(Table(0), Table(0, axis: 2)), K).Alignment, Is.EqualTo(0).Within(1e-12));
        Assert.That(CircleTurn.At(new TokenTables(Table(0), Table(0, sense: -1)), K).Alignment, Is.EqualTo(0).Within(1e-12));
    }

    [Test]
    public void A_table_is_not_turned_against_itself()
    {
        double[][] table = Table(0.4);
        Assert.That(CircleTurn.At(new TokenTables(table, table), K), Is.EqualTo(CircleTurn.None));
    }
}
