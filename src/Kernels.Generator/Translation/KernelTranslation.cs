using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>All that the generated file of a kernel says.</summary>
internal sealed record KernelDescription(
    IMethodSymbol Method, string UniqueName, string EntryPoint, string Text, int GroupSize, bool Waits, bool NeedsTensorCores, bool ExceedsSharedLimit,
    IReadOnlyList<(IParameterSymbol Symbol, string Kind, string Type)> Parameters);

/// <summary>Checks where a kernel stands and what it takes, and translates it.</summary>
internal static class KernelTranslation
{
    private const int LargestGroup = 256;
    private static readonly Dictionary<ITypeParameterSymbol, ITypeSymbol> Open = new(SymbolEqualityComparer.Default);

    public static KernelDescription Of(TranslationUnit unit, IMethodSymbol method, int groupSize)
    {
        SyntaxNode place = method.DeclaringSyntaxReferences[0].GetSyntax();
        if (!method.IsStatic || !method.ReturnsVoid || !HasPartialPlace(method)) unit.Report(place, Rules.Place, method.Name);
        if (groupSize is < 1 or > LargestGroup) unit.Report(place, Rules.Limit, $"groups of {groupSize} threads", $"1…{LargestGroup}");
        List<(IParameterSymbol, string, string)> parameters = [];
        foreach (IParameterSymbol parameter in method.Parameters) parameters.Add(Parameter(unit, parameter));
        string entry = unit.Own($"{Names.Of(method.ContainingType.Name)}_{Names.Of(method.Name)}");
        string kernel = unit.Findings.Count == 0 ? new FunctionTranslator(unit, method, Open, [], isKernel: true).Kernel(entry, groupSize) : "";
        return new KernelDescription(method, Names.Unique(method), entry, unit.Declarations + kernel, groupSize, unit.Waits, unit.NeedsTensorCores, unit.ExceedsSharedLimit, parameters);
    }

    private static bool HasPartialPlace(IMethodSymbol method)
    {
        for (INamedTypeSymbol? type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            bool isPartial = type.DeclaringSyntaxReferences.All(reference => reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(modifier => modifier.ValueText == "partial"));
            if (type.Arity > 0 || !isPartial) return false;
        }
        return true;
    }

    private static (IParameterSymbol Symbol, string Kind, string Type) Parameter(TranslationUnit unit, IParameterSymbol parameter)
    {
        SyntaxNode place = parameter.DeclaringSyntaxReferences[0].GetSyntax();
        bool isSpec = FunctionTranslator.IsSpec(parameter);
        ITypeSymbol? element = Vocabulary.ElementOfView(parameter.Type);
        ITypeSymbol type = element ?? parameter.Type;
        if (parameter.RefKind != RefKind.None || type.SpecialType == SpecialType.System_Boolean || isSpec != Vocabulary.Is(parameter.Type, "SpecInt"))
        {
            unit.Report(place, Rules.Parameter, parameter.Name);
            return (parameter, "Scalar", "int");
        }
        return (parameter, isSpec ? "Spec" : element is null ? "Scalar" : "View", isSpec ? "int" : unit.Types.Of(type, place));
    }
}
