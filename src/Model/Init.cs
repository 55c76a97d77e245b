using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Model;

/// <summary>
/// Where new parameters come from: the device, the dtype, and one random stream per replica. A replica's parameters
/// depend on its seed alone, not on the other replicas.
/// </summary>
public sealed class Init(Device device, RandomStream random, DType dtype = DType.F32)
{
    /// <summary>The device of the parameters.</summary>
    public Device Device => device;

    /// <summary>Float type of the parameters.</summary>
    public DType DType => dtype;

    /// <summary>Number of replicas R.</summary>
    public int Replicas => random.Replicas;

    /// <summary>A parameter <c>[R, shape]</c>, uniform in ±1/√fanIn: the default of torch.nn.Linear, weights and biases alike.</summary>
    public Tensor Uniform(Shape shape, int fanIn)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        return new Tensor(random.Uniform(Replicated(shape), -bound, bound, dtype), requiresGrad: true);
    }

    /// <summary>A parameter <c>[R, shape]</c>, normal with mean 0: the default of torch.nn.Embedding at deviation 1.</summary>
    public Tensor Normal(Shape shape, double deviation) => new(random.Normal(Replicated(shape), 0, deviation, dtype), requiresGrad: true);

    /// <summary>A parameter <c>[R, shape]</c> of one value.</summary>
    public Tensor Constant(Shape shape, double value) => Tensor.Full(device, Replicated(shape), value, dtype, requiresGrad: true);

    private Shape Replicated(Shape shape) => [Replicas, .. shape];
}
