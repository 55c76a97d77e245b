using System.Runtime.InteropServices;
using Handmade.Kernels;

namespace Handmade.Bench;

/// <summary>
/// cuBLAS on the CUDA device that this thread has opened last, whose context it shares; its matrices are its own. C is column-major there: the row-major
/// product A·B is its product of B and A.
/// </summary>
internal sealed unsafe class CuBlas : IDisposable
{
    public const string Package = "libcublas of the CUDA toolkit";
    private const int NoTranspose = 0, FullMath = 0, Tf32Math = 3;
    private static readonly string[] Libraries = ["libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so", "cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll"];
    private static readonly string[] Drivers = ["libcuda.so.1", "nvcuda.dll"];
    private static readonly nint Library = Load(Libraries), Driver = Load(Drivers);

    private readonly Product product;
    private readonly delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int> multiply;
    private readonly delegate* unmanaged<int> synchronize;
    private readonly nint handle, a, b, c;

    /// <summary>Ready for these products: A <c>[batch, M, K]</c>, B <c>[batch, K, N]</c>.</summary>
    public CuBlas(Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> b, bool allowTf32)
    {
        this.product = product;
        multiply = (delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int>)NativeLibrary.GetExport(Library, "cublasSgemmStridedBatched");
        synchronize = (delegate* unmanaged<int>)NativeLibrary.GetExport(Driver, "cuCtxSynchronize");
        nint created;
        Check(((delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(Library, "cublasCreate_v2"))(&created), "cublasCreate");
        handle = created;
        Check(((delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(Library, "cublasSetMathMode"))(handle, allowTf32 ? Tf32Math : FullMath), "cublasSetMathMode");
        int version;
        Check(((delegate* unmanaged<nint, int*, int>)NativeLibrary.GetExport(Library, "cublasGetVersion_v2"))(handle, &version), "cublasGetVersion");
        // 120103 is 12.1.3.
        Name = $"cuBLAS {version / 10000}.{version / 100 % 100}{(allowTf32 ? " TF32" : "")}";
        (this.a, this.b, c) = (Upload(a), Upload(b), Upload(new float[product.Batch * product.M * product.N]));
    }

    /// <summary>Whether the library is there.</summary>
    public static bool IsThere => Library != 0 && Driver != 0;

    /// <summary>Name and version, and TF32 where it may round to that.</summary>
    public string Name { get; }

    /// <summary>The product so many times, and the end of the last.</summary>
    public void Run(int times)
    {
        float one = 1, zero = 0;
        (int m, int n, int k) = (product.M, product.N, product.K);
        for (int i = 0; i < times; i++)
            Check(multiply(handle, NoTranspose, NoTranspose, n, m, k, &one, b, n, (long)k * n, a, k, (long)m * k, &zero, c, n, (long)m * n, product.Batch), "cublasSgemmStridedBatched");
        Check(synchronize(), "cuCtxSynchronize");
    }

    /// <summary>C.</summary>
    public float[] Result()
    {
        var result = new float[product.Batch * product.M * product.N];
        fixed (float* to = result)
            Check(((delegate* unmanaged<float*, nint, nuint, int>)NativeLibrary.GetExport(Driver, "cuMemcpyDtoH_v2"))(to, c, (nuint)result.Length * sizeof(float)), "cuMemcpyDtoH");
        return result;
    }

    public void Dispose()
    {
        foreach (nint matrix in (nint[])[a, b, c]) _ = ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(Driver, "cuMemFree_v2"))(matrix);
        _ = ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(Library, "cublasDestroy_v2"))(handle);
    }

    private static nint Upload(ReadOnlySpan<float> numbers)
    {
        nint memory;
        nuint bytes = (nuint)numbers.Length * sizeof(float);
        Check(((delegate* unmanaged<nint*, nuint, int>)NativeLibrary.GetExport(Driver, "cuMemAlloc_v2"))(&memory, bytes), "cuMemAlloc");
        fixed (float* from = numbers) Check(((delegate* unmanaged<nint, float*, nuint, int>)NativeLibrary.GetExport(Driver, "cuMemcpyHtoD_v2"))(memory, from, bytes), "cuMemcpyHtoD");
        return memory;
    }

    // The toolkit's folder is often on no search path.
    private static nint Load(string[] names)
    {
        string[] folders = ["", .. new[] { "CUDA_HOME", "CUDA_PATH" }.Select(Environment.GetEnvironmentVariable).OfType<string>().SelectMany(home => new[] { Path.Combine(home, "lib64"), Path.Combine(home, "bin") }), "/usr/local/cuda/lib64"];
        foreach (string folder in folders)
            foreach (string name in names)
                if (NativeLibrary.TryLoad(Path.Combine(folder, name), out nint library)) return library;
        return 0;
    }

    private static void Check(int code, string call)
    {
        if (code != 0) throw new HandmadeException($"{call} failed with {code}");
    }
}
