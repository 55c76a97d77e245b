using System.Runtime.InteropServices;

namespace Handmade.Bench;

/// <summary>The rival: the machine's OpenBLAS, found by name at run time. Its environment variable OPENBLAS_CORETYPE chooses its kernels.</summary>
internal sealed unsafe class OpenBlas
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
    private static readonly string[] Names = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib", "libopenblas.dll"];

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> sgemm;
    private readonly delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> dgemm;
    private readonly delegate* unmanaged<int, void> setThreads;

    private OpenBlas(nint library)
    {
        sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        dgemm = (delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)NativeLibrary.GetExport(library, "cblas_dgemm");
        setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads");
        Core = Text(library, "openblas_get_corename");
        // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
        Version = string.Join(' ', Text(library, "openblas_get_config").Split(' ').Take(2));
    }

    /// <summary>The kernels in use, as OpenBLAS names them: Haswell, Zen, SkylakeX.</summary>
    public string Core { get; }

    /// <summary>Name and version.</summary>
    public string Version { get; }

    /// <summary>OpenBLAS, or null where it is not installed.</summary>
    public static OpenBlas? Find()
    {
        foreach (string name in Names)
            if (NativeLibrary.TryLoad(name, out nint library)) return new OpenBlas(library);
        return null;
    }

    public void SetThreads(int threads) => setThreads(threads);

    /// <summary>C = A·B; a transposed operand is stored as [K, M] or [N, K].</summary>
    public void Multiply<T>(int m, int n, int k, T* a, bool aTransposed, T* b, bool bTransposed, T* c)
        where T : unmanaged
    {
        int opA = aTransposed ? Transpose : NoTranspose, opB = bTransposed ? Transpose : NoTranspose, lda = aTransposed ? m : k, ldb = bTransposed ? k : n;
        if (typeof(T) == typeof(float)) sgemm(RowMajor, opA, opB, m, n, k, 1, (float*)a, lda, (float*)b, ldb, 0, (float*)c, n);
        else dgemm(RowMajor, opA, opB, m, n, k, 1, (double*)a, lda, (double*)b, ldb, 0, (double*)c, n);
    }

    private static string Text(nint library, string function) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, function))())!;
}
