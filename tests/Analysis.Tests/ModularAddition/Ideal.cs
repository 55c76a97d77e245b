using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Model;

namespace Handmade.Analysis.Tests.ModularAddition;

/// <summary>Networks whose function is known in closed form: two numbers per circle as embedding, in double.</summary>
internal static class Ideal
{
    /// <summary>(cos, sin) of 2πk·t/p for each k, side by side: [1, p, 2·circles].</summary>
    public static Tensor Circles(Device device, int p, params int[] frequencies)
    {
        double[] values = [.. Enumerable.Range(0, p).SelectMany(t => frequencies.SelectMany(k => new[] { Math.Cos(Angle(p, k, t)), Math.Sin(Angle(p, k, t)) }))];
        return Tensor.From<double>(device, values, [1, p, 2 * frequencies.Length]);
    }

    /// <summary>The same with the points of each circle turned by an angle.</summary>
    public static Tensor Turned(Device device, int p, params (int Frequency, double By)[] circles)
    {
        double[] values = [.. Enumerable.Range(0, p).SelectMany(t => circles.SelectMany(c => new[] { Math.Cos(Angle(p, c.Frequency, t) + c.By), Math.Sin(Angle(p, c.Frequency, t) + c.By) }))];
        return Tensor.From<double>(device, values, [1, p, 2 * circles.Length]);
    }

    /// <summary>Q = Σ (x₁x₂ − y₁y₂)·cos wc + (x₁y₂ + y₁x₂)·sin wc = Σ cos w(a + b − c).</summary>
    public static PairNetwork Clock(Device device, int p, params int[] frequencies)
    {
        Tensor table = Circles(device, p, frequencies);
        return new PairNetwork(table, table, (a, b) =>
        {
            Tensor? sum = null;
            for (int i = 0; i < frequencies.Length; i++)
            {
                Tensor x1 = a.Slice(-1, 2 * i, 1), y1 = a.Slice(-1, (2 * i) + 1, 1), x2 = b.Slice(-1, 2 * i, 1), y2 = b.Slice(-1, (2 * i) + 1, 1);
                Tensor circle = (((x1 * x2) - (y1 * y2)) * Wave(frequencies[i], Math.Cos)) + (((x1 * y2) + (y1 * x2)) * Wave(frequencies[i], Math.Sin));
                sum = sum is null ? circle : sum + circle;
            }
            return sum!;
        });

        Tensor Wave(int k, Func<double, double> f) => Tensor.From<double>(device, [.. Enumerable.Range(0, p).Select(c => f(Angle(p, k, c)))], [1, 1, p]);
    }

    /// <summary>Q = Σ over hidden units of readOut · relu(unit · (e_a + e_b)): any function of the sum.</summary>
    public static PairNetwork OfSum(Device device, int p, int k, double[] units, double[] readOut)
    {
        Tensor table = Circles(device, p, k);
        int hidden = units.Length / 2;
        Tensor up = Tensor.From<double>(device, units, [1, hidden, 2]), down = Tensor.From<double>(device, readOut, [1, p, hidden]);
        return new PairNetwork(table, table, (a, b) => Tensor.Linear(Tensor.Linear(a + b, up).Relu(), down));
    }

    /// <summary>
    /// A Pizza by two absolute values of 4p hidden units: rows +u, −u, +v, −v for every class, which reads them with +1, +1, −1, −1. u stands at half the angle of
    /// the class, v at right angles to it.
    /// </summary>
    public static PairNetwork Pizza(Device device, int p, int k)
    {
        var (units, readOut) = PizzaUnits(p, k);
        return OfSum(device, p, k, units, readOut);
    }

    /// <summary>The same, and a circle of twice the frequency from which −cos w(2a − c) − cos w(2b − c) is read.</summary>
    public static PairNetwork AccompaniedPizza(Device device, int p, int k)
    {
        Tensor table = Circles(device, p, k, 2 * k % p);
        var (units, readOut) = PizzaUnits(p, k);
        Tensor up = Tensor.From<double>(device, units, [1, 4 * p, 2]), down = Tensor.From<double>(device, readOut, [1, p, 4 * p]);
        Tensor doubled = Tensor.From<double>(device, [.. Enumerable.Range(0, p).SelectMany(c => new[] { -Math.Cos(Angle(p, k, c)), -Math.Sin(Angle(p, k, c)) })], [1, p, 2]);
        return new PairNetwork(table, table, (a, b) =>
            Tensor.Linear(Tensor.Linear((a + b).Slice(-1, 0, 2), up).Relu(), down) + Tensor.Linear((a + b).Slice(-1, 2, 2), doubled));
    }

    private static (double[] Units, double[] ReadOut) PizzaUnits(int p, int k)
    {
        var units = new double[8 * p];
        var readOut = new double[p * 4 * p];
        for (int c = 0; c < p; c++)
        {
            double x = Math.Cos(Angle(p, k, c) / 2), y = Math.Sin(Angle(p, k, c) / 2);
            double[] rows = [x, y, -x, -y, -y, x, y, -x];
            rows.CopyTo(units, 8 * c);
            for (int unit = 0; unit < 4; unit++) readOut[(c * 4 * p) + (4 * c) + unit] = unit < 2 ? 1 : -1;
        }
        return (units, readOut);
    }

    public static double Angle(int p, int k, int t) => 2 * Math.PI * k * t / p;
}
