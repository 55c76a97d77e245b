using Handmade.Kernels;

namespace Handmade.Autograd;

/// <summary>
/// Compares gradients of gradients (made with createGraph) with central differences of the first gradient, in f64.
/// </summary>
/// <remarks>
/// The first gradient is a function of the inputs and of the output's gradient, and both are checked. What is moved and
/// differenced is the ordinary backward pass, so the check also ties fused backward kernels to the composed rules.
/// </remarks>
public static class Gradgradcheck
{
    /// <summary>
    /// Checks the second gradients of <paramref name="function"/> with respect to those <paramref name="inputs"/> that
    /// require one; see <see cref="Gradcheck.Run"/>.
    /// </summary>
    public static GradcheckResult Run(Func<Tensor[], Tensor> function, Tensor[] inputs, GradcheckOptions? options = null)
    {
        Device device = Gradcheck.Require("gradgradcheck", inputs);
        using Scope scope = device.Scope();
        Tensor[] wanted = [.. inputs.Where(input => input.RequiresGrad)];
        Tensor dy = OutputGradient(device, function, inputs);
        Tensor[] moved = [.. inputs, dy], wantedMoved = [.. wanted, dy];

        Tensor?[] First(bool createGraph)
        {
            Tensor y = function(inputs);
            return y.RequiresGrad ? Tensor.Gradients(y, wanted, dy, createGraph) : new Tensor?[wanted.Length];
        }

        double[] Outputs()
        {
            Tensor?[] dx = First(createGraph: false);
            return [.. dx.SelectMany((gradient, i) => gradient?.ToArray<double>() ?? new double[wanted[i].Shape.Count])];
        }

        double[]?[] Slopes(double[] weights)
        {
            var sums = new double[moved.Length][];
            int from = 0;
            Tensor?[] dx = First(createGraph: true);
            for (int i = 0; i < dx.Length; i++)
            {
                int count = (int)wanted[i].Shape.Count;
                ReadOnlySpan<double> own = weights.AsSpan(from, count);
                from += count;
                if (dx[i] is not { RequiresGrad: true } gradient) continue;
                double[]?[] parts = Gradcheck.Spread(moved, wantedMoved,
                    Tensor.Gradients(gradient, wantedMoved, Tensor.From(gradient.Device, own, gradient.Shape)));
                for (int k = 0; k < parts.Length; k++)
                    if (parts[k] is { } part) sums[k] = sums[k] is { } sum ? [.. sum.Zip(part, (a, b) => a + b)] : part;
            }
            return sums;
        }

        return Gradcheck.Compare("gradgradcheck", device, moved, [.. Gradcheck.Names(inputs), "the output's gradient"], Outputs, Slopes, options ?? new GradcheckOptions());
    }

    // Values of both signs and of size about one, as a loss would hand back.
    private static Tensor OutputGradient(Device device, Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        Shape shape;
        using (device.Scope())
        {
            Tensor y = function(inputs);
            Gradcheck.Flat("gradgradcheck", y);
            shape = y.Shape;
        }
        double[] values = [.. Enumerable.Range(0, (int)shape.Count).Select(i => Math.Cos(i + 0.5) + (i % 2 == 0 ? 0.5 : -0.5))];
        return Tensor.From<double>(device, values, shape, requiresGrad: true);
    }
}
