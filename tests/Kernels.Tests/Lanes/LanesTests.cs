using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Tests.Lanes;

public sealed unsafe class LanesTests
{
    [Test]
    public void A_padded_tail_reads_zeros_behind_its_end_and_writes_nothing_there([Range(0, 16)] int count)
    {
        float* memory = stackalloc float[32];
        for (int i = 0; i < 32; i++) memory[i] = 100 + i;
        Lanes<float> tail = Lanes<float>.LoadPartial(memory, count);
        for (int i = 0; i < 16; i++) Assert.That(tail.V[i], Is.EqualTo(i < count ? 100 + i : 0));

        Lanes<float>.Broadcast(-1).StorePartial(memory + 8, count);
        for (int i = 0; i < 32; i++) Assert.That(memory[i], Is.EqualTo(i >= 8 && i < 8 + count ? -1 : 100 + i));
    }

    [Test]
    public void Doubles_have_tails_too([Range(0, 8)] int count)
    {
        double* memory = stackalloc double[16];
        for (int i = 0; i < 16; i++) memory[i] = 100 + i;
        Lanes<double> tail = Lanes<double>.LoadPartial(memory, count);
        for (int i = 0; i < 8; i++) Assert.That(tail.V[i], Is.EqualTo(i < count ? 100 + i : 0));

        Lanes<double>.Broadcast(-1).StorePartial(memory + 4, count);
        for (int i = 0; i < 16; i++) Assert.That(memory[i], Is.EqualTo(i >= 4 && i < 4 + count ? -1 : 100 + i));
    }

    [Test]
    public void Whole_vectors_need_no_alignment()
    {
        float* memory = stackalloc float[40];
        for (int i = 0; i < 40; i++) memory[i] = i;
        (Lanes<float>.Load(memory + 1) + Lanes<float>.Broadcast(100)).Store(memory + 21);
        for (int i = 0; i < 40; i++) Assert.That(memory[i], Is.EqualTo(i is >= 21 and < 37 ? i + 80 : i));
    }

    [Test]
    public void Operators_work_lane_by_lane()
    {
        Lanes<double> a = FromIndex(i => i - 3.5), b = FromIndex(i => (0.1 * i) + 1);
        for (int i = 0; i < 8; i++)
        {
            double x = i - 3.5, y = (0.1 * i) + 1;
            Assert.That(
                new[] { (a + b).V[i], (a - b).V[i], (a * b).V[i], (a / b).V[i], (-a).V[i] },
                Is.EqualTo(new[] { x + y, x - y, x * y, x / y, -x }));
        }
    }

    [Test]
    public void Sum_halves_the_width_each_time()
    {
        var random = new Random(1);
        float[] f = [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle() - 0.3f)];
        double[] d = [.. Enumerable.Range(0, 8).Select(_ => random.NextDouble() - 0.3)];
        fixed (float* p = f) Assert.That(Lanes<float>.Load(p).Sum(), Is.EqualTo(Tree(f)));
        fixed (double* p = d) Assert.That(Lanes<double>.Load(p).Sum(), Is.EqualTo(Tree(d)));
    }

    [Test]
    public void Max_finds_every_lane_and_nan([Range(0, 15)] int lane)
    {
        float* memory = stackalloc float[16];
        for (int i = 0; i < 16; i++) memory[i] = -i - 1;
        memory[lane] = 5;
        Assert.That(Lanes<float>.Load(memory).Max(), Is.EqualTo(5));
        memory[lane] = float.NaN;
        Assert.That(Lanes<float>.Load(memory).Max(), Is.NaN);
        Assert.That(FromIndex(i => i == lane / 2 ? 2 : -1).Max(), Is.EqualTo(2));
    }

    private static T Tree<T>(T[] values) where T : System.Numerics.INumber<T> =>
        values.Length == 1 ? values[0] : Tree([.. values[..(values.Length / 2)].Zip(values[(values.Length / 2)..], (a, b) => a + b)]);

    private static Lanes<double> FromIndex(Func<int, double> f)
    {
        double* memory = stackalloc double[8];
        for (int i = 0; i < 8; i++) memory[i] = f(i);
        return Lanes<double>.Load(memory);
    }
}
