using Kernel = Handmade.Kernels.Ops.Compare;

namespace Handmade.Autograd;

/// <remarks>
/// Comparisons make Bool tensors and carry no gradient. Equality of elements is a method, as <c>==</c> asks whether two
/// variables hold the same tensor.
/// </remarks>
public sealed partial class Tensor
{
    /// <summary>Elementwise a = b, broadcast.</summary>
    public Tensor Eq(Tensor b) => new(Kernel.Equal(View, b.View));

    /// <summary>Elementwise x = c.</summary>
    public Tensor Eq(double c) => new(Kernel.Equal(View, c));

    /// <summary>Elementwise a ≠ b, broadcast.</summary>
    public Tensor Ne(Tensor b) => new(Kernel.NotEqual(View, b.View));

    /// <summary>Elementwise x ≠ c.</summary>
    public Tensor Ne(double c) => new(Kernel.NotEqual(View, c));

    /// <summary>Elementwise a &lt; b, broadcast.</summary>
    public Tensor Lt(Tensor b) => new(Kernel.Less(View, b.View));

    /// <summary>Elementwise x &lt; c.</summary>
    public Tensor Lt(double c) => new(Kernel.Less(View, c));

    /// <summary>Elementwise a ≤ b, broadcast.</summary>
    public Tensor Le(Tensor b) => new(Kernel.LessOrEqual(View, b.View));

    /// <summary>Elementwise x ≤ c.</summary>
    public Tensor Le(double c) => new(Kernel.LessOrEqual(View, c));

    /// <summary>Elementwise a &gt; b, broadcast.</summary>
    public Tensor Gt(Tensor b) => new(Kernel.Greater(View, b.View));

    /// <summary>Elementwise x &gt; c.</summary>
    public Tensor Gt(double c) => new(Kernel.Greater(View, c));

    /// <summary>Elementwise a ≥ b, broadcast.</summary>
    public Tensor Ge(Tensor b) => new(Kernel.GreaterOrEqual(View, b.View));

    /// <summary>Elementwise x ≥ c.</summary>
    public Tensor Ge(double c) => new(Kernel.GreaterOrEqual(View, c));

    /// <inheritdoc cref="Lt(Tensor)"/>
    public static Tensor operator <(Tensor a, Tensor b) => a.Lt(b);

    /// <inheritdoc cref="Lt(double)"/>
    public static Tensor operator <(Tensor x, double c) => x.Lt(c);

    /// <inheritdoc cref="Le(Tensor)"/>
    public static Tensor operator <=(Tensor a, Tensor b) => a.Le(b);

    /// <inheritdoc cref="Le(double)"/>
    public static Tensor operator <=(Tensor x, double c) => x.Le(c);

    /// <inheritdoc cref="Gt(Tensor)"/>
    public static Tensor operator >(Tensor a, Tensor b) => a.Gt(b);

    /// <inheritdoc cref="Gt(double)"/>
    public static Tensor operator >(Tensor x, double c) => x.Gt(c);

    /// <inheritdoc cref="Ge(Tensor)"/>
    public static Tensor operator >=(Tensor a, Tensor b) => a.Ge(b);

    /// <inheritdoc cref="Ge(double)"/>
    public static Tensor operator >=(Tensor x, double c) => x.Ge(c);
}
