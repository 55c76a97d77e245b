using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>
/// Small networks with data and AdamW's state: a table without bias that is trained by a rule of its own, then layers with tanh between them. On a device as
/// <see cref="WholeSteps"/> takes them, and by plain loops in double.
/// </summary>
internal sealed class NaiveNetwork
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Eps = 1e-8;
    private readonly int[] widths;
    private readonly int examples, replicas;
    private readonly double[][] parameters, first, second;
    private readonly double[] x, targets, tableRates, tableDecays, rates, decays;
    private readonly int[]? classes;

    /// <summary>Networks of R seeds: replica r of any R is the same for the same seed.</summary>
    public NaiveNetwork(int[] seeds, int[] widths, int examples, bool classifies)
    {
        (this.widths, this.examples, replicas) = (widths, examples, seeds.Length);
        double[] Of(int stream, int count, double scale) => [.. seeds.SelectMany(seed => Numbers((100 * seed) + stream, count, scale))];
        parameters = [.. Shapes().Select((shape, k) => Of(k, shape.Rows * shape.Columns, 1 / Math.Sqrt(shape.Fan)))];
        (first, second) = ([.. parameters.Select(p => new double[p.Length])], [.. parameters.Select(p => new double[p.Length])]);
        (x, targets) = (Of(20, examples * widths[0], 1), Of(21, examples * widths[^1], 1));
        classes = classifies ? [.. seeds.SelectMany(seed => Enumerable.Range(0, examples).Select(i => (seed + (i * i)) % widths[^1]))] : null;
        (tableRates, tableDecays) = ([.. seeds.Select(seed => 0.01 * (1 + (seed % 3)))], [0.1]);
        (rates, decays) = ([.. seeds.Select(seed => 0.002 * (1 + (seed % 4)))], [.. seeds.Select(seed => 0.05 * (seed % 5))]);
    }

    /// <summary>The parameters of all replicas, tensor by tensor.</summary>
    public double[][] Parameters => parameters;

    /// <summary>Puts a number into a replica's examples.</summary>
    public void Spoil(int replica, double value) => x[replica * examples * widths[0]] = value;

    /// <summary>The same on a device, in the type of T.</summary>
    public (WholeSteps Steps, TensorView Failed, WholeSteps.Trained[] Trained) On<T>(Device device) where T : unmanaged
    {
        TensorView Put(double[] values, Shape shape) => typeof(T) == typeof(float) ? device.From<float>([.. values.Select(value => (float)value)], shape) : device.From<double>(values, shape);
        TensorView Counter() => device.From<int>(new int[replicas], [replicas]);
        WholeSteps.Rule Rule(double[] of, double[] decay) => new(Counter(), device.From<double>(of, [replicas]), new OptimizerSteps.AdamConstants(Beta1, Beta2, Eps, decay, true));
        WholeSteps.Rule table = Rule(tableRates, tableDecays), rest = Rule(rates, decays);
        WholeSteps.Trained[] trained = [.. Shapes().Select((shape, k) =>
        {
            Shape of = shape.IsBias ? [replicas, shape.Columns] : [replicas, shape.Rows, shape.Columns];
            return new WholeSteps.Trained(Put(parameters[k], of), Put(first[k], of), Put(second[k], of));
        })];
        var layers = new List<WholeSteps.Layer> { new(trained[0], false, null, false, table) };
        for (int k = 1; k < trained.Length; k += 2) layers.Add(new(trained[k], true, trained[k + 1], k + 2 < trained.Length, rest));
        TensorView answers = classes is null ? Put(targets, [replicas, examples, widths[^1]]) : device.From<int>(classes, [replicas, examples]);
        return (new WholeSteps(Put(x, [replicas, examples, widths[0]]), answers, layers), Counter(), trained);
    }

    /// <summary>Takes steps; the losses before each of them, [step][R].</summary>
    public double[][] Train(int steps)
    {
        var losses = new double[steps][];
        for (int step = 0; step < steps; step++)
        {
            losses[step] = new double[replicas];
            for (int r = 0; r < replicas; r++) losses[step][r] = Step(r, step + 1);
        }
        return losses;
    }

    private double Step(int r, int number)
    {
        int layers = widths.Length - 1;
        double[][] gradients = [.. Shapes().Select(shape => new double[shape.Rows * shape.Columns])];
        double loss = 0;
        for (int n = 0; n < examples; n++)
        {
            double[][] h = [x.AsSpan(((r * examples) + n) * widths[0], widths[0]).ToArray(), .. widths.Skip(1).Select(width => new double[width])];
            for (int l = 0; l < layers; l++)
                for (int j = 0; j < widths[l + 1]; j++)
                {
                    double sum = l == 0 ? 0 : parameters[2 * l][(r * widths[l + 1]) + j];
                    for (int i = 0; i < widths[l]; i++) sum += h[l][i] * Weight(r, l, i, j);
                    h[l + 1][j] = l > 0 && l < layers - 1 ? Math.Tanh(sum) : sum;
                }
            double[] slope = Slope(r, n, h[layers], ref loss);
            for (int l = layers - 1; l >= 0; l--)
            {
                var below = new double[widths[l]];
                for (int j = 0; j < widths[l + 1]; j++)
                {
                    if (l > 0) gradients[2 * l][j] += slope[j];
                    for (int i = 0; i < widths[l]; i++)
                    {
                        gradients[l == 0 ? 0 : (2 * l) - 1][Place(l, i, j)] += h[l][i] * slope[j];
                        below[i] += slope[j] * Weight(r, l, i, j) * (l > 1 ? 1 - (h[l][i] * h[l][i]) : 1);
                    }
                }
                slope = below;
            }
        }
        for (int k = 0; k < gradients.Length; k++) Adam(r, k, gradients[k], number);
        return loss;
    }

    private double[] Slope(int r, int n, double[] y, ref double loss)
    {
        if (classes is null)
        {
            double[] difference = [.. y.Select((value, j) => value - targets[(((r * examples) + n) * y.Length) + j])];
            loss += difference.Sum(d => d * d) / (examples * y.Length);
            return [.. difference.Select(d => 2 * d / (examples * y.Length))];
        }
        int own = classes[(r * examples) + n];
        double sum = y.Sum(Math.Exp);
        loss += (Math.Log(sum) - y[own]) / examples;
        return [.. y.Select((value, j) => ((Math.Exp(value) / sum) - (j == own ? 1 : 0)) / examples)];
    }

    private void Adam(int r, int k, double[] gradient, int number)
    {
        double rate = k == 0 ? tableRates[r] : rates[r], decay = k == 0 ? tableDecays[0] : decays[r];
        for (int e = 0; e < gradient.Length; e++)
        {
            int at = (r * gradient.Length) + e;
            first[k][at] = (Beta1 * first[k][at]) + ((1 - Beta1) * gradient[e]);
            second[k][at] = (Beta2 * second[k][at]) + ((1 - Beta2) * gradient[e] * gradient[e]);
            double m = first[k][at] / (1 - Math.Pow(Beta1, number)), v = second[k][at] / (1 - Math.Pow(Beta2, number));
            parameters[k][at] = (parameters[k][at] * (1 - (rate * decay))) - (rate * m / (Math.Sqrt(v) + Eps));
        }
    }

    private double Weight(int r, int l, int i, int j) => parameters[l == 0 ? 0 : (2 * l) - 1][(r * widths[l] * widths[l + 1]) + Place(l, i, j)];

    // The table lies [in, out], weights as torch.nn.Linear has them.
    private int Place(int l, int i, int j) => l == 0 ? (i * widths[1]) + j : (j * widths[l]) + i;

    private IEnumerable<(int Rows, int Columns, int Fan, bool IsBias)> Shapes()
    {
        yield return (widths[0], widths[1], 4, false);
        for (int l = 1; l < widths.Length - 1; l++)
        {
            yield return (widths[l + 1], widths[l], widths[l], false);
            yield return (1, widths[l + 1], widths[l], true);
        }
    }

    private static IEnumerable<double> Numbers(int seed, int count, double scale)
    {
        var random = new Random(seed);
        // Numbers that a float holds.
        for (int i = 0; i < count; i++) yield return (float)(scale * ((2 * random.NextDouble()) - 1));
    }
}
