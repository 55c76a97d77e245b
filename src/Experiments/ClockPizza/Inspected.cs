using Handmade.Analysis.ModularAddition;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Experiments.ClockPizza;

/// <summary>One trained network, opened for figures.</summary>
internal sealed class Inspected
{
    private readonly ClockPizzaOptions options;
    private readonly Network network;

    /// <summary>Loads the network and takes its circles apart.</summary>
    public Inspected(TraineeFiles files, ClockPizzaOptions options, Device device)
    {
        (this.options, Which) = (options, files.Which);
        network = Network.Trained(options, device, files);
        PairNetwork seen = network.Seen();
        ModularTask task = options.Task;
        TokenTables[] tables = TokenTables.Of(seen, task);
        Logits = PairLogits.Of(seen, task)[0].Cube;
        Circles = IsolatedCircle.Of(seen, task, tables, [Circle.ByFourier(tables[0])])[0];
        Shares = [.. Circle.ByFourier(tables[0], leastShare: 0, most: int.MaxValue).OrderBy(circle => circle.Frequency).Select(circle => (circle.Frequency, circle.Share))];
        Tokens = task.First;
    }

    /// <summary>Which network it is.</summary>
    public Which Which { get; }

    /// <summary>Logits of all pairs.</summary>
    public LogitCube Logits { get; }

    /// <summary>Its circles, the strongest first, each alone.</summary>
    public IReadOnlyList<IsolatedCircle> Circles { get; }

    /// <summary>The share of the embeddings' variance that each frequency has.</summary>
    public IReadOnlyList<(int Frequency, double Share)> Shares { get; }

    /// <summary>The number that stands at each place of a circle.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>How much the last position attends to the first number in the first layer: for each head, by a and b. Transformers only.</summary>
    public double[][,] Attention()
    {
        int p = options.P, heads = options.Heads, positions = options.Form.Positions;
        double[] pattern = [];
        using IDisposable paused = Tape.NoGrad();
        using Scope scope = network.Module.Parameters()[0].Device.Scope();
        using (network.Module.HookPointOf("blocks.0.attn.hook_pattern").Listen(seen =>
        {
            pattern = seen.Cast(DType.F64).ToArray<double>();
            return null;
        }))
            network.Seen().ForwardAll();
        var tables = new double[heads][,];
        for (int head = 0; head < heads; head++)
        {
            tables[head] = new double[p, p];
            for (int pair = 0; pair < p * p; pair++)
                tables[head][pair / p, pair % p] = pattern[((((pair * heads) + head) * positions) + positions - 1) * positions];
        }
        return tables;
    }
}
