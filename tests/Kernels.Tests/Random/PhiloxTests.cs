namespace Handmade.Kernels.Tests;

public class PhiloxTests
{
    // The known answers that Random123 publishes for philox4x32 with 10 rounds.
    [TestCase(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [TestCase(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [TestCase(0x299f31d0a4093822UL, 0x0370734413198a2eUL, 0x85a308d3243f6a88UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Blocks_are_the_published_known_answers(ulong seed, ulong stream, ulong index, uint a, uint b, uint c, uint d) =>
        Assert.That(Philox.Block(seed, stream, index), Is.EqualTo((a, b, c, d)));

    [Test]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        const int n = 200_000;
        var bins = new int[20];
        for (int i = 0; i < n / 2; i++)
        {
            var (first, second) = Philox.Uniform(7, 1, (ulong)i);
            bins[(int)(first * 20)]++;
            bins[(int)(second * 20)]++;
        }
        double expected = n / 20.0;
        double chiSquare = bins.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.That(chiSquare, Is.InRange(5, 45), "19 degrees of freedom: outside with probability 0.001");
    }

    [Test]
    public void Normal_numbers_have_the_moments_of_a_normal()
    {
        const int n = 400_000;
        double mean = 0, square = 0, fourth = 0, product = 0;
        for (int i = 0; i < n / 2; i++)
        {
            var (x, y) = Philox.Normal(7, 2, (ulong)i);
            mean += x + y;
            square += x * x + y * y;
            fourth += x * x * x * x + y * y * y * y;
            product += x * y;
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mean / n, Is.EqualTo(0).Within(0.007));
            Assert.That(square / n, Is.EqualTo(1).Within(0.01));
            Assert.That(fourth / n, Is.EqualTo(3).Within(0.07));
            Assert.That(product / (n / 2), Is.EqualTo(0).Within(0.01));
        }
    }
}
