using System.Runtime.InteropServices;

namespace Handmade.Kernels.Cuda;

/// <summary>Turns a code that the CUDA driver returned into a sentence, with the driver's own name and words for it.</summary>
internal static unsafe class CuError
{
    /// <summary>Throws unless the call went well.</summary>
    public static void Check(int code, string call)
    {
        if (code != CuConstants.SUCCESS) throw Of(code, call);
    }

    /// <summary>The exception of a code.</summary>
    public static HandmadeException Of(int code, string call) => code == CuConstants.ERROR_OUT_OF_MEMORY
        ? new($"cuda: {call} found no memory; use a smaller preset or batch")
        : new($"cuda: {call} failed with {Words(code)}");

    /// <summary>As in <c>CUDA_ERROR_NO_DEVICE (no CUDA-capable device is detected)</c>.</summary>
    public static string Words(int code)
    {
        byte* name, text;
        return Cu.cuGetErrorName(code, &name) == CuConstants.SUCCESS && Cu.cuGetErrorString(code, &text) == CuConstants.SUCCESS
            ? $"{Marshal.PtrToStringUTF8((nint)name)} ({Marshal.PtrToStringUTF8((nint)text)})"
            : $"error {code}";
    }
}
