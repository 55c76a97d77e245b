using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Autograd;

/// <summary>What the checks of one row of the op table found.</summary>
/// <param name="Name">The row.</param>
/// <param name="ErrorF32">Worst |y − reference| / (1 + |reference|) over all variants in f32.</param>
/// <param name="ErrorF64">The same in f64.</param>
/// <param name="First">Worst variant of <see cref="Gradcheck"/>; null when the op has no gradient.</param>
/// <param name="Second">Worst variant of <see cref="Gradgradcheck"/>; null when the gradient has none.</param>
/// <param name="Passed">True when all of it is within the row's tolerances.</param>
public sealed record OpReport(string Name, double ErrorF32, double ErrorF64, GradcheckResult? First, GradcheckResult? Second, bool Passed)
{
    /// <summary>Why the checks did not come to an end: an op without a kernel, a device without f64; the figures that are missing are NaN or null then.</summary>
    public string? Failure { get; init; }
}

/// <summary>Runs rows of the op table: makes a variant's inputs, compares with the naive reference, checks gradients.</summary>
public static class OpCheck
{
    /// <summary>All checks of all rows, side by side where the device has threads to share.</summary>
    /// <param name="device">Where the ops run.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">How gradients are compared.</param>
    /// <param name="done">Told of each row that is done; by several threads on a device that has them.</param>
    public static OpReport[] RunAll(Device device, IReadOnlyList<OpCase> rows, GradcheckOptions? options = null, Action<OpReport>? done = null)
    {
        var reports = new OpReport[rows.Count];
        if (device is HostDevice host && rows.Count > 0) host.Workers.RunTasks(rows.Count, Check);
        else for (int i = 0; i < rows.Count; i++) Check(i);
        return reports;

        void Check(int i)
        {
            reports[i] = Run(device, rows[i], options);
            done?.Invoke(reports[i]);
        }
    }

    /// <summary>All checks of a row.</summary>
    public static OpReport Run(Device device, OpCase row, GradcheckOptions? options = null)
    {
        double f32 = double.NaN, f64 = double.NaN;
        GradcheckResult? first = null, second = null;
        try
        {
            f32 = Worst(row, variant => Error(device, row, variant, DType.F32));
            f64 = Worst(row, variant => Error(device, row, variant, DType.F64));
            if (row.IsDifferentiable) first = Gradients(device, row, options, Gradcheck.Run);
            if (row.IsDifferentiable && row.IsTwiceDifferentiable) second = Gradients(device, row, options, Gradgradcheck.Run);
        }
        catch (HandmadeException e)
        {
            return new OpReport(row.Name, f32, f64, first, second, Passed: false) { Failure = e.Message };
        }
        bool passed = f32 <= row.ToleranceF32 && f64 <= row.ToleranceF64 && first is not { Passed: false } && second is not { Passed: false };
        return new OpReport(row.Name, f32, f64, first, second, passed);
    }

    /// <summary>
    /// The leaves of a variant in the given float type. A strided input's leaf is dense; <see cref="Apply"/> hands the op its transpose.
    /// </summary>
    public static Tensor[] Leaves(Device device, OpCase row, int variant, DType dtype)
    {
        NaiveTensor[] values = Values(row, variant, dtype);
        return [.. row.Variants[variant].Select((input, k) => Leaf(device, input.Strided ? Transposed(values[k]) : values[k], input, input.DType ?? dtype))];
    }

    /// <summary>The op on the leaves of a variant.</summary>
    public static Tensor Apply(OpCase row, int variant, Tensor[] leaves) =>
        row.Apply([.. leaves.Select((leaf, k) => row.Variants[variant][k].Strided ? leaf.Transpose(-1, -2) : leaf)]);

    /// <summary>Worst |y − reference| / (1 + |reference|) of a variant; infinite where one of them is NaN and the other is not.</summary>
    public static double Error(Device device, OpCase row, int variant, DType dtype)
    {
        NaiveTensor expected = row.Reference(Values(row, variant, dtype));
        using Scope scope = device.Scope();
        using IDisposable paused = Tape.NoGrad();
        Tensor y = Apply(row, variant, Leaves(device, row, variant, dtype));
        if (y.Shape != expected.Shape) throw new HandmadeException($"{row.Name}: variant {variant} gives {y.Shape}; the reference says {expected.Shape}");
        return Doubles(y.View).Zip(expected.Values, Difference).DefaultIfEmpty(0).Max();
    }

    /// <summary>The elements as doubles, whatever their type.</summary>
    public static double[] Doubles(TensorView x) => x.DType switch
    {
        DType.F32 => [.. x.ToArray<float>().Select(value => (double)value)],
        DType.F64 => x.ToArray<double>(),
        DType.I32 => [.. x.ToArray<int>().Select(value => (double)value)],
        _ => [.. x.ToArray<bool>().Select(value => value ? 1.0 : 0)],
    };

    private static double Worst(OpCase row, Func<int, double> error) => Enumerable.Range(0, row.Variants.Length).Max(error);

    private static GradcheckResult Gradients(
        Device device, OpCase row, GradcheckOptions? options, Func<Func<Tensor[], Tensor>, Tensor[], GradcheckOptions?, GradcheckResult> check)
    {
        GradcheckResult? worst = null;
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            using Scope scope = device.Scope();
            int fixedVariant = variant;
            GradcheckResult result = check(leaves => Apply(row, fixedVariant, leaves), Leaves(device, row, variant, DType.F64), options);
            if (worst is null || (worst.Passed && (!result.Passed || result.Error > worst.Error))) worst = result;
        }
        return worst!;
    }

    /// <summary>The values of a variant, rounded to the type that will hold them.</summary>
    private static NaiveTensor[] Values(OpCase row, int variant, DType dtype)
    {
        OpInput[] inputs = row.Variants[variant];
        var values = new NaiveTensor[inputs.Length];
        for (int k = 0; k < inputs.Length; k++)
        {
            OpInput input = inputs[k];
            ulong state = Key($"{row.Name}/{variant}/{k}");
            values[k] = new NaiveTensor(input.Shape, [.. Enumerable.Range(0, (int)input.Shape.Count).Select(_ => Rounded(Uniform(ref state), input, input.DType ?? dtype))]);
        }
        return values;
    }

    private static double Rounded(double uniform, OpInput input, DType dtype)
    {
        double value = input.Low + (uniform * (input.High - input.Low));
        return dtype switch
        {
            DType.F32 => (float)value,
            DType.F64 => value,
            DType.I32 => Math.Floor(value),
            _ => uniform < 0.5 ? 0 : 1,
        };
    }

    private static Tensor Leaf(Device device, NaiveTensor values, OpInput input, DType dtype) => dtype switch
    {
        DType.F32 => Tensor.From<float>(device, [.. values.Values.Select(value => (float)value)], values.Shape, input.HasGradient),
        DType.F64 => Tensor.From<double>(device, values.Values, values.Shape, input.HasGradient),
        DType.I32 => Tensor.From<int>(device, [.. values.Values.Select(value => (int)value)], values.Shape),
        _ => Tensor.From<bool>(device, [.. values.Values.Select(value => value != 0)], values.Shape),
    };

    private static NaiveTensor Transposed(NaiveTensor x)
    {
        int[] extents = x.Shape.Extents.ToArray();
        (extents[^1], extents[^2]) = (extents[^2], extents[^1]);
        return NaiveTensor.From(new Shape(extents), index =>
        {
            (index[^1], index[^2]) = (index[^2], index[^1]);
            double value = x[index];
            (index[^1], index[^2]) = (index[^2], index[^1]);
            return value;
        });
    }

    private static double Difference(double y, double expected) =>
        y == expected || (double.IsNaN(y) && double.IsNaN(expected)) ? 0
        : Math.Abs(y - expected) / (1 + Math.Abs(expected)) is var error && double.IsNaN(error) ? double.PositiveInfinity
        : error;

    // FNV-1a and SplitMix64: a table's inputs are the same on every machine and in every release.
    private static ulong Key(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in text) hash = (hash ^ c) * 0x100000001B3;
        return hash;
    }

    private static double Uniform(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
