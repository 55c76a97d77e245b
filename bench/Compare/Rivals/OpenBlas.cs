using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Handmade.Bench;

/// <summary>
/// The machine's OpenBLAS, once for every set of kernels that this processor can run. OpenBLAS chooses its kernels when it is loaded, by the
/// environment variable OPENBLAS_CORETYPE; copies of the library count as libraries of their own, so one process can hold them all and
/// time them turn by turn.
/// </summary>
internal sealed unsafe partial class OpenBlas
{
    public const string Package = "libopenblas0-pthread";
    private const string CoreType = "OPENBLAS_CORETYPE";
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
    private static readonly string[] Names = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib", "libopenblas.dll"];

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> sgemm;
    private readonly delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> dgemm;
    private readonly delegate* unmanaged<int, void> setThreads;

    private OpenBlas(nint library, bool isForced)
    {
        sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        dgemm = (delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)NativeLibrary.GetExport(library, "cblas_dgemm");
        setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads");
        // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
        Name = $"{string.Join(' ', Text(library, "openblas_get_config").Split(' ').Take(2))} {Text(library, "openblas_get_corename")}{(isForced ? " forced" : "")}";
    }

    /// <summary>Version and kernels: <c>OpenBLAS 0.3.21 Haswell forced</c>; without the last word the kernels are its own choice.</summary>
    public string Name { get; }

    /// <summary>Its own choice first, then the forced ones; empty where it is not installed.</summary>
    public static IReadOnlyList<OpenBlas> All { get; } = Find();

    public void SetThreads(int threads) => setThreads(threads);

    /// <summary>C = A·B; a transposed operand is stored as [K, M] or [N, K].</summary>
    public void Multiply<T>(int m, int n, int k, T* a, bool aTransposed, T* b, bool bTransposed, T* c)
        where T : unmanaged
    {
        int opA = aTransposed ? Transpose : NoTranspose, opB = bTransposed ? Transpose : NoTranspose, lda = aTransposed ? m : k, ldb = bTransposed ? k : n;
        if (typeof(T) == typeof(float)) sgemm(RowMajor, opA, opB, m, n, k, 1, (float*)a, lda, (float*)b, ldb, 0, (float*)c, n);
        else dgemm(RowMajor, opA, opB, m, n, k, 1, (double*)a, lda, (double*)b, ldb, 0, (double*)c, n);
    }

    private static List<OpenBlas> Find()
    {
        var found = new List<OpenBlas>();
        foreach (string name in Names)
        {
            if (!NativeLibrary.TryLoad(name, out nint library)) continue;
            found.Add(new(library, isForced: false));
            break;
        }
        if (found.Count == 0 || Place() is not { } file) return found;
        string[] cores = [.. Fma.IsSupported ? ["Haswell", "Zen"] : Array.Empty<string>(), .. Avx512F.IsSupported ? ["SkylakeX"] : Array.Empty<string>()];
        DirectoryInfo folder = Directory.CreateTempSubdirectory("openblas");
        foreach (string core in cores)
        {
            string copy = Path.Combine(folder.FullName, $"{core}.so");
            File.Copy(file, copy);
            SetEnvironment(CoreType, core, 1);
            var forced = new OpenBlas(NativeLibrary.Load(copy), isForced: true);
            if (found.All(other => !forced.Name.StartsWith(other.Name, StringComparison.Ordinal))) found.Add(forced);
        }
        UnsetEnvironment(CoreType);
        folder.Delete(recursive: true);
        return found;
    }

    // Where the system has loaded it from; only Linux tells.
    private static string? Place() => OperatingSystem.IsLinux()
        ? File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).FirstOrDefault(path => Path.GetFileName(path).StartsWith("libopenblas", StringComparison.Ordinal))
        : null;

    private static string Text(nint library, string function) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, function))())!;

    // .NET's own environment is a copy that libraries don't see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetEnvironment(string name);
}
