using System.Numerics;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

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
        int replicas = data.Shape[0], features = data.Shape[^1], rows = (int)(data.Count / replicas / features);
        T[] mean = new T[replicas * features], sd = new T[mean.Length];
        using Scope scope = data.Device.Scope();
        for (int r = 0; r < replicas; r++)
        {
            TensorView replica = Copy.Contiguous(data.Slice(0, r, 1)).Reshape([rows, features]);
            double[] center = Means<T>(replica, (x, _) => x);
            double[] variance = Means<T>(replica, (x, f) => (x - center[f]) * (x - center[f]));
            for (int f = 0; f < features; f++)
            {
                mean[(r * features) + f] = T.CreateTruncating(center[f]);
                sd[(r * features) + f] = T.CreateTruncating(variance[f] > 0 ? Math.Sqrt(variance[f]) : 1);
            }
        }
        return new Standardizer(scope.Keep(data.Device.From<T>(mean, [replicas, features])), scope.Keep(data.Device.From<T>(sd, [replicas, features])));
    }

    /// <summary>The mean over rows of a function of each feature. Rows come in portions, so that the host never holds a second copy of the data.</summary>
    private static double[] Means<T>(TensorView data, Func<double, int, double> value) where T : unmanaged, INumber<T>
    {
        const int portion = 1 << 14;
        int rows = data.Shape[0], features = data.Shape[1];
        var sums = new double[features];
        var values = new T[Math.Min(rows, portion) * features];
        for (int start = 0; start < rows; start += portion)
        {
            Span<T> read = values.AsSpan(0, Math.Min(portion, rows - start) * features);
            data.Slice(0, start, read.Length / features).CopyTo(read);
            for (int i = 0; i < read.Length; i++) sums[i % features] += value(double.CreateTruncating(read[i]), i % features);
        }
        return [.. sums.Select(sum => sum / rows)];
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
