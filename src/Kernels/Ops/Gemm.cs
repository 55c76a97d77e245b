using System.Numerics;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>What may follow a linear layer inside its kernel.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x·Φ(x), exact through erf.</summary>
    Gelu,

    /// <summary>x·Φ(x) in the tanh form.</summary>
    GeluTanh,
}

/// <summary>Names of activations as the tape, options and tables print them.</summary>
public static class Activations
{
    /// <summary>relu, gelu, gelu_tanh, none.</summary>
    public static string Name(this Activation activation) => activation switch
    {
        Activation.Relu => "relu",
        Activation.Gelu => "gelu",
        Activation.GeluTanh => "gelu_tanh",
        _ => "none",
    };
}

/// <summary>
/// Matrix products: batched, any strides (so transposes cost nothing extra), with bias, residual and activation in the
/// epilogue. f32 and f64. The micro-kernels, their bound and their ladder stand in <see cref="HostGemm"/>.
/// </summary>
public static class Gemm
{
    /// <summary><c>[..., M, K] · [..., K, N]</c>; leading axes broadcast.</summary>
    public static TensorView MatMul(TensorView a, TensorView b)
    {
        Require.Same("matmul", a, b);
        Require.Float("matmul", a);
        Require.Rank("matmul", a, 2);
        Require.Rank("matmul", b, 2);
        if (a.Shape[^1] != b.Shape[^2]) throw new HandmadeException($"matmul: {a.Shape} times {b.Shape}; the inner extents {a.Shape[^1]} and {b.Shape[^2]} must be equal");
        Shape batch = Shape.Broadcast(new Shape(a.Shape.Extents[..^2]), new Shape(b.Shape.Extents[..^2]), "matmul");
        TensorView c = a.Device.Empty(new Shape([.. batch, a.Shape[^2], b.Shape[^1]]), a.DType);
        a = a.Expand(new Shape([.. batch, .. a.Shape.Extents[^2..]]));
        b = b.Expand(new Shape([.. batch, .. b.Shape.Extents[^2..]]));
        Submit("matmul", a, b, c, null, null, null, Activation.None);
        return c;
    }

    /// <summary><c>x Wᵀ + bias + residual</c>: x <c>[R, ..., K]</c>, W <c>[R, N, K]</c>, bias <c>[R, N]</c>; or W <c>[N, K]</c>, bias <c>[N]</c>.</summary>
    public static TensorView Linear(TensorView x, TensorView weight, TensorView? bias, TensorView? residual)
    {
        Shape result = Check(x, weight, bias);
        TensorView y = x.Device.Empty(result, x.DType);
        if (residual is not null)
        {
            Require.Same("linear", x, residual);
            Require.Shaped("linear", "the residual", residual, result);
        }
        Submit("linear", Rows(x, weight), weight.Transpose(-1, -2), Rows(y, weight), Dense(bias), residual is null ? null : Rows(residual, weight), null, Activation.None);
        return y;
    }

    /// <summary>As a linear layer without residual, followed by an activation: returns what <see cref="ActivationBackward"/> needs, and the result.</summary>
    public static (TensorView Kept, TensorView Activated) LinearActivated(TensorView x, TensorView weight, TensorView? bias, Activation activation)
    {
        Shape result = Check(x, weight, bias);
        // max(s, 0) is positive where s is: the result serves for both.
        TensorView kept = x.Device.Empty(result, x.DType), y = activation == Activation.Relu ? kept : x.Device.Empty(result, x.DType);
        Submit($"linear_{activation.Name()}", Rows(x, weight), weight.Transpose(-1, -2), Rows(kept, weight), Dense(bias), null, Rows(y, weight), activation);
        return (kept, y);
    }

    /// <summary>The gradient before the activation, from the one behind it and what <see cref="LinearActivated"/> kept.</summary>
    public static TensorView ActivationBackward(TensorView kept, TensorView dy, Activation activation)
    {
        if (activation == Activation.Relu) return Relu.Backward(kept, dy);
        // The host kept the slope, which is nearly free beside the value; other devices the sum.
        if (kept.Device is HostDevice) return Map.Binary<Arithmetic.Product<Lanes<float>>, Arithmetic.Product<Lanes<double>>>($"{activation.Name()}_backward", dy, kept);
        return activation == Activation.Gelu ? Gelu.ErfBackward(kept, dy) : Gelu.TanhBackward(kept, dy);
    }

    private static Shape Check(TensorView x, TensorView weight, TensorView? bias)
    {
        Require.Same("linear", x, weight);
        Require.Float("linear", x);
        bool replicated = weight.Shape.Rank == 3;
        if (weight.Shape.Rank is not (2 or 3)) throw new HandmadeException($"linear: the weight has shape {weight.Shape}; it must be [out, in] or [replica, out, in]");
        Require.Rank("linear", x, weight.Shape.Rank - 1);
        if (x.Shape[^1] != weight.Shape[^1] || (replicated && x.Shape[0] != weight.Shape[0]))
            throw new HandmadeException($"linear: input {x.Shape} and weight {weight.Shape} do not fit; the last extents{(replicated ? " and the replica extents" : "")} must be equal");
        if (bias is not null)
        {
            Require.Same("linear", x, bias);
            Require.Shaped("linear", "the bias", bias, weight.Shape.Without(weight.Shape.Rank - 1));
        }
        return x.Shape.With(x.Shape.Rank - 1, weight.Shape[^2]);
    }

    // A view of another tensor may serve as bias; kernels take its rows to lie one behind the other.
    private static TensorView? Dense(TensorView? bias) => bias is null ? null : Copy.Contiguous(bias);

    private static TensorView Rows(TensorView x, TensorView weight)
    {
        x = Copy.Contiguous(x);
        int features = x.Shape[^1], replicas = weight.Shape.Rank == 3 ? x.Shape[0] : 1;
        int rows = (int)(x.Shape.Count / Math.Max((long)features * replicas, 1));
        return x.Reshape(weight.Shape.Rank == 3 ? [replicas, rows, features] : [rows, features]);
    }

    private static void Submit(string name, TensorView a, TensorView b, TensorView c, TensorView? bias, TensorView? residual, TensorView? activated, Activation activation) =>
        c.Device.Submit((c.DType, activation) switch
        {
            (DType.F32, Activation.None) => new GemmLaunch<float, F32, Keep<Lanes<float>>, HostGemm.Unchanged<float>>(name, a, b, c, bias, residual, activated),
            (DType.F32, Activation.Relu) => new GemmLaunch<float, F32, Relu.Rectified<Lanes<float>, MathF32>, SlopeRows<float, Relu.Rectified<Register<float>, MathF32>>>(name, a, b, c, bias, residual, activated),
            (DType.F32, Activation.Gelu) => new GemmLaunch<float, F32, Gelu.TailForm<Lanes<float>, MathF32>, SlopeRows<float, Gelu.TailForm<Register<float>, MathF32>>>(name, a, b, c, bias, residual, activated),
            (DType.F32, Activation.GeluTanh) => new GemmLaunch<float, F32, Gelu.TanhForm<Lanes<float>, MathF32>, SlopeRows<float, Gelu.TanhForm<Register<float>, MathF32>>>(name, a, b, c, bias, residual, activated),
            (_, Activation.None) => new GemmLaunch<double, F64, Keep<Lanes<double>>, HostGemm.Unchanged<double>>(name, a, b, c, bias, residual, activated),
            (_, Activation.Relu) => new GemmLaunch<double, F64, Relu.Rectified<Lanes<double>, MathF64>, SlopeRows<double, Relu.Rectified<Register<double>, MathF64>>>(name, a, b, c, bias, residual, activated),
            (_, Activation.Gelu) => new GemmLaunch<double, F64, Gelu.ErfForm<Lanes<double>, MathF64>, SlopeRows<double, Gelu.ErfForm<Register<double>, MathF64>>>(name, a, b, c, bias, residual, activated),
            (_, _) => new GemmLaunch<double, F64, Gelu.TanhForm<Lanes<double>, MathF64>, SlopeRows<double, Gelu.TanhForm<Register<double>, MathF64>>>(name, a, b, c, bias, residual, activated),
        });

    internal readonly struct Keep<T> : IUnary<T>
    {
        public static T Apply(T x) => x;
    }

    private sealed unsafe class GemmLaunch<T, TM, TActivation, TRows>(
        string name, TensorView a, TensorView b, TensorView c, TensorView? bias, TensorView? residual, TensorView? activated)
        : Launch(name, [.. new[] { a, b, bias, residual }.OfType<TensorView>()], [.. new[] { c, activated }.OfType<TensorView>()])
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
        where TActivation : struct, IUnary<Lanes<T>>
        where TRows : struct, IActivation<T>
    {
        private readonly Shape batch = new(c.Shape.Extents[..^2]);
        private readonly int units = HostGemm.Units(c.Shape[^2], c.Shape[^1]);
        private readonly GemmTeam? team = c.Shape.Count == (long)c.Shape[^2] * c.Shape[^1] && HostGemm.Shares(c.Shape[^2], c.Shape[^1], a.Shape[^1], b.Strides[^1])
            ? new(HostGemm.Units(c.Shape[^2], c.Shape[^1]))
            : null;

        public override int Grid => (int)batch.Count * units;

        public override long Work => 2 * c.Count * a.Shape[^1];

        public override Launch? For(ReplicaBlock block) => batch.Rank > 0 && block.Cuts(a, b, c, bias, residual, activated)
            ? new GemmLaunch<T, TM, TActivation, TRows>(
                Name, block.Of(a), block.Of(b), block.Of(c), bias is null ? null : block.Of(bias), residual is null ? null : block.Of(residual), activated is null ? null : block.Of(activated))
            : null;

        public override void Run(int begin, int end)
        {
            while (begin < end)
            {
                int matrix = begin / units, first = begin - (matrix * units), pieces;
                GemmArgs<T> args = Product(matrix);
                if (units == 1)
                {
                    // Products along the last axis of the batch lie evenly.
                    pieces = batch.Rank == 0 ? 1 : Math.Min(end - begin, batch[^1] - (matrix % batch[^1]));
                    HostGemm.Run<T, TRows>(args, Steps(pieces));
                }
                else
                {
                    pieces = Math.Min(units - first, end - begin);
                    if (team is null || pieces == units) HostGemm.Run<T, TRows>(args, first, first + pieces);
                    else RunShared(team, args, first, pieces);
                }
                begin += pieces;
            }
        }

        // Whoever came leaves, come what may: the next product's team begins afresh.
        private static void RunShared(GemmTeam team, in GemmArgs<T> args, int first, int count)
        {
            try
            {
                HostGemm.Run<T, TRows>(args, first, first + count, HostDevice.VectorBits, team.Join<T>(args.N, args.K));
            }
            finally
            {
                team.Leave(count);
            }
        }

        private GemmArgs<T> Product(int matrix) => new()
        {
            M = c.Shape[^2],
            N = c.Shape[^1],
            K = a.Shape[^1],
            A = Matrix(a, matrix),
            ARow = a.Strides[^2],
            ACol = a.Strides[^1],
            B = Matrix(b, matrix),
            BRow = b.Strides[^2],
            BCol = b.Strides[^1],
            C = Matrix(c, matrix),
            CRow = c.Strides[^2],
            Bias = bias is null ? null : bias.Pointer<T>() + (matrix * c.Shape[^1]),
            Residual = residual is null ? null : Matrix(residual, matrix),
            ResidualRow = residual?.Strides[^2] ?? 0,
            Activated = activated is null ? null : Matrix(activated, matrix),
            ActivatedRow = activated?.Strides[^2] ?? 0,
        };

        private GemmBatch Steps(int count) => count == 1 ? new() { Count = 1 } : new()
        {
            Count = count,
            A = a.Strides[^3],
            B = b.Strides[^3],
            C = c.Strides[^3],
            Bias = c.Shape[^1],
            Residual = residual?.Strides[^3] ?? 0,
            Activated = activated?.Strides[^3] ?? 0,
        };

        public override void Enqueue(KernelQueue queue) =>
            DeviceGemm.Enqueue<T, TM, OneLane.Unary<T, TActivation>>(queue, Name, a, b, c, bias, residual, activated);

        private T* Matrix(TensorView tensor, int matrix)
        {
            nint offset = 0;
            for (int axis = batch.Rank - 1; axis >= 0; axis--)
            {
                (matrix, int index) = Math.DivRem(matrix, batch[axis]);
                offset += index * tensor.Strides[axis];
            }
            return tensor.Pointer<T>() + offset;
        }
    }
}
