using System.Text;
using Handmade.Kernels.Generator.Translation;
using Microsoft.CodeAnalysis;
using static Handmade.Kernels.Generator.Emission.KernelWriter;

namespace Handmade.Kernels.Generator.Emission;

/// <summary>
/// The method beside a kernel that queues it: tensors for views, ints for sizes. On the emulator it runs the C# instead; that part stands
/// alone, because its closure would otherwise be allocated on every device.
/// </summary>
internal static class LaunchWriter
{
    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat;

    public static void Write(StringBuilder code, KernelDescription kernel, string source)
    {
        IMethodSymbol method = kernel.Method;
        string name = Escaped(method.Name), generics = method.Arity == 0 ? "" : $"<{string.Join(", ", method.TypeParameters.Select(parameter => parameter.Name))}>";
        string constraints = string.Concat(method.TypeParameters.Select(Constraints));
        string parameters = string.Concat(kernel.Parameters.Select(parameter => $", {Type(parameter.Symbol, parameter.Kind)} {Escaped(parameter.Symbol.Name)}"));
        string arguments = string.Concat(kernel.Parameters.Select(parameter => $", {Escaped(parameter.Symbol.Name)}"));
        string types = string.Join(", ", method.TypeParameters.Select(parameter => $"typeof({parameter.Name})"));
        string sizes = string.Join(", ", kernel.Parameters.Where(parameter => parameter.Kind == "Spec").Select(parameter => Escaped(parameter.Symbol.Name)));
        string calls = string.Concat(kernel.Parameters.Where(parameter => parameter.Kind != "Spec").Select(parameter => $"    queue.{parameter.Kind}({Escaped(parameter.Symbol.Name)});\n"));
        string views = string.Join(", ", kernel.Parameters.Select(parameter => parameter.Kind == "View"
            ? $"global::Handmade.Kernels.Emulation.EmulatorQueue.View<{Element(parameter.Symbol).ToDisplayString(Full)}>({Escaped(parameter.Symbol.Name)})"
            : Escaped(parameter.Symbol.Name)));
        code.Append($"/// <summary>Queues the kernel <c>{method.Name}</c>.</summary>\n")
            .Append($"{Accessibility(method)} static void {name}{generics}(global::Handmade.Kernels.KernelQueue queue, global::Handmade.Kernels.KernelConfig config{parameters}){constraints}\n{{\n")
            .Append($"    if (queue.Emulator is not null)\n    {{\n        {method.Name}OnEmulator{generics}(config{arguments});\n        return;\n    }}\n")
            .Append($"    queue.Begin({source}, [{types}], [{sizes}]);\n{calls}    queue.Run(config);\n}}\n\n")
            .Append($"private static void {method.Name}OnEmulator{generics}(global::Handmade.Kernels.KernelConfig config{parameters}){constraints}\n")
            .Append($"    => global::Handmade.Kernels.Emulation.Emulator.Run({source}.Name, config, {(kernel.Waits ? "true" : "false")}, () => {name}{generics}({views}));\n");
    }

    private static ITypeSymbol Element(IParameterSymbol parameter) => ((INamedTypeSymbol)parameter.Type).TypeArguments[0];

    private static string Type(IParameterSymbol parameter, string kind) => kind switch
    {
        "View" => "global::Handmade.Kernels.TensorView",
        "Spec" => "int",
        _ => parameter.Type.ToDisplayString(Full),
    };

    private static string Accessibility(IMethodSymbol method) => method.DeclaredAccessibility switch
    {
        Microsoft.CodeAnalysis.Accessibility.Public => "public",
        Microsoft.CodeAnalysis.Accessibility.Internal => "internal",
        Microsoft.CodeAnalysis.Accessibility.Protected => "protected",
        _ => "private",
    };

    private static string Constraints(ITypeParameterSymbol parameter)
    {
        List<string> constraints = [];
        if (parameter.HasUnmanagedTypeConstraint) constraints.Add("unmanaged");
        else if (parameter.HasValueTypeConstraint) constraints.Add("struct");
        constraints.AddRange(parameter.ConstraintTypes.Select(type => type.ToDisplayString(Full)));
        return constraints.Count == 0 ? "" : $"\n    where {parameter.Name} : {string.Join(", ", constraints)}";
    }
}
