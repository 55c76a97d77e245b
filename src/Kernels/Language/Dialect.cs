namespace Handmade.Kernels;

/// <summary>The languages that kernels are compiled from.</summary>
public enum Dialect
{
    /// <summary>OpenCL C 1.2.</summary>
    OpenCl,

    /// <summary>CUDA C++ for NVRTC.</summary>
    Cuda,
}
