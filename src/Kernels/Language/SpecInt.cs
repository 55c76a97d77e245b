namespace Handmade.Kernels;

/// <summary>The type of a kernel's <see cref="SpecAttribute"/> parameter: an integer that is constant in the compiled kernel (SpecializedValue&lt;int&gt; in ILGPU).</summary>
/// <param name="Value">The integer.</param>
public readonly record struct SpecInt(int Value)
{
    /// <summary>The integer.</summary>
    public static implicit operator int(SpecInt spec) => spec.Value;

    /// <summary>A constant of the kernel.</summary>
    public static implicit operator SpecInt(int value) => new(value);
}
