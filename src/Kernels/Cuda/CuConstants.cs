namespace Handmade.Kernels.Cuda;

/// <summary>The numbers of cuda.h and nvrtc.h that are used, under their names without CU_ and the like.</summary>
internal static class CuConstants
{
    public const int SUCCESS = 0, ERROR_OUT_OF_MEMORY = 2, ERROR_NOT_READY = 600;

    public const int DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 1, DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK = 8,
        DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16, DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75, DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76;

    public const int FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 0, FUNC_ATTRIBUTE_SHARED_SIZE_BYTES = 1;

    public const uint STREAM_NON_BLOCKING = 1, EVENT_DEFAULT = 0, EVENT_DISABLE_TIMING = 2;

    public const int STREAM_CAPTURE_MODE_RELAXED = 2;

    public const int NVRTC_SUCCESS = 0, NVRTC_ERROR_INVALID_OPTION = 5, NVRTC_ERROR_COMPILATION = 6;
}
