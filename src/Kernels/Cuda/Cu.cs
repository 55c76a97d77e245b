using System.Runtime.InteropServices;
using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Cuda;

/// <summary>
/// The functions of the CUDA driver that are used, under the names that the library exports and with their own arguments: CUdevice is an <c>int</c>,
/// CUdeviceptr and every handle an <c>nint</c>.
/// </summary>
/// <remarks>Whoever calls first has asked <see cref="NativeLibraries.Has"/>, which tells the runtime where the library is.</remarks>
internal static unsafe partial class Cu
{
    private const string Library = NativeLibraries.Cuda;

    [LibraryImport(Library)]
    public static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    public static partial int cuDriverGetVersion(int* version);

    [LibraryImport(Library)]
    public static partial int cuGetErrorName(int code, byte** name);

    [LibraryImport(Library)]
    public static partial int cuGetErrorString(int code, byte** text);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetCount(int* count);

    [LibraryImport(Library)]
    public static partial int cuDeviceGet(int* device, int ordinal);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetAttribute(int* value, int attribute, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceTotalMem_v2(nuint* bytes, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRetain(nint* context, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)]
    public static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)]
    public static partial int cuMemGetInfo_v2(nuint* free, nuint* total);

    [LibraryImport(Library)]
    public static partial int cuMemAlloc_v2(nint* address, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cuMemFree_v2(nint address);

    [LibraryImport(Library)]
    public static partial int cuMemHostAlloc(void** address, nuint bytes, uint flags);

    [LibraryImport(Library)]
    public static partial int cuMemFreeHost(void* address);

    [LibraryImport(Library)]
    public static partial int cuMemcpyHtoDAsync_v2(nint to, void* from, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoHAsync_v2(void* to, nint from, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoDAsync_v2(nint to, nint from, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuStreamCreate(nint* stream, uint flags);

    [LibraryImport(Library)]
    public static partial int cuStreamSynchronize(nint stream);

    [LibraryImport(Library)]
    public static partial int cuStreamDestroy_v2(nint stream);

    [LibraryImport(Library)]
    public static partial int cuStreamBeginCapture_v2(nint stream, int mode);

    [LibraryImport(Library)]
    public static partial int cuStreamEndCapture(nint stream, nint* graph);

    [LibraryImport(Library)]
    public static partial int cuGraphInstantiateWithFlags(nint* executable, nint graph, ulong flags);

    [LibraryImport(Library)]
    public static partial int cuGraphLaunch(nint executable, nint stream);

    [LibraryImport(Library)]
    public static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    public static partial int cuGraphDestroy(nint graph);

    [LibraryImport(Library)]
    public static partial int cuEventCreate(nint* @event, uint flags);

    [LibraryImport(Library)]
    public static partial int cuEventRecord(nint @event, nint stream);

    [LibraryImport(Library)]
    public static partial int cuEventQuery(nint @event);

    [LibraryImport(Library)]
    public static partial int cuEventSynchronize(nint @event);

    [LibraryImport(Library)]
    public static partial int cuEventElapsedTime(float* milliseconds, nint start, nint end);

    [LibraryImport(Library)]
    public static partial int cuEventDestroy_v2(nint @event);

    [LibraryImport(Library)]
    public static partial int cuModuleLoadData(nint* module, void* image);

    [LibraryImport(Library)]
    public static partial int cuModuleUnload(nint module);

    [LibraryImport(Library)]
    public static partial int cuModuleGetFunction(nint* function, nint module, byte* name);

    [LibraryImport(Library)]
    public static partial int cuFuncGetAttribute(int* value, int attribute, nint function);

    [LibraryImport(Library)]
    public static partial int cuFuncSetAttribute(nint function, int attribute, int value);

    [LibraryImport(Library)]
    public static partial int cuLaunchKernel(nint function, uint gridX, uint gridY, uint gridZ, uint groupX, uint groupY, uint groupZ, uint sharedBytes, nint stream, void** arguments, void** extra);
}
