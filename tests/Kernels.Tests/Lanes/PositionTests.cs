using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Tests.Lanes;

/// <summary>An element's bits depend on the element alone: not on its lane, nor on what its neighbours are.</summary>
public sealed class PositionTests
{
    private static readonly string[] Names = [.. Values.F32.Select(f => f.Name)];

    [TestCaseSource(nameof(Names))]
    public void Floats_give_the_same_bits_in_any_lane(string name)
    {
        var f = Values.F32.Single(entry => entry.Name == name).F;
        float[] x = [.. Values.Special.Select(x => (float)x), .. Values.Floats(40_000_003), .. Values.Range(-10, 10, 100).Select(x => (float)x)];
        float[] alone = [.. x.Select(value => Values.Of(f, value))];
        for (int shift = 0; shift < Lanes<float>.Count; shift++)
            Assert.That(Bits(Values.Map(f, x[shift..])), Is.EqualTo(Bits(alone[shift..])));
    }

    [TestCaseSource(nameof(Names))]
    public void Doubles_give_the_same_bits_in_any_lane(string name)
    {
        var f = Values.F64.Single(entry => entry.Name == name).F;
        double[] x = [.. Values.Special, .. Values.Doubles(100), .. Values.Range(-10, 10, 100)];
        double[] alone = [.. x.Select(value => Values.Of(f, value))];
        for (int shift = 0; shift < Lanes<double>.Count; shift++)
            Assert.That(Bits(Values.Map(f, x[shift..])), Is.EqualTo(Bits(alone[shift..])));
    }

    private static IEnumerable<int> Bits(float[] x) => x.Select(value => float.IsNaN(value) ? -1 : BitConverter.SingleToInt32Bits(value));

    private static IEnumerable<long> Bits(double[] x) => x.Select(value => double.IsNaN(value) ? -1 : BitConverter.DoubleToInt64Bits(value));
}
