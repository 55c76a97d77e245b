using System.Runtime.InteropServices;
using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Cuda;

/// <summary>The functions of NVRTC, the compiler of the CUDA toolkit, that are used, under their own names and with their own arguments.</summary>
/// <remarks>Whoever calls first has asked <see cref="NativeLibraries.Has"/>, which tells the runtime where the library is.</remarks>
internal static unsafe partial class Nvrtc
{
    private const string Library = NativeLibraries.Nvrtc;

    [LibraryImport(Library)]
    public static partial int nvrtcVersion(int* major, int* minor);

    [LibraryImport(Library)]
    public static partial byte* nvrtcGetErrorString(int code);

    [LibraryImport(Library)]
    public static partial int nvrtcGetNumSupportedArchs(int* count);

    [LibraryImport(Library)]
    public static partial int nvrtcGetSupportedArchs(int* architectures);

    [LibraryImport(Library)]
    public static partial int nvrtcCreateProgram(nint* program, byte* text, byte* name, int headerCount, byte** headers, byte** includeNames);

    [LibraryImport(Library)]
    public static partial int nvrtcDestroyProgram(nint* program);

    [LibraryImport(Library)]
    public static partial int nvrtcCompileProgram(nint program, int optionCount, byte** options);

    [LibraryImport(Library)]
    public static partial int nvrtcGetProgramLogSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial int nvrtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)]
    public static partial int nvrtcGetCUBINSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial int nvrtcGetCUBIN(nint program, byte* cubin);

    [LibraryImport(Library)]
    public static partial int nvrtcGetPTXSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial int nvrtcGetPTX(nint program, byte* ptx);
}
