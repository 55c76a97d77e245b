using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>What the op table does not say of <see cref="PairMix"/>: bad indices.</summary>
public sealed class PairMixTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    private TensorView Tables => device.From<float>([.. Enumerable.Range(0, 3 * 2 * 5).Select(i => (float)i)], [1, 3, 2, 5]);

    private TensorView Weights => device.From<float>([1, 2], [1, 2, 1]);

    private TensorView Pairs => device.From<int>([0, 1, 1, 2], [1, 2, 2]);

    [Test]
    public void A_pair_outside_the_tables_is_an_error() =>
        Assert.That(() => PairMix.Forward(Tables, Weights, Pairs, relu: false), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("pair_mix: index 2 on axis 2 of [1, 3, 2, 5]; use 0…1"));

    [Test]
    public void In_a_captured_step_what_depends_on_it_becomes_NaN()
    {
        TensorView tables = Tables, weights = Weights, pairs = Pairs, dy = Copy.Full(device, [1, 2, 5], DType.F32, 1);
        using CapturedStep step = device.Capture(() =>
        [
            PairMix.Forward(tables, weights, pairs, relu: true), PairMix.WeightsGradient(tables, weights.Shape, pairs, dy, null), PairMix.TablesGradient(tables.Shape, weights, pairs, dy, null),
        ]);
        step.Replay();
        float[] y = step.Results[0].ToArray<float>(), dweights = step.Results[1].ToArray<float>();
        Assert.That(y[..5], Has.None.NaN);
        Assert.That(y[5..], Is.All.NaN);
        Assert.That(dweights, Is.EqualTo([(0 + 10 - 25) * 5f, float.NaN]));
        Assert.That(step.Results[2].ToArray<float>(), Is.All.NaN);
    }

    [Test]
    public void Tables_that_are_no_pairs_are_refused() => Assert.That(
        () => PairMix.Forward(device.Empty([1, 2, 2, 5], DType.F32), Weights, Pairs, relu: false),
        Throws.TypeOf<HandmadeException>().With.Message.Contains("2 tables; there must be one, and two for each head"));
}
