using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Choice by a Bool mask: elementwise with broadcasting, f32, f64 and i32. Bound by memory.</summary>
public static class Where
{
    /// <summary>a where the mask is true, else b.</summary>
    public static TensorView Select(TensorView mask, Operand a, Operand b, string name = "where") =>
        Map.Select<Chosen<Lanes<float>, MathF32>, Chosen<Lanes<double>, MathF64>, Chosen<Lanes<int>, MathI32>>(name, mask, a, b);

    private readonly struct Chosen<T, TM> : ITernary<T> where TM : struct, ICompare<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T mask, T a, T b) => TM.SelectEqual(mask, TM.Of(0), b, a);
    }
}
