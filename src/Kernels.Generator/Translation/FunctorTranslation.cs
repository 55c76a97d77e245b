using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>All that the generated file of a functor says.</summary>
internal sealed record FunctorDescription(string MetadataName, string UniqueName, IReadOnlyList<ITypeParameterSymbol> TypeParameters, IReadOnlyList<string> Interfaces, string Text);

/// <summary>Translates the functions with which a struct implements the interfaces of functors.</summary>
internal static class FunctorTranslation
{
    private static readonly Dictionary<ITypeParameterSymbol, ITypeSymbol> Open = new(SymbolEqualityComparer.Default);

    public static FunctorDescription Of(TranslationUnit unit, INamedTypeSymbol type, IReadOnlyList<INamedTypeSymbol> interfaces)
    {
        List<IMethodSymbol> functions = [];
        foreach (IMethodSymbol wanted in interfaces.SelectMany(one => one.GetMembers().OfType<IMethodSymbol>()))
            if (type.FindImplementationForInterfaceMember(wanted) is IMethodSymbol { IsStatic: true } own && !functions.Contains(own, SymbolEqualityComparer.Default)) functions.Add(own);
        string text = "";
        List<(IMethodSymbol Method, string Name)> named = [.. functions.Select(function => (function, unit.Own(Names.Of((function.AssociatedSymbol ?? function).Name))))];
        foreach ((IMethodSymbol function, string name) in named)
        {
            Space[] spaces = [.. function.Parameters.Where(parameter => Vocabulary.ElementOfView(parameter.Type) is not null).Select(_ => Space.Global)];
            text += new FunctionTranslator(unit, function, Open, spaces).Function(name);
        }
        return new FunctorDescription(MetadataName(type), Names.Unique(type), [.. TypeParameters(type)], [.. interfaces.Select(Vocabulary.Words)], unit.Declarations + text);
    }

    // As Type.FullName spells it: Handmade.Kernels.Ops.Gelu+TailForm`2.
    private static string MetadataName(INamedTypeSymbol type) => type.ContainingType is { } outer
        ? $"{MetadataName(outer)}+{type.MetadataName}"
        : type.ContainingNamespace.IsGlobalNamespace ? type.MetadataName : $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}";

    // A nested type has the parameters of the types around it first.
    private static IEnumerable<ITypeParameterSymbol> TypeParameters(INamedTypeSymbol type) =>
        (type.ContainingType is { } outer ? TypeParameters(outer) : []).Concat(type.TypeParameters);
}
