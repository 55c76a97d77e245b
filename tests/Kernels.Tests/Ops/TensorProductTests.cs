using Handmade.Kernels.Emulation;
using Handmade.Kernels.Host;
using Handmade.Kernels.OpenCl;
using Handmade.Kernels.Ops;
using Products = Handmade.Kernels.Ops.Gemm;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>f32 products on tensor cores, on the emulator: those of the rounded factors, in every shape and layout, and only where they are asked for.</summary>
public sealed class TensorProductTests
{
    private static readonly EmulatorDevice Exact = new();
    private static readonly EmulatorDevice High = new() { AllowTf32 = true };
    private static readonly EmulatorDevice Medium = new() { Float32MatmulPrecision = Float32MatmulPrecision.Medium };

    [TestCase(1, 1, 1)]
    [TestCase(5, 7, 3)]
    [TestCase(33, 6, 18)]
    public void Products_are_those_of_rounded_factors(int m, int n, int k)
    {
        foreach (EmulatorDevice device in (EmulatorDevice[])[High, Medium])
            foreach (bool aTransposed in (bool[])[false, true])
                foreach (bool bTransposed in (bool[])[false, true])
                {
                    TensorView a = Matrix(device, 1, m, k, aTransposed), b = Matrix(device, 2, k, n, bTransposed);
                    Same(Products.MatMul(a, b), Rounded(device, a), Rounded(device, b), $"{device.Float32MatmulPrecision} {aTransposed} {bTransposed}");
                }
    }

    // Four warps of 32 rows each, and eight of 64.
    [TestCase(65, 33)]
    [TestCase(65, 129)]
    public void Larger_tiles_take_several_warps(int m, int n)
    {
        TensorView a = Matrix(High, 1, m, 5, false), b = Matrix(High, 2, 5, n, true);
        Same(Products.MatMul(a, b), Rounded(High, a), Rounded(High, b), $"{n}");
    }

    [Test]
    public void Aligned_rows_are_copied_in_fours_and_give_the_same_bits()
    {
        TensorView a = Matrix(High, 1, 12, 24, false), b = Matrix(High, 2, 24, 20, false);
        float[] fours = Products.MatMul(a, b).ToArray<float>();
        // The same numbers one place further on.
        TensorView Moved(TensorView x)
        {
            float[] numbers = x.ToArray<float>();
            return High.From<float>([0, .. numbers], [numbers.Length + 1]).Slice(0, 1, numbers.Length).Reshape(x.Shape);
        }
        Assert.That(Products.MatMul(Moved(a), Moved(b)).ToArray<float>(), Is.EqualTo(fours));
        TensorView apart = High.From<float>([.. a.ToArray<float>().SelectMany(x => new[] { x, 0 })], [12, 24, 2]).Slice(2, 0, 1).Squeeze(2);
        Assert.That(Products.MatMul(apart, b).ToArray<float>(), Is.EqualTo(fours));
    }

    [Test]
    public void Deep_products_fall_into_slices()
    {
        TensorView a = Matrix(High, 1, 5, 300, false), b = Matrix(High, 2, 300, 3, true);
        Same(Products.MatMul(a, b), Rounded(High, a), Rounded(High, b), "slices");
    }

    [Test]
    public void Batches_stretch_and_empty_ones_are_fine()
    {
        TensorView a = Numbers(High, 1, [3, 1, 4, 6]), b = Numbers(High, 2, [2, 6, 5]), c = Products.MatMul(a, b);
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 2; j++)
                Same(c.Slice(0, i, 1).Squeeze(0).Slice(0, j, 1).Squeeze(0), Rounded(High, a.Slice(0, i, 1).Reshape([4, 6])), Rounded(High, b.Slice(0, j, 1).Squeeze(0)), $"{i} {j}");
        Assert.That(Products.MatMul(Numbers(High, 1, [3, 0]), Numbers(High, 1, [0, 5])).ToArray<float>(), Is.All.Zero);
    }

    [Test]
    public void Bias_residual_and_activation_follow_in_full_precision()
    {
        TensorView x = Numbers(High, 1, [5, 9]), w = Numbers(High, 2, [7, 9]), bias = Numbers(High, 3, [7]), residual = Numbers(High, 4, [5, 7]);
        double[] product = Plain(Rounded(High, x), Rounded(High, w.Transpose(0, 1)), 5, 7, 9);
        float[] sum = Products.Linear(x, w, bias, residual).ToArray<float>(), relu = Products.LinearActivated(x, w, bias, Activation.Relu).Activated.ToArray<float>();
        float[] biases = bias.ToArray<float>(), residuals = residual.ToArray<float>();
        Assert.That(sum.Select(y => (double)y), Is.EqualTo(product.Select((p, i) => p + biases[i % 7] + residuals[i])).Within(2e-6));
        Assert.That(relu.Select(y => (double)y), Is.EqualTo(product.Select((p, i) => Math.Max(p + biases[i % 7], 0))).Within(2e-6));
    }

    [Test]
    public void The_error_is_what_the_precision_says()
    {
        (int m, int n, int k) = (17, 19, 70);
        foreach ((EmulatorDevice device, double bound) in (ReadOnlySpan<(EmulatorDevice, double)>)[(High, Math.Pow(2, -10)), (Medium, Math.Pow(2, -7))])
        {
            TensorView a = Matrix(device, 1, m, k, false), b = Matrix(device, 2, k, n, false);
            float[] left = a.ToArray<float>(), right = b.ToArray<float>();
            double[] exact = Plain(left, right, m, n, k), sizes = Plain([.. left.Select(Math.Abs)], [.. right.Select(Math.Abs)], m, n, k);
            double worst = Products.MatMul(a, b).ToArray<float>().Select((c, i) => Math.Abs(c - exact[i]) / sizes[i]).Max();
            Assert.That(worst, Is.LessThan(bound).And.GreaterThan(bound / 200), $"{device.Float32MatmulPrecision}");
        }
    }

    [Test]
    public void Without_asking_the_bits_are_those_of_f32()
    {
        using var device = new EmulatorDevice();
        TensorView a = Matrix(device, 1, 9, 30, false), b = Matrix(device, 2, 30, 7, false);
        float[] before = Products.MatMul(a, b).ToArray<float>();
        Assert.That((device.Float32MatmulPrecision, device.AllowTf32), Is.EqualTo((Float32MatmulPrecision.Highest, false)));
        Assert.That(before, Is.EqualTo(Products.MatMul(Matrix(Exact, 1, 9, 30, false), Matrix(Exact, 2, 30, 7, false)).ToArray<float>()));
        device.AllowTf32 = true;
        Assert.That(Products.MatMul(a, b).ToArray<float>(), Is.Not.EqualTo(before));
        device.AllowTf32 = false;
        Assert.That(Products.MatMul(a, b).ToArray<float>(), Is.EqualTo(before));
    }

    [Test]
    public void Doubles_stay_what_they_are()
    {
        static TensorView Product(Device device)
        {
            TensorView x = device.From<double>([.. Matrix(device, 1, 6, 6, false).ToArray<float>().Select(number => number / 3.0)], [6, 6]);
            return Products.MatMul(x, x);
        }
        Assert.That(Product(High).ToArray<double>(), Is.EqualTo(Product(Exact).ToArray<double>()));
    }

    [Test]
    public void A_captured_step_keeps_the_precision_it_was_captured_with()
    {
        using var device = new EmulatorDevice { AllowTf32 = true };
        TensorView a = Matrix(device, 1, 9, 30, false), b = Matrix(device, 2, 30, 7, false);
        float[] eager = Products.MatMul(a, b).ToArray<float>();
        using CapturedStep step = device.Capture(() => [Products.MatMul(a, b)]);
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo(eager));
    }

    [Test]
    public void A_device_without_tensor_cores_refuses_in_one_sentence()
    {
        using var host = new HostDevice(1);
        const string Sentence = "host has no tensor cores for f32 products: leave AllowTf32 off, or use cuda on a GPU of compute capability 8.0 or later";
        Assert.That(() => host.AllowTf32 = true, Throws.TypeOf<HandmadeException>().With.Message.EqualTo(Sentence));
        Assert.That(() => host.Float32MatmulPrecision = Float32MatmulPrecision.Medium, Throws.TypeOf<HandmadeException>().With.Message.EqualTo(Sentence));
        host.AllowTf32 = false;
        Assert.That(host.Float32MatmulPrecision, Is.EqualTo(Float32MatmulPrecision.Highest));
        if (ClDevices.Missing is not null) return;
        using var opencl = new OpenClDevice();
        Assert.That(() => opencl.AllowTf32 = true, Throws.TypeOf<HandmadeException>().With.Message.StartsWith("opencl:0 has no tensor cores for f32 products"));
    }

    private static void Same(TensorView c, float[] a, float[] b, string what)
    {
        (int m, int n) = (c.Shape[0], c.Shape[1]);
        Assert.That(c.ToArray<float>().Select(x => (double)x), Is.EqualTo(Plain(a, b, m, n, a.Length / m)).Within(1e-6 * Math.Max(a.Length / m, 1)), what);
    }

    private static double[] Plain(float[] a, float[] b, int m, int n, int k)
    {
        var c = new double[m * n];
        for (int at = 0; at < c.Length; at++)
            for (int p = 0; p < k; p++) c[at] += (double)a[(at / n * k) + p] * b[(p * n) + (at % n)];
        return c;
    }

    private static float[] Rounded(Device device, TensorView x) => [.. x.ToArray<float>().Select(number =>
        device.Float32MatmulPrecision == Float32MatmulPrecision.High ? Intrinsics.RoundToTf32(number) : Intrinsics.FromBFloat16(Intrinsics.ToBFloat16(number)))];

    private static TensorView Matrix(Device device, int seed, int rows, int columns, bool isTransposed) =>
        isTransposed ? Numbers(device, seed, [columns, rows]).Transpose(0, 1) : Numbers(device, seed, [rows, columns]);

    private static TensorView Numbers(Device device, int seed, Shape shape)
    {
        var random = new System.Random(seed);
        var numbers = new float[shape.Count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = (float)((random.NextDouble() * 2) - 1);
        return device.From<float>(numbers, shape);
    }
}
