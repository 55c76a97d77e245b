using System.Runtime.InteropServices;
using System.Text;

namespace Handmade.Kernels.Cuda;

/// <summary>
/// Makes images of modules from text with NVRTC: machine code of the card's own architecture, or PTX where the compiler is older than the card. The options
/// leave floating point as it is written — no contraction, exact division and roots, no flush to zero — and keep the C# lines for profilers.
/// </summary>
/// <param name="capability">The card's architecture, as in 90 for sm_90.</param>
internal sealed unsafe class NvrtcCompiler(int capability)
{
    private static readonly string[] floatingPoint = ["--fmad=false", "--prec-div=true", "--prec-sqrt=true", "--ftz=false", "--generate-line-info", "--std=c++17"];

    private readonly string version = Version();
    private readonly int architecture = Architecture(capability);

    /// <summary>What an image depends on besides its text.</summary>
    public string Identity => string.Join(' ', [version, Target, .. floatingPoint]);

    // sm_ makes machine code, compute_ the portable form that the driver finishes.
    private string Target => architecture == capability ? $"--gpu-architecture=sm_{architecture}" : $"--gpu-architecture=compute_{architecture}";

    /// <summary>The image of a module: machine code, or PTX with a zero at its end.</summary>
    /// <param name="name">The C# kernel, for errors.</param>
    /// <param name="text">Complete CUDA C++.</param>
    public byte[] Build(string name, string text)
    {
        nint program;
        fixed (byte* source = Zeroed(text), file = Zeroed(name + ".cu"))
            Check(Nvrtc.nvrtcCreateProgram(&program, source, file, 0, null, null), name, "nvrtcCreateProgram");
        try
        {
            int code = CompileProgram(program, [Target, .. floatingPoint]);
            if (code != CuConstants.NVRTC_SUCCESS)
                throw new HandmadeException($"{name}: NVRTC {version} refused the kernel for sm_{capability}, {Words(code)}:\n{Log(program)}");
            return Image(program, name);
        }
        finally
        {
            _ = Nvrtc.nvrtcDestroyProgram(&program);
        }
    }

    private static int CompileProgram(nint program, string[] options)
    {
        byte** texts = stackalloc byte*[options.Length];
        for (int i = 0; i < options.Length; i++) texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
        int code = Nvrtc.nvrtcCompileProgram(program, options.Length, texts);
        for (int i = 0; i < options.Length; i++) Marshal.FreeCoTaskMem((nint)texts[i]);
        return code;
    }

    private byte[] Image(nint program, string name)
    {
        nuint size;
        bool isNative = architecture == capability;
        Check(isNative ? Nvrtc.nvrtcGetCUBINSize(program, &size) : Nvrtc.nvrtcGetPTXSize(program, &size), name, "nvrtcGetCUBINSize");
        var image = new byte[(int)size];
        fixed (byte* bytes = image) Check(isNative ? Nvrtc.nvrtcGetCUBIN(program, bytes) : Nvrtc.nvrtcGetPTX(program, bytes), name, "nvrtcGetCUBIN");
        return image;
    }

    private static string Log(nint program)
    {
        nuint size;
        if (Nvrtc.nvrtcGetProgramLogSize(program, &size) != CuConstants.NVRTC_SUCCESS) return "";
        var log = new byte[(int)size];
        fixed (byte* bytes = log) _ = Nvrtc.nvrtcGetProgramLog(program, bytes);
        return Encoding.UTF8.GetString(log).TrimEnd('\0').Trim();
    }

    private static string Version()
    {
        int major, minor;
        Check(Nvrtc.nvrtcVersion(&major, &minor), "cuda", "nvrtcVersion");
        return $"{major}.{minor}";
    }

    // The card's own architecture if this NVRTC knows it, else the newest one before it.
    private static int Architecture(int capability)
    {
        int count;
        Check(Nvrtc.nvrtcGetNumSupportedArchs(&count), "cuda", "nvrtcGetNumSupportedArchs");
        var known = new int[count];
        fixed (int* all = known) Check(Nvrtc.nvrtcGetSupportedArchs(all), "cuda", "nvrtcGetSupportedArchs");
        int[] fitting = [.. known.Where(architecture => architecture <= capability)];
        return fitting.Length > 0
            ? fitting.Max()
            : throw new HandmadeException($"cuda: NVRTC {Version()} no longer compiles for sm_{capability}, only for sm_{known.Min()} and later; install an older CUDA toolkit, or use opencl on the same card");
    }

    private static void Check(int code, string name, string call)
    {
        if (code != CuConstants.NVRTC_SUCCESS) throw new HandmadeException($"{name}: {call} failed with {Words(code)}");
    }

    private static string Words(int code) => Marshal.PtrToStringUTF8((nint)Nvrtc.nvrtcGetErrorString(code)) ?? $"error {code}";

    private static byte[] Zeroed(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
