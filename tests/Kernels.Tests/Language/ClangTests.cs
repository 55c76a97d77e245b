using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Handmade.Analysis;
using Handmade.Kernels.Lanes;
using Handmade.Kernels.Ops;
using Handmade.Physics;
using Handmade.Testing;

namespace Handmade.Kernels.Tests.Language;

/// <summary>
/// A second compiler reads every kernel and functor, in both dialects and for both types of floats: what only a GPU would run is checked on
/// every machine up to PTX.
/// </summary>
public sealed class ClangTests
{
    private const int Size = 4;

    [TestCase(typeof(float), typeof(F32))]
    [TestCase(typeof(double), typeof(F64))]
    public void Every_kernel_becomes_PTX(Type element, Type math)
    {
        foreach (KernelSource kernel in KernelCatalogue.All)
        {
            (int code, string ptx, string errors) = Clang(Compose(kernel, Dialect.Cuda, element, math), ".cu", [.. kernel.NeedsTensorCores ? ToPtxOfAmpere : ToPtx, "-S", "-o", "-"]);
            Assert.That(code, Is.Zero, $"{kernel.Name}: {errors}");
            Assert.That(ptx, Does.Contain($".visible .entry {kernel.EntryPoint}("), kernel.Name);
        }
    }

    [TestCase(typeof(float), typeof(F32), "GemmTiles.Squares", 32, 4)]
    [TestCase(typeof(float), typeof(F32), "GemmTiles.Squares", 64, 4)]
    [TestCase(typeof(float), typeof(F32), "GemmTiles.Squares", 128, 8)]
    [TestCase(typeof(float), typeof(F32), "AttentionKernels.Forward", 64)]
    [TestCase(typeof(float), typeof(F32), "AttentionKernels.Forward", 5)]
    [TestCase(typeof(float), typeof(F32), "AttentionKernels.Slopes", 64)]
    [TestCase(typeof(double), typeof(F64), "GemmTiles.Squares", 32, 4)]
    [TestCase(typeof(double), typeof(F64), "GemmTiles.Squares", 64, 4)]
    [TestCase(typeof(double), typeof(F64), "AttentionKernels.Forward", 32)]
    [TestCase(typeof(double), typeof(F64), "AttentionKernels.Slopes", 32)]
    public void Products_and_attention_keep_their_sums_in_registers(Type element, Type math, string name, params int[] sizes)
    {
        string ptx = Optimised(name, ToPtx, element, math, sizes);
        Assert.That(ptx, Does.Not.Contain("__local_depot"), "memory of a thread that is no register");
    }

    // tile, rows of a warp, a and b along the depth, bfloat16
    [TestCase(32, 32, 1, 0, 0)]
    [TestCase(64, 32, 0, 1, 0)]
    [TestCase(128, 64, 1, 0, 0)]
    [TestCase(128, 64, 1, 1, 1)]
    [TestCase(128, 64, 0, 0, 1)]
    public void Products_on_tensor_cores_copy_beside_them_and_keep_their_sums_in_registers(params int[] sizes)
    {
        string ptx = Optimised("GemmTensorTiles.Squares", ToPtxOfAmpere, typeof(float), typeof(F32), sizes);
        (int tile, int rows, bool isBFloat16) = (sizes[0], sizes[1], sizes[4] == 1);
        string product = isBFloat16 ? "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32" : "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32";
        Assert.Multiple(() =>
        {
            Assert.That(Count(ptx, product), Is.EqualTo(rows / 16 * 4 * (isBFloat16 ? 1 : 2)), "a step of 16: the tiles of 16×8 that a warp has");
            Assert.That(Count(ptx, "mma.sync"), Is.EqualTo(Count(ptx, product)));
            Assert.That(Count(ptx, "cp.async.cg.shared.global"), Is.EqualTo(2 * 2 * 16 * rows / (4 * tile)), "quadruples of a and b, before the loop and in it");
            Assert.That(ptx, Does.Contain("cp.async.ca.shared.global").And.Contain("cp.async.commit_group").And.Contain("cp.async.wait_group 0"));
            Assert.That(ptx, Does.Not.Contain("__local_depot"), "memory of a thread that is no register");
        });
    }

    [Test]
    public void Before_Ampere_there_are_no_words_for_tensor_cores()
    {
        KernelSource kernel = KernelCatalogue.All.Single(one => one.Name == "TensorCoreKernels.Tf32");
        Assert.That(Clang(Compose(kernel, Dialect.Cuda, typeof(float), typeof(F32)), ".cu", [.. ToPtx, "-fsyntax-only"]).Errors, Does.Contain("MMA_TF32"));
    }

    [TestCase(typeof(float), typeof(F32))]
    [TestCase(typeof(double), typeof(F64))]
    public void Whole_steps_take_shared_memory_of_the_launchs_size_and_keep_their_sums_in_registers(Type element, Type math)
    {
        string ptx = Optimised("WholeStepsKernels.Advance", ToPtx, element, math);
        Assert.That(ptx, Does.Contain(".extern .shared .align 32 .b8"));
        Assert.That(ptx, Does.Not.Contain("__local_depot"), "memory of a thread that is no register");
        Assert.That(ptx, Does.Match(element == typeof(float) ? @"ld\.shared\.v4\.f32" : @"ld\.shared\.v2\.f64"), "quadruples in one load");
    }

    [TestCase(typeof(float), typeof(F32))]
    [TestCase(typeof(double), typeof(F64))]
    public void Group_reductions_end_in_shuffles(Type element, Type math)
    {
        string ptx = Optimised("GroupKernels.Extremes", ToPtx, element, math);
        Assert.That(ptx, Does.Contain("shfl.sync.down"));
    }

    [TestCase(typeof(float), typeof(F32))]
    [TestCase(typeof(double), typeof(F64))]
    public void Every_kernel_is_OpenCL_C_of_version_1_2(Type element, Type math)
    {
        foreach (KernelSource kernel in KernelCatalogue.All.Where(kernel => !kernel.NeedsTensorCores))
        {
            (int code, _, string errors) = Clang(Compose(kernel, Dialect.OpenCl, element, math), ".cl", AsOpenCl);
            Assert.That(code, Is.Zero, $"{kernel.Name}: {errors}");
        }
    }

    [TestCase(Dialect.Cuda, typeof(float), typeof(F32))]
    [TestCase(Dialect.Cuda, typeof(double), typeof(F64))]
    [TestCase(Dialect.OpenCl, typeof(float), typeof(F32))]
    [TestCase(Dialect.OpenCl, typeof(double), typeof(F64))]
    public void Every_functor_compiles(Dialect dialect, Type element, Type math)
    {
        var text = new StringBuilder(KernelText.Prelude(dialect));
        var functors = new FunctorInstances(text);
        string[] names = [.. Functors(element, math).Select(functors.NameOf)];
        (int code, _, string errors) = Clang(text.ToString(), dialect == Dialect.Cuda ? ".cu" : ".cl", dialect == Dialect.Cuda ? [.. ToPtx, "-fsyntax-only"] : AsOpenCl);
        Assert.That(code, Is.Zero, errors);
        Assert.That(names, Has.Length.GreaterThan(30), "the functors of the ops");
    }

    [Test]
    public void A_mistake_in_the_text_is_found()
    {
        string broken = KernelText.Prelude(Dialect.Cuda) + "DEVICE float wrong(GLOBAL float* x) { return F32_Nothing(x[0]); }";
        Assert.That(Clang(broken, ".cu", [.. ToPtx, "-fsyntax-only"]).Errors, Does.Contain("F32_Nothing"));
    }

    private static readonly string[] AsOpenCl = ["-x", "cl", "-cl-std=CL1.2", "-Xclang", "-finclude-default-header", "-fsyntax-only"];

    private static string[] ToPtx => ToPtxOf("sm_70", "+ptx60");

    private static string[] ToPtxOfAmpere => ToPtxOf("sm_80", "+ptx70");

    private static string[] ToPtxOf(string architecture, string version) =>
    [
        "-x", "cuda", "--cuda-device-only", "-nocudainc", "-nocudalib", $"--cuda-gpu-arch={architecture}", "-Xclang", "-target-feature", "-Xclang", version, "-Wno-unknown-cuda-version",
        "-include", Path.Combine(TestContext.CurrentContext.TestDirectory, "Language", "cuda-words.h"),
    ];

    private static string Compose(KernelSource kernel, Dialect dialect, Type element, Type math) =>
        Compose(kernel, dialect, element, math, [.. kernel.Parameters.Where(parameter => parameter.Kind == KernelParameterKind.Spec).Select(_ => Size)]);

    private static string Compose(KernelSource kernel, Dialect dialect, Type element, Type math, int[] sizes)
    {
        MethodInfo method = Methods().First(method => $"{method.DeclaringType!.Name}.{method.Name}" == kernel.Name);
        return KernelText.Compose(kernel, dialect, [.. method.GetGenericArguments().Select(parameter => Stand(kernel, parameter, element, math))], sizes);
    }

    // An assembly's kernels become known when its module's constructor has run.
    [OneTimeSetUp]
    public static void Load()
    {
        foreach (Assembly assembly in Assemblies) RuntimeHelpers.RunModuleConstructor(assembly.ManifestModule.ModuleHandle);
    }

    private static Assembly[] Assemblies => [typeof(KernelSource).Assembly, typeof(DiscSimulator).Assembly, typeof(HeadScores).Assembly, typeof(ClangTests).Assembly];

    private static IEnumerable<MethodInfo> Methods() => Assemblies
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(method => method.GetCustomAttribute<KernelAttribute>() is not null);

    // What stands for a type parameter: the interface that it must implement tells.
    private static Type Stand(KernelSource kernel, Type parameter, Type element, Type math)
    {
        string[] wanted = [.. parameter.GetGenericParameterConstraints().Where(one => one.Namespace!.StartsWith("Handmade", StringComparison.Ordinal)).Select(one => one.Name)];
        Type? stand = wanted switch
        {
            [] => element,
            ["IScalarMath`1" or "IMath`1" or "ICompare`1"] => math,
            ["ICvt`2"] => typeof(Same<>).MakeGenericType(element),
            ["IUnary`1"] => Functor("ErfForm`2", element, math),
            ["IBinary`1"] => Functor("LogPlus`2", element, math),
            ["ITernary`1"] => Functor("Between`2", element, math),
            ["ICombine`1"] => typeof(SumOfSquares<,>).MakeGenericType(element, math),
            ["ISortOrder`1"] => element == typeof(float) ? typeof(OrderOfFloats) : typeof(OrderOfDoubles),
            ["IScanReduceOperation`1"] => typeof(MaxOf<,>).MakeGenericType(element, math),
            _ => null,
        };
        Assert.That(stand, Is.Not.Null, $"{kernel.Name}: say above what stands for {parameter.Name} : {string.Join(", ", wanted)}");
        return stand!;
    }

    private static Type Functor(string name, Type element, Type math) =>
        typeof(Map).Assembly.GetTypes().Single(type => type.Name == name).MakeGenericType(element, math);

    // The functors of the ops over one element type and its mathematics.
    private static IEnumerable<Type> Functors(Type element, Type math) => typeof(Map).Assembly.GetTypes()
        .Where(type => type.IsNested && type.IsValueType && type.DeclaringType!.Namespace == typeof(Map).Namespace && KernelFunctor.Find(type) is not null)
        .Select(type => type.GetGenericArguments() switch
        {
            [_] => type.MakeGenericType(element),
            [_, { Name: "TM" }] when type.GetInterface("IReduction`1") is not null => type.MakeGenericType(element, math == typeof(F32) ? typeof(MathF32) : typeof(MathF64)),
            [_, { Name: "TM" }] => type.MakeGenericType(element, math),
            _ => null,
        })
        .OfType<Type>();

    // PTX of a kernel whose specialised sizes, if it has any, are these.
    private static string Optimised(string name, string[] target, Type element, Type math, params int[] sizes)
    {
        (int code, string ptx, string errors) = Clang(Compose(KernelCatalogue.All.Single(one => one.Name == name), Dialect.Cuda, element, math, sizes), ".cu", [.. target, "-O3", "-S", "-o", "-"]);
        Assert.That(code, Is.Zero, errors);
        return ptx;
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static (int Code, string Output, string Errors) Clang(string text, string extension, string[] words)
    {
        string program = Needs.Program("clang", "clang");
        string file = Path.Combine(Path.GetTempPath(), $"handmade-{Guid.NewGuid():N}{extension}");
        File.WriteAllText(file, text);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [.. words, file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
