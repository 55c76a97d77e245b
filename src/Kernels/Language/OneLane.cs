using Handmade.Kernels.Lanes;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels;

/// <summary>
/// A functor of the host, which works on lanes, as the functor of one scalar that a kernel takes. Device text needs no adapter: there the
/// functor is bound to the scalar itself. On the emulator all lanes hold the scalar.
/// </summary>
public static class OneLane
{
    /// <summary>One operand.</summary>
    public readonly struct Unary<T, TOp> : IUnary<T> where T : unmanaged where TOp : struct, IUnary<Lanes<T>>
    {
        /// <inheritdoc/>
        public static T Apply(T x) => TOp.Apply(Lanes<T>.Broadcast(x)).V[0];
    }

    /// <summary>Two operands.</summary>
    public readonly struct Binary<T, TOp> : IBinary<T> where T : unmanaged where TOp : struct, IBinary<Lanes<T>>
    {
        /// <inheritdoc/>
        public static T Apply(T a, T b) => TOp.Apply(Lanes<T>.Broadcast(a), Lanes<T>.Broadcast(b)).V[0];
    }

    /// <summary>Three operands.</summary>
    public readonly struct Ternary<T, TOp> : ITernary<T> where T : unmanaged where TOp : struct, ITernary<Lanes<T>>
    {
        /// <inheritdoc/>
        public static T Apply(T a, T b, T c) => TOp.Apply(Lanes<T>.Broadcast(a), Lanes<T>.Broadcast(b), Lanes<T>.Broadcast(c)).V[0];
    }

    /// <summary>The steps of a reduction.</summary>
    internal readonly struct Steps<T, TOp> : ICombine<T> where T : unmanaged where TOp : struct, ICombine<Lanes<T>>
    {
        public static T Identity => TOp.Identity.V[0];

        public static T Map(T x, T c) => TOp.Map(Lanes<T>.Broadcast(x), Lanes<T>.Broadcast(c)).V[0];

        public static T Combine(T a, T b) => TOp.Combine(Lanes<T>.Broadcast(a), Lanes<T>.Broadcast(b)).V[0];
    }
}
