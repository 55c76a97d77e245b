using System.Numerics;
using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Model.Data;

/// <summary>
/// Takes each feature to mean 0 and standard deviation 1: (x − mean) / sd, with the mean and sd of the training data, one pair per
/// replica and feature. What was trained on standardised data is of no use without them, so they are part of a checkpoint.
/// </summary>
public sealed class Standardizer
{
    /// <summary>From a mean and sd of shape [R, features], as <see cref="Fit"/> finds them.</summary>
    public Standardizer(TensorView mean, TensorView sd)
    {
        if (mean.Shape.Rank != 2 || sd.Shape != mean.Shape) throw new HandmadeException($"standardizer: mean {mean.Shape} and sd {sd.Shape}; both must be [R, features]");
        Mean = mean;
        Sd = sd;
    }

    /// <summary>Mean of each feature: [R, features], of the data's dtype.</summary>
    public TensorView Mean { get; }

    /// <summary>Standard deviation of each feature, 1 where the feature never changes: [R, features], of the data's dtype.</summary>
    public TensorView Sd { get; }

    /// <summary>The names and tensors that a checkpoint stores.</summary>
    public IEnumerable<(string Name, TensorView Tensor)> State => [("mean", Mean), ("sd", Sd)];

    /// <summary>
    /// The standardizer of <paramref name="data"/>, f32 or f64 [R, …, features]: mean and sd over everything between (division by the count),
    /// summed in double.
    /// </summary>
    public static Standardizer Fit(TensorView data)
    {
        if (data.Shape.Rank < 2 || data.Count == 0) throw new HandmadeException($"standardizer: data of shape {data.Shape}; it needs [R, …, features] and at least one row");
        if (!data.DType.IsFloat()) throw new HandmadeException($"standardizer: {data.DType.Text()} data; it takes f32 or f64");
        return data.DType == DType.F32 ? Fit<float>(data) : Fit<double>(data);
    }

    /// <summary>Standardised values; <paramref name="x"/>: [R, …, features].</summary>
    public Tensor Apply(Tensor x) => (x - Stretched(Mean, x)) / Stretched(Sd, x);

    /// <summary>The values that <see cref="Apply"/> takes to <paramref name="y"/>.</summary>
    public Tensor Invert(Tensor y) => (y * Stretched(Sd, y)) + Stretched(Mean, y);

    private static Standardizer Fit<T>(TensorView data) where T : unmanaged, INumber<T>
    {
        int replicas = data.Shape[0], features = data.Shape[^1];
        T[] mean = new T[replicas * features], sd = new T[mean.Length];
        for (int r = 0; r < replicas; r++)
        {
            // One replica's rows at a time: the host never holds a second copy of the whole data.
            T[] values = data.Slice(0, r, 1).ToArray<T>();
            int rows = values.Length / features;
            for (int f = 0; f < features; f++)
            {
                double sum = 0, squares = 0;
                for (int i = f; i < values.Length; i += features) sum += double.CreateTruncating(values[i]);
                double center = sum / rows;
                for (int i = f; i < values.Length; i += features)
                {
                    double away = double.CreateTruncating(values[i]) - center;
                    squares += away * away;
                }
                mean[(r * features) + f] = T.CreateTruncating(center);
                sd[(r * features) + f] = T.CreateTruncating(squares > 0 ? Math.Sqrt(squares / rows) : 1);
            }
        }
        return new Standardizer(data.Device.From<T>(mean, [replicas, features]), data.Device.From<T>(sd, [replicas, features]));
    }

    // [R, features] with as many axes between as x has.
    private Tensor Stretched(TensorView statistic, Tensor x)
    {
        int replicas = Mean.Shape[0], features = Mean.Shape[1];
        if (x.Shape.Rank < 2 || x.Shape[^1] != features || x.Shape[0] != replicas)
            throw new HandmadeException($"standardizer: values of shape {x.Shape}; it was fitted to [{replicas}, …, {features}]");
        return new Tensor(statistic.Reshape([replicas, .. Enumerable.Repeat(1, x.Shape.Rank - 2), features]));
    }
}
