using System.Numerics;

namespace Handmade.Kernels.Lanes;

/// <summary>What fused kernels need in their inner loops beyond operators, over one register of the machine. Every function is inlined.</summary>
internal interface IVectorMath<T> where T : unmanaged
{
    /// <summary>a·b + c with one rounding.</summary>
    static abstract Vector<T> MultiplyAdd(Vector<T> a, Vector<T> b, Vector<T> c);

    /// <summary>eˣ for x ≤ 0, as the weights of a softmax need it: 0 where it would be no normal number, NaN for NaN.</summary>
    static abstract Vector<T> ExpOfNegative(Vector<T> x);
}
