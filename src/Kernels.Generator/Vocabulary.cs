using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator;

/// <summary>The names of the kernel language that the generator looks for.</summary>
internal static class Vocabulary
{
    public const string Namespace = "Handmade.Kernels";
    public const string KernelAttribute = Namespace + ".KernelAttribute";
    public const string OneLane = Namespace + ".OneLane";

    /// <summary>An interface whose implementations are device functions.</summary>
    public static bool IsFunctor(INamedTypeSymbol type) => type.GetAttributes().Any(attribute => Is(attribute.AttributeClass, "KernelFunctorAttribute"));

    /// <summary>A type of the kernel language.</summary>
    public static bool Is(ITypeSymbol? type, string name) => type is not null && type.Name == name && type.ContainingNamespace?.ToDisplayString() == Namespace;

    /// <summary>A view: its element type, or null.</summary>
    public static ITypeSymbol? ElementOfView(ITypeSymbol? type) => Is(type, "ArrayView") ? ((INamedTypeSymbol)type!).TypeArguments[0] : null;

    /// <summary>The SIMD type of the host, which is a scalar in device text: its element type, or null.</summary>
    public static ITypeSymbol? ElementOfLanes(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Lanes", TypeArguments.Length: 1 } lanes && lanes.ContainingNamespace.ToDisplayString() == Namespace + ".Lanes" ? lanes.TypeArguments[0] : null;

    /// <summary>
    /// What a type argument must implement, in C# words with host lanes read as scalars: <c>ICvt&lt;TA, T&gt;</c>; nothing for the type of elements.
    /// </summary>
    public static string Wanted(ITypeParameterSymbol parameter) =>
        parameter.ConstraintTypes.OfType<INamedTypeSymbol>().FirstOrDefault(type => type.ContainingNamespace.ToDisplayString().StartsWith(Namespace)) is { } type ? Words(type) : "";

    /// <summary>A type in C# words, with host lanes read as scalars.</summary>
    public static string Words(ITypeSymbol type) =>
        ElementOfLanes(type) is { } element ? Words(element)
        : type is INamedTypeSymbol { TypeArguments.Length: > 0 } generic ? $"{type.Name}<{string.Join(", ", generic.TypeArguments.Select(Words))}>"
        : type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>The structs whose functions the prelude has: F32 and MathF32 are both F32 there.</summary>
    public static string? PreludeMath(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString() switch
    {
        Namespace when type.Name is "F32" or "F64" or "I32" => type.Name,
        Namespace + ".Lanes" when type.Name is "MathF32" or "MathF64" or "MathI32" => type.Name.Substring(4),
        _ => null,
    };
}
