using System.Text;

namespace Handmade.Kernels;

/// <summary>Makes the program of a kernel: the dialect's prelude, the functors that its type parameters are bound to, sizes, and its own text.</summary>
public static class KernelText
{
    private static readonly string OpenClPrelude = Read("opencl.h") + Read("lanes.h") + Read("common.h"), CudaPrelude = Read("cuda.h") + Read("common.h") + Read("tensor-cores.h");

    /// <summary>
    /// The program in which <paramref name="source"/> is compiled for these types (in the order of its type parameters) and sizes (in the
    /// order of its Spec parameters). The same arguments give the same text.
    /// </summary>
    public static string Compose(KernelSource source, Dialect dialect, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes)
    {
        if (types.Length != source.TypeParameters.Count)
            throw new HandmadeException($"{source.Name}: {types.Length} types for the type parameters {string.Join(", ", source.TypeParameters.Select(parameter => parameter.Name))}; give one each");
        string[] specs = [.. source.Parameters.Where(parameter => parameter.Kind == KernelParameterKind.Spec).Select(parameter => parameter.Name)];
        if (sizes.Length != specs.Length)
            throw new HandmadeException($"{source.Name}: {sizes.Length} sizes for the Spec parameters {string.Join(", ", specs)}; give one each");

        StringBuilder text = Start(source, dialect);
        var functors = new FunctorInstances(text);
        string[] names = new string[types.Length];
        for (int i = 0; i < types.Length; i++) names[i] = functors.NameOf(types[i]);
        return Finish(text, source, names, specs, sizes);
    }

    /// <summary>The program with what <paramref name="choices"/> binds by name, and something fitting for everything else: the text as <c>handmade kernels show</c> prints it.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="dialect">The language.</param>
    /// <param name="choices">Type parameters with a type or functor (T with double, TOp with Gelu.ErfForm), Spec parameters with a size.</param>
    /// <exception cref="HandmadeException">A name that the kernel has not, or a value that does not fit it.</exception>
    public static string Sample(KernelSource source, Dialect dialect, IReadOnlyDictionary<string, string> choices)
    {
        StringBuilder text = Start(source, dialect);
        var bindings = new SampleBindings(source, choices, new FunctorInstances(text));
        return Finish(text, source, bindings.Types(), bindings.SpecNames, bindings.Sizes());
    }

    private static StringBuilder Start(KernelSource source, Dialect dialect) => dialect != Dialect.OpenCl || !source.NeedsTensorCores
        ? new StringBuilder().Append("// ").AppendLine(source.Name).AppendLine(Prelude(dialect))
        : throw new HandmadeException($"{source.Name} multiplies on tensor cores, for which OpenCL has no words; its text is CUDA's (--dialect cuda), and it runs on cuda and the emulator");

    private static string Finish(StringBuilder text, KernelSource source, string[] names, string[] specs, ReadOnlySpan<int> sizes)
    {
        for (int i = 0; i < names.Length; i++) text.AppendLine($"#define {source.TypeParameters[i].Name} {names[i]}");
        for (int i = 0; i < specs.Length; i++) text.AppendLine($"#define SPEC_{specs[i]} ({sizes[i]})");
        return text.AppendLine().Append(source.Text).ToString().ReplaceLineEndings("\n");
    }

    /// <summary>The macros and functions that every kernel text is written in.</summary>
    public static string Prelude(Dialect dialect) => dialect == Dialect.OpenCl ? OpenClPrelude : CudaPrelude;

    private static string Read(string name)
    {
        using Stream stream = typeof(KernelText).Assembly.GetManifestResourceStream("Preludes/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
