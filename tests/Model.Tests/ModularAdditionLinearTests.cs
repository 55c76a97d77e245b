using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model.Data;

namespace Handmade.Model.Tests;

/// <summary>The networks without attention of "The clock and the pizza".</summary>
public sealed class ModularAdditionLinearTests : IDisposable
{
    private readonly HostDevice device = new(threads: 2);

    public void Dispose() => device.Dispose();

    private ModularAdditionLinear Fresh(LinearVariant variant, params ulong[] seeds) => new(new Init(device, new RandomStream(device, seeds), DType.F64), variant, 7, 12);

    [TestCase(LinearVariant.Alpha, (59 * 256) + (256 * 257) + (59 * 256))]
    [TestCase(LinearVariant.AlphaPrime, (2 * 59 * 256) + (256 * 257) + (59 * 256))]
    [TestCase(LinearVariant.Beta, (59 * 256) + (2 * 256 * 257) + (59 * 256))]
    [TestCase(LinearVariant.Gamma, (59 * 256) + (2 * 256 * 257) + (59 * 256))]
    [TestCase(LinearVariant.Delta, (59 * 128) + (256 * 257) + (59 * 256))]
    public void The_paper_s_sizes_have_the_parameters_of_their_layers(LinearVariant variant, int count) =>
        Assert.That(new ModularAdditionLinear(new Init(device, new RandomStream(device, [1])), variant).ParameterCount(), Is.EqualTo(count));

    [Test]
    public void Each_variant_is_the_formula_that_its_comment_gives([Values] LinearVariant variant)
    {
        ModularAdditionLinear model = Fresh(variant, 3);
        using IDisposable paused = Tape.NoGrad();
        var weights = model.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => (Values: parameter.Tensor.ToArray<double>(), Columns: parameter.Tensor.Shape[^1]));
        double[] expected = Logits(2, 5), actual = model.Forward(Tensor.From<int>(device, [2, 5], [1, 1, 2])).ToArray<double>();
        Assert.That(actual, Is.EqualTo(expected).Within(1e-13));
        Assert.That(model.Pairs().ForwardAll().ToArray<double>().AsSpan(((2 * 7) + 5) * 7, 7).ToArray(), Is.EqualTo(expected).Within(1e-13));

        double[] Logits(int a, int b)
        {
            double[] ea = Row("embed", a), eb = Row(variant == LinearVariant.AlphaPrime ? "embed_second" : "embed", b), sum = Add(ea, eb);
            double[] hidden = variant switch
            {
                LinearVariant.Beta => Relu(Layer("upper", Relu(Layer("lower", sum)))),
                LinearVariant.Gamma => Relu(Layer("upper", Relu(Add(Layer("lower", ea), Layer("lower", eb))))),
                LinearVariant.Delta => Relu(Layer("lower", [.. ea, .. eb])),
                _ => Relu(Layer("lower", sum)),
            };
            return Product("unembed", hidden);
        }

        double[] Row(string name, int row) => weights[name].Values[(row * weights[name].Columns)..((row + 1) * weights[name].Columns)];
        double[] Product(string name, double[] x) => [.. Enumerable.Range(0, weights[name].Values.Length / x.Length).Select(row => Row(name, row).Zip(x, (w, value) => w * value).Sum())];
        double[] Layer(string name, double[] x) => Add(Product(name + ".weight", x), weights[name + ".bias"].Values);
        static double[] Add(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];
        static double[] Relu(double[] x) => [.. x.Select(value => Math.Max(value, 0))];
    }

    [Test]
    public void A_replica_is_the_network_of_its_seed()
    {
        using IDisposable paused = Tape.NoGrad();
        double[] together = Fresh(LinearVariant.Gamma, 3, 8).Pairs().ForwardAll().ToArray<double>();
        Assert.That(together[(7 * 7 * 7)..], Is.EqualTo(Fresh(LinearVariant.Gamma, 8).Pairs().ForwardAll().ToArray<double>()).Within(1e-13));
    }

    [Test]
    public void Tasks_stand_on_circles_on_which_they_are_sums()
    {
        foreach (ModularTask task in (ModularTask[])[ModularTask.Sum(13), ModularTask.Difference(13), ModularTask.Product(13)])
        {
            Assert.That(task.Order, Is.EqualTo(task.Name == "product" ? 12 : 13));
            for (int x = 0; x < task.Order; x++)
                for (int y = 0; y < task.Order; y++)
                    Assert.That(task.Class(task.First[x], task.Second[y]), Is.EqualTo(task.Classes[(x + y) % task.Order]), $"{task.Name} at {x}, {y}");
        }
        Assert.That((ModularTask.Difference(13).Class(3, 5), ModularTask.Product(13).Class(3, 5)), Is.EqualTo((11, 2)));
        Assert.That(ModularTask.Sum(59).Caution, Is.Null);
        Assert.That(ModularTask.Sum(60).Caution, Does.Contain("even"));
        Assert.That(ModularTask.Sum(15).Caution, Does.Contain("no prime"));
        Assert.That(() => ModularTask.Product(12), Throws.TypeOf<HandmadeException>().With.Message.Contains("prime"));
        Assert.That(() => ModularTask.Named("power", 13), Throws.TypeOf<HandmadeException>().With.Message.Contains("sum, difference or product"));
    }
}
