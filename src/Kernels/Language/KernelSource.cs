namespace Handmade.Kernels;

/// <summary>A kernel as the generator leaves it in the assembly: device text that fits every dialect, and what is still open in it.</summary>
/// <param name="Name">The kernel's C# name with its class, as errors and profiles print it: <c>Softmax.Rows</c>.</param>
/// <param name="EntryPoint">The name of the kernel function in the text.</param>
/// <param name="Text">Device functions and the kernel, in C with the macros of the preludes.</param>
/// <param name="TypeParameters">The type parameters in order: T, TM, TOp. Bound when the kernel is compiled.</param>
/// <param name="Parameters">The kernel's parameters in order.</param>
/// <param name="GroupSize">Threads of a group, as the attribute says; at most 256.</param>
/// <param name="NeedsTensorCores">True where it multiplies on tensor cores or copies asynchronously: CUDA has words for that, OpenCL has none.</param>
/// <param name="ExceedsSharedLimit">True where each launch says how much shared memory a group gets. Its bytes are one argument more, behind the parameters.</param>
public sealed record KernelSource(
    string Name, string EntryPoint, string Text, IReadOnlyList<KernelTypeParameter> TypeParameters, IReadOnlyList<KernelParameter> Parameters, int GroupSize,
    bool NeedsTensorCores = false, bool ExceedsSharedLimit = false)
{
    /// <summary>The C# file that the kernel stands in, as its text names it.</summary>
    public string File
    {
        get
        {
            // The functions that it calls stand before it and may come from other files.
            int kernel = Text.IndexOf("KERNEL(", StringComparison.Ordinal), line = Text.LastIndexOf("#line ", kernel, StringComparison.Ordinal), start = Text.IndexOf('"', line) + 1;
            return Text[start..Text.IndexOf('"', start)];
        }
    }
}

/// <summary>A type parameter of a kernel or functor.</summary>
/// <param name="Name">Its name in C# and in the text.</param>
/// <param name="Interface">What it must implement, in C# words: <c>ICvt&lt;TA, T&gt;</c>; empty for the type of elements.</param>
public sealed record KernelTypeParameter(string Name, string Interface);

/// <summary>A parameter of a kernel.</summary>
/// <param name="Name">Its name in C# and in the text.</param>
/// <param name="Kind">How it reaches the device.</param>
/// <param name="Type">Element type of a view, type of a scalar, in the text's words: <c>float</c>, <c>T</c>, <c>int</c>.</param>
public sealed record KernelParameter(string Name, KernelParameterKind Kind, string Type);

/// <summary>How a parameter reaches the device.</summary>
public enum KernelParameterKind
{
    /// <summary>Three arguments: pointer, offset and length in elements (both i64).</summary>
    View,

    /// <summary>One argument, by value.</summary>
    Scalar,

    /// <summary>No argument: an integer that the kernel is compiled for (<see cref="SpecInt"/>).</summary>
    Spec,
}
