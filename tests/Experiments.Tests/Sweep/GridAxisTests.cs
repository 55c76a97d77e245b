using Handmade.Kernels;

namespace Handmade.Experiments.Tests;

/// <summary>How grids are written.</summary>
public class GridAxisTests
{
    private static GridAxis Parse(string text) => GridAxis.Parse(text, new WalkOptions().All);

    [Test]
    public void A_range_has_its_ends_and_even_steps_without_the_rounding_of_sums() =>
        Assert.That(Parse("train.rate=0:1:11").Values, Is.EqualTo(new[] { "0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1" }));

    [Test]
    public void The_group_may_be_left_out()
    {
        GridAxis axis = Parse("layers=2,4");
        Assert.That((axis.Option, axis.Short), Is.EqualTo(("model.layers", "layers")));
    }

    [Test]
    public void Values_are_spelt_as_the_option_spells_them() => Assert.That(Parse("rate=1e-1,0.20").Values, Is.EqualTo(new[] { "0.1", "0.2" }));

    [TestCase("rate", "names no values")]
    [TestCase("rate=0:1", "is no range")]
    [TestCase("rate=0:1:1", "is no range")]
    [TestCase("rate=0.1,1e-1", "has the value 0.1 twice")]
    [TestCase("layers=1:2:3", "model.layers=1.5 is not possible")]
    [TestCase("laiers=1,2", "There is no option laiers")]
    public void What_is_no_grid_is_refused(string text, string answer) =>
        Assert.That(() => Parse(text), Throws.TypeOf<HandmadeException>().With.Message.Contains(answer));
}
