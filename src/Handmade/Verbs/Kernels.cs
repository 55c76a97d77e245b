using System.CommandLine;
using System.Runtime.CompilerServices;
using Handmade.Analysis;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Output;
using Handmade.Physics;

namespace Handmade.Verbs;

/// <summary><c>handmade kernels</c>: the kernels of the devices, and the text that a device compiles.</summary>
internal sealed class Kernels : Verb
{
    // An assembly makes its kernels known when it is loaded, and nothing else here would load it.
    private static readonly Type[] holders = [typeof(KernelCatalogue), typeof(DiscSimulator), typeof(HeadScores)];

    private readonly Terminal terminal;
    private readonly Argument<string> action = new("ACTION") { Description = "list shows every kernel, show prints the text of one" };
    private readonly Argument<string?> name = new("NAME") { Arity = ArgumentArity.ZeroOrOne, Description = "a kernel; for list, a part of its name or file" };
    private readonly Option<string?> dialect = new("--dialect") { HelpName = "NAME", Description = "opencl or cuda (default: opencl)" };
    private readonly Option<string[]> bind = new("--bind")
    {
        HelpName = "T=double",
        Description = "binds a type parameter to a type or functor, or a Spec parameter to a size; may be repeated (default: float, what fits, 4)",
    };

    /// <summary>The verb.</summary>
    public Kernels(Terminal terminal) : base("kernels", "Lists the kernels of the devices, or shows the OpenCL or CUDA text of one.")
    {
        this.terminal = terminal;
        Add(action);
        Add(name);
        Add(dialect);
        Add(bind);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "kernels list",
        "kernels list map",
        "kernels show MapKernels.Flat1 --dialect cuda --bind T=double --bind TOp=Between",
    ];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        foreach (Type holder in holders) RuntimeHelpers.RunModuleConstructor(holder.Module.ModuleHandle);
        switch (input.GetValue(action))
        {
            case "list":
                List(input.GetValue(name));
                return 0;
            case "show":
                Show(input);
                return 0;
            case var other:
                throw new HandmadeException($"kernels can't {other}{Nearest.Hint(other!, ["list", "show"])}; use \"kernels list\" or \"kernels show NAME\".");
        }
    }

    private void List(string? part)
    {
        KernelSource[] found = [.. KernelCatalogue.All.Where(kernel => part is null || Contains(kernel.Name, part) || Contains(kernel.File, part))];
        if (found.Length == 0) throw new HandmadeException($"No kernel has {part} in its name or file{Nearest.Hint(part!, KernelCatalogue.All.SelectMany(Words))}; \"handmade kernels list\" shows all.");
        terminal.Write(new Table($"{found.Length} kernels", ["kernel", "file", "group", "types", "sizes", "parameters"],
        [
            .. found.Select(kernel => (IReadOnlyList<string>)
            [
                kernel.Name, kernel.File, $"{kernel.GroupSize}", string.Join(", ", kernel.TypeParameters.Select(Type)),
                string.Join(", ", Of(kernel, KernelParameterKind.Spec)), string.Join(", ", kernel.Parameters.Where(one => one.Kind != KernelParameterKind.Spec).Select(Parameter)),
            ]),
        ]));
    }

    private void Show(ParseResult input)
    {
        string wanted = input.GetValue(name) ?? throw new HandmadeException("kernels show needs the NAME of a kernel; \"handmade kernels list\" shows all.");
        KernelSource[] all = [.. KernelCatalogue.All];
        KernelSource kernel = all.FirstOrDefault(one => string.Equals(one.Name, wanted, StringComparison.OrdinalIgnoreCase))
            ?? throw new HandmadeException($"There is no kernel {wanted}{Nearest.Hint(wanted, all.Select(one => one.Name))}; \"handmade kernels list\" shows all.");
        terminal.Out.Write(KernelText.Sample(kernel, Language(input.GetValue(dialect) ?? "opencl"), Choices(input.GetValue(bind) ?? [])));
    }

    private static Dialect Language(string word) => word switch
    {
        "opencl" => Dialect.OpenCl,
        "cuda" => Dialect.Cuda,
        _ => throw new HandmadeException($"There is no dialect {word}{Nearest.Hint(word, ["opencl", "cuda"])}; use opencl or cuda."),
    };

    private static Dictionary<string, string> Choices(string[] bindings)
    {
        var choices = new Dictionary<string, string>();
        foreach (string binding in bindings)
        {
            if (binding.Split('=') is not [{ Length: > 0 } parameter, { Length: > 0 } value]) throw new HandmadeException($"--bind {binding} is not possible: it takes PARAMETER=VALUE, as in T=double.");
            if (!choices.TryAdd(parameter, value)) throw new HandmadeException($"--bind {parameter} is given twice; give it once.");
        }
        return choices;
    }

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Words(KernelSource kernel) => [kernel.Name, .. kernel.Name.Split('.')];

    private static string Type(KernelTypeParameter parameter) => parameter.Interface.Length == 0 ? parameter.Name : $"{parameter.Name} : {parameter.Interface}";

    private static IEnumerable<string> Of(KernelSource kernel, KernelParameterKind kind) => kernel.Parameters.Where(one => one.Kind == kind).Select(one => one.Name);

    private static string Parameter(KernelParameter parameter) => parameter.Kind == KernelParameterKind.View ? $"{parameter.Type}[] {parameter.Name}" : $"{parameter.Type} {parameter.Name}";
}
