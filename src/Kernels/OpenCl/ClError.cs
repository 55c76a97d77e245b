namespace Handmade.Kernels.OpenCl;

/// <summary>Turns a code that OpenCL returned into a sentence.</summary>
internal static class ClError
{
    /// <summary>Throws unless the call went well.</summary>
    public static void Check(int code, string call)
    {
        if (code != ClConstants.SUCCESS) throw Of(code, call);
    }

    /// <summary>The exception of a code.</summary>
    public static HandmadeException Of(int code, string call) => code switch
    {
        ClConstants.MEM_OBJECT_ALLOCATION_FAILURE or ClConstants.OUT_OF_HOST_MEMORY =>
            new($"opencl: {call} found no memory ({Name(code)}); use a smaller preset or batch"),
        ClConstants.OUT_OF_RESOURCES =>
            new($"opencl: {call} ran out of resources ({Name(code)}): the device has too little memory left, or a kernel went outside its buffers; use a smaller preset or batch, or --device host to compare"),
        _ => new($"opencl: {call} failed with {Name(code)}"),
    };

    private static string Name(int code) => code switch
    {
        -1 => "CL_DEVICE_NOT_FOUND",
        -2 => "CL_DEVICE_NOT_AVAILABLE",
        -3 => "CL_COMPILER_NOT_AVAILABLE",
        -4 => "CL_MEM_OBJECT_ALLOCATION_FAILURE",
        -5 => "CL_OUT_OF_RESOURCES",
        -6 => "CL_OUT_OF_HOST_MEMORY",
        -7 => "CL_PROFILING_INFO_NOT_AVAILABLE",
        -11 => "CL_BUILD_PROGRAM_FAILURE",
        -14 => "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
        -30 => "CL_INVALID_VALUE",
        -33 => "CL_INVALID_DEVICE",
        -34 => "CL_INVALID_CONTEXT",
        -35 => "CL_INVALID_QUEUE_PROPERTIES",
        -36 => "CL_INVALID_COMMAND_QUEUE",
        -38 => "CL_INVALID_MEM_OBJECT",
        -42 => "CL_INVALID_BINARY",
        -43 => "CL_INVALID_BUILD_OPTIONS",
        -44 => "CL_INVALID_PROGRAM",
        -45 => "CL_INVALID_PROGRAM_EXECUTABLE",
        -46 => "CL_INVALID_KERNEL_NAME",
        -47 => "CL_INVALID_KERNEL_DEFINITION",
        -48 => "CL_INVALID_KERNEL",
        -49 => "CL_INVALID_ARG_INDEX",
        -50 => "CL_INVALID_ARG_VALUE",
        -51 => "CL_INVALID_ARG_SIZE",
        -52 => "CL_INVALID_KERNEL_ARGS",
        -53 => "CL_INVALID_WORK_DIMENSION",
        -54 => "CL_INVALID_WORK_GROUP_SIZE",
        -55 => "CL_INVALID_WORK_ITEM_SIZE",
        -57 => "CL_INVALID_EVENT_WAIT_LIST",
        -58 => "CL_INVALID_EVENT",
        -61 => "CL_INVALID_BUFFER_SIZE",
        -63 => "CL_INVALID_GLOBAL_WORK_SIZE",
        -1001 => "CL_PLATFORM_NOT_FOUND_KHR",
        _ => $"error {code}",
    };
}
