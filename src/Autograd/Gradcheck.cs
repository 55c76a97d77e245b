using Handmade.Kernels;

namespace Handmade.Autograd;

/// <summary>How a gradient check compares: |analytic − numeric| ≤ <see cref="Atol"/> + <see cref="Rtol"/>·|numeric|.</summary>
public sealed record GradcheckOptions
{
    /// <summary>Distance of each of the two points from the input's value.</summary>
    public double Eps { get; init; } = 1e-6;

    /// <summary>Allowed difference where the gradient is small.</summary>
    public double Atol { get; init; } = 1e-5;

    /// <summary>Allowed difference as a share of the numeric gradient.</summary>
    public double Rtol { get; init; } = 1e-3;

    /// <summary>At most so many elements of each input are moved, evenly spread; the default moves every one.</summary>
    public int ElementsPerInput { get; init; } = int.MaxValue;
}

/// <summary>What a gradient check found: its verdict, and the element where the two gradients differ most for what is allowed.</summary>
/// <param name="Passed">True when every element agreed.</param>
/// <param name="Input">Index of the worst input (for <see cref="Gradgradcheck"/> one past the inputs: the output's gradient); −1 when the inputs have no elements.</param>
/// <param name="Element">Index of the worst element in that input, one number per axis.</param>
/// <param name="Analytic">The tape's gradient there.</param>
/// <param name="Numeric">The central difference there.</param>
/// <param name="Message">All of this in one sentence.</param>
public sealed record GradcheckResult(bool Passed, int Input, IReadOnlyList<int> Element, double Analytic, double Numeric, string Message)
{
    /// <summary>|analytic − numeric| / (1 + |numeric|) at the worst element.</summary>
    public double Error => Math.Abs(Analytic - Numeric) / (1 + Math.Abs(Numeric));
}

/// <summary>
/// Compares the tape's gradients with central differences in f64: the truth test of every gradient rule.
/// </summary>
/// <remarks>
/// A function of many outputs is checked through one number, the sum of its outputs times fixed weights of either sign
/// and of size ½…1½: a wrong derivative of any output shows, at the cost of one backward pass. Inputs are moved in place,
/// one element at a time, and put back.
/// </remarks>
public static class Gradcheck
{
    /// <summary>
    /// Checks the gradients of <paramref name="function"/> with respect to those <paramref name="inputs"/> that require one
    /// (they and the output must be f64). The function must depend on nothing else that changes.
    /// </summary>
    public static GradcheckResult Run(Func<Tensor[], Tensor> function, Tensor[] inputs, GradcheckOptions? options = null)
    {
        Device device = Require("gradcheck", inputs);
        Tensor[] wanted = [.. inputs.Where(input => input.RequiresGrad)];
        double[] Outputs() => Flat("gradcheck", function(inputs));
        double[]?[] Slopes(double[] weights)
        {
            Tensor y = function(inputs);
            if (!y.RequiresGrad) return new double[inputs.Length][];
            return Spread(inputs, wanted, Tensor.Gradients(y, wanted, Tensor.From<double>(y.Device, weights, y.Shape)));
        }
        return Compare("gradcheck", device, inputs, Names(inputs), Outputs, Slopes, options ?? new GradcheckOptions());
    }

    /// <summary>The device of the inputs, once they are known to be fit for differences.</summary>
    internal static Device Require(string name, Tensor[] inputs)
    {
        Device? device = null;
        for (int k = 0; k < inputs.Length; k++)
        {
            if (!inputs[k].RequiresGrad) continue;
            if (inputs[k].DType != DType.F64) throw new HandmadeException($"{name}: input {k} is {inputs[k]}; central differences need f64");
            for (int axis = 0; axis < inputs[k].Shape.Rank; axis++)
            {
                if (inputs[k].View.Strides[axis] == 0 && inputs[k].Shape[axis] > 1 && inputs[k].Shape.Count > 0)
                    throw new HandmadeException($"{name}: input {k} repeats its elements along axis {axis}, so they can't be moved one by one; pass a dense tensor");
            }
            device = inputs[k].Device;
        }
        return device ?? throw new HandmadeException($"{name}: none of the {inputs.Length} inputs requires a gradient; make one with requiresGrad");
    }

    /// <summary>How errors speak of the inputs.</summary>
    internal static string[] Names(Tensor[] inputs) => [.. inputs.Select((_, k) => $"input {k}")];

    /// <summary>The values of an output, which must be f64: the last digits of f32 are the noise of a difference.</summary>
    internal static double[] Flat(string name, Tensor y) => y.DType == DType.F64
        ? y.ToArray<double>()
        : throw new HandmadeException($"{name}: the function returned {y}; central differences need f64");

    /// <summary>Gradients of the inputs that asked for one, in the places of all inputs.</summary>
    internal static double[]?[] Spread(Tensor[] inputs, Tensor[] wanted, Tensor?[] gradients) =>
        [.. inputs.Select(input => Array.IndexOf(wanted, input) is >= 0 and int i ? gradients[i]?.ToArray<double>() : null)];

    /// <summary>Moves every element of every input that requires a gradient and compares what the outputs do with what <paramref name="slopes"/> says.</summary>
    internal static GradcheckResult Compare(
        string name, Device device, Tensor[] inputs, string[] names, Func<double[]> outputs, Func<double[], double[]?[]> slopes, GradcheckOptions options)
    {
        double[] weights;
        double[]?[] analytic;
        using (device.Scope())
        {
            weights = Weights(outputs().Length);
            analytic = slopes(weights);
        }

        double[] Evaluate(TensorView element, double x)
        {
            element.CopyFrom<double>([x]);
            using Scope scope = device.Scope();
            return outputs();
        }
        double NumericSlope(TensorView element)
        {
            double x = element.Item<double>(), above = x + options.Eps, below = x - options.Eps;
            try
            {
                double[] high = Evaluate(element, above), low = Evaluate(element, below);
                double sum = 0;
                for (int i = 0; i < weights.Length; i++) sum += (high[i] - low[i]) * weights[i];
                return sum / (above - below);
            }
            finally
            {
                element.CopyFrom<double>([x]);
            }
        }

        long compared = 0;
        double worst = -1;
        var result = new GradcheckResult(true, -1, [], 0, 0, $"{name}: passed, there is no element to move");
        for (int k = 0; k < inputs.Length; k++)
        {
            if (!inputs[k].RequiresGrad) continue;
            foreach ((int[] index, long position) in Elements(inputs[k].Shape, options.ElementsPerInput))
            {
                double a = analytic[k]?[position] ?? 0, n = NumericSlope(Element(inputs[k].View, index));
                double difference = Math.Abs(a - n), allowed = options.Atol + (options.Rtol * Math.Abs(n));
                double excess = double.IsFinite(difference) ? difference / allowed : double.PositiveInfinity;
                compared++;
                if (excess <= worst) continue;
                worst = excess;
                result = new GradcheckResult(excess <= 1, k, index, a, n,
                    $"the tape says {a:G9} for {names[k]} at [{string.Join(", ", index)}] of {inputs[k].Shape}, central differences say {n:G9}: {difference:G2} apart, {allowed:G2} allowed");
            }
        }
        return result.Input < 0 ? result : result with { Message = $"{name}: {(result.Passed ? $"passed, {compared} elements; the worst:" : "failed:")} {result.Message}" };
    }

    private static double[] Weights(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => (0.5 + random.NextDouble()) * (random.Next(2) == 0 ? 1 : -1))];
    }

    private static IEnumerable<(int[] Index, long Position)> Elements(Shape shape, int most)
    {
        long count = Math.Min(shape.Count, most);
        for (long i = 0; i < count; i++)
        {
            long position = (long)((Int128)i * shape.Count / count), rest = position;
            var index = new int[shape.Rank];
            for (int axis = shape.Rank - 1; axis >= 0; axis--) (rest, index[axis]) = (rest / shape[axis], (int)(rest % shape[axis]));
            yield return (index, position);
        }
    }

    private static TensorView Element(TensorView view, int[] index)
    {
        for (int axis = 0; axis < index.Length; axis++) view = view.Slice(axis, index[axis], 1);
        return view;
    }
}
