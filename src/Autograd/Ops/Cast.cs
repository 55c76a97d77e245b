using Handmade.Kernels;
using Kernel = Handmade.Kernels.Ops.Cast;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>
    /// The elements as another type: to i32 towards zero (NaN is 0), to Bool true where not 0. Between f32 and f64 the
    /// gradient is cast back; other casts carry none.
    /// </summary>
    public Tensor Cast(DType dtype)
    {
        if (dtype == DType) return this;
        TensorView value = Kernel.To(View, dtype);
        return DType.IsFloat() && dtype.IsFloat() ? Tape.Record("cast", value, [this], (_, dy) => [dy.Cast(DType)]) : new Tensor(value);
    }
}
