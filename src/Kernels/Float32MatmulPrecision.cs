namespace Handmade.Kernels;

/// <summary>How precise products of f32 matrices are (torch.set_float32_matmul_precision): less is many times faster on tensor cores. Sums are f32 in all cases.</summary>
public enum Float32MatmulPrecision
{
    /// <summary>Every bit of f32: chains of fused multiply-adds. The default.</summary>
    Highest,

    /// <summary>Factors are rounded to TF32, 10 bits of fraction and the range of f32: a sum is off by at most 2⁻¹⁰ of the sum of its products' sizes, some 1e-3.</summary>
    High,

    /// <summary>Factors are rounded to bfloat16, 7 bits of fraction and the range of f32: at most 2⁻⁷ of the sum of the products' sizes, some 1e-2.</summary>
    Medium,
}
