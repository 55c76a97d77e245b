using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>Calls and properties: functions of a type parameter, of the kernel language, of the BCL's few, and our own.</summary>
internal sealed partial class FunctionTranslator
{
    public override string VisitInvocation(IInvocationOperation call, object? argument)
    {
        IMethodSymbol target = call.TargetMethod;
        if (target.MethodKind is MethodKind.DelegateInvoke or MethodKind.LocalFunction) return Report(call, Rules.Delegate);
        IReadOnlyList<IOperation> arguments = InOrder(call.Arguments, target);
        if (call.ConstrainedToType is { } constrained && target.IsStatic) return OfType(Bound(constrained), target, arguments, call);
        if (Vocabulary.PreludeMath(target.ContainingType) is not null && target.IsStatic) return OfType(target.ContainingType, target, arguments, call);
        if (Vocabulary.ElementOfLanes(target.ContainingType) is not null) return OfLanes(call);
        if (Intrinsic(call, arguments) is { } intrinsic) return intrinsic;
        if (!target.IsStatic && (target.ContainingType.TypeKind != TypeKind.Struct || target.IsVirtual || target.IsOverride)) return Report(call, Rules.VirtualCall, target.Name);
        return Helper(target, call.Instance, arguments, call);
    }

    public override string VisitPropertyReference(IPropertyReferenceOperation reference, object? argument)
    {
        IPropertySymbol property = reference.Property;
        if (reference.Instance is { } instance && Vocabulary.ElementOfView(instance.Type) is not null)
        {
            ViewText view = View(instance);
            return property.Name switch
            {
                "Length" => view.Length,
                "IntLength" => $"((int){view.Length})",
                _ => $"{view.Pointer}[{Plain(reference.Arguments[0].Value)}]",
            };
        }
        if (reference.ConstrainedToType is { } constrained && property.IsStatic) return OfType(Bound(constrained), property.GetMethod!, [], reference);
        if (Vocabulary.ElementOfLanes(property.ContainingType) is not null && property.Name == "Count") return "1";
        if (Place(property) is { } place) return place;
        if (IsNamedInt(property.ContainingType)) return Text(reference.Instance!);
        if (!property.IsStatic && property.ContainingType.TypeKind != TypeKind.Struct) return Report(reference, Rules.VirtualCall, property.Name);
        bool isField = !property.IsStatic && property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));
        if (isField) return $"{Text(reference.Instance!)}.{Names.Of(property)}";
        return property.GetMethod is { } getter
            ? Helper(getter, reference.Instance, [.. reference.Arguments.Select(given => given.Value)], reference)
            : Report(reference, Rules.Construct, property.Name);
    }

    // Arguments in the order of the parameters, defaults filled in by the compiler.
    private static IReadOnlyList<IOperation> InOrder(IEnumerable<IArgumentOperation> arguments, IMethodSymbol target) =>
        [.. arguments.OrderBy(given => target.Parameters.IndexOf(given.Parameter!)).Select(given => given.Value)];

    /// <summary>A static abstract function of the type that a type parameter stands for.</summary>
    private string OfType(ITypeSymbol type, IMethodSymbol target, IReadOnlyList<IOperation> arguments, IOperation call)
    {
        string name = target.AssociatedSymbol?.Name ?? target.Name;
        string? math = type is ITypeParameterSymbol ? type.Name : Vocabulary.PreludeMath(type);
        if (math is not null)
        {
            string? owner = target.ContainingNamespace?.ToDisplayString();
            if (owner?.StartsWith("System") == true) return OfNumber(type, name, call);
            if (name == "Of" && arguments.Count == 1 && arguments[0].ConstantValue is { HasValue: true, Value: { } value }) return Literal(math, System.Convert.ToDouble(value));
            return $"NAME({math}, {Names.Of(name)})({string.Join(", ", arguments.SelectMany((given, i) => Pass(target.Parameters[i], given, isFunctor: true).Texts))})";
        }
        if (Vocabulary.ElementOfLanes(type) is not null || TypeNames.Scalar(type) is not null) return OfNumber(type, name, call);
        // A struct of ours stands for the parameter: its own function is called.
        INamedTypeSymbol? of = type.AllInterfaces.FirstOrDefault(one => SymbolEqualityComparer.Default.Equals(one.OriginalDefinition, target.ContainingType.OriginalDefinition));
        ISymbol? wanted = of?.GetMembers().FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(member.OriginalDefinition, target.OriginalDefinition));
        return wanted is not null && type.FindImplementationForInterfaceMember(wanted) is IMethodSymbol own
            ? Helper(own, null, arguments, call)
            : Report(call, Rules.UnknownMethod, target.ToDisplayString());
    }

    private string OfNumber(ITypeSymbol type, string name, IOperation call) => name switch
    {
        "Zero" => $"(({unit.Types.Of(type, call.Syntax)})0)",
        "One" => $"(({unit.Types.Of(type, call.Syntax)})1)",
        _ => Report(call, Rules.UnknownMethod, $"{type.Name}.{name}", "; use a function of TM : IMath<T>"),
    };

    // Device text has one lane: a reduction over lanes is the value itself.
    private string OfLanes(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "Sum" or "Max" => Text(call.Instance!),
        "Broadcast" => Text(call.Arguments[0].Value),
        _ => Report(call, Rules.UnknownMethod, $"Lanes.{call.TargetMethod.Name}", ": it is the host's"),
    };

    /// <summary>A call of a function whose C# source is translated too.</summary>
    private string Helper(IMethodSymbol target, IOperation? instance, IReadOnlyList<IOperation> arguments, IOperation call)
    {
        IMethodSymbol definition = target.OriginalDefinition;
        if (target.Name.StartsWith("Allocate") || Declaration(definition) is null)
            return Report(call, Rules.UnknownMethod, target.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat), ": its source is not in this project");
        List<string> texts = [];
        List<Space> kinds = [];
        if (instance is not null) texts.Add(Text(instance));
        for (int i = 0; i < arguments.Count; i++)
        {
            (IEnumerable<string> given, Space? space) = Pass(definition.Parameters[i], arguments[i], isFunctor: false);
            texts.AddRange(given);
            if (space is { } kind) kinds.Add(kind);
        }
        return $"{unit.Function(target, Arguments(target), kinds, call.Syntax)}({string.Join(", ", texts)})";
    }

    private (IEnumerable<string> Texts, Space? Space) Pass(IParameterSymbol parameter, IOperation value, bool isFunctor)
    {
        if (Vocabulary.ElementOfView(parameter.Type) is not null)
        {
            ViewText view = View(value);
            if (isFunctor && view.Space != Space.Global) Report(value, Rules.Space, "a functor takes views of global memory");
            return ([view.Pointer, view.Length], view.Space);
        }
        if (parameter.RefKind is RefKind.Ref or RefKind.Out)
        {
            (string pointer, Space space) = Address(value);
            if (isFunctor) Report(value, Rules.Space, "a functor takes no references");
            return ([pointer], space);
        }
        return ([Plain(value)], null);
    }

    // Type parameters of the method and of the types around it, bound as far as they are bound here.
    private Dictionary<ITypeParameterSymbol, ITypeSymbol> Arguments(IMethodSymbol target)
    {
        Dictionary<ITypeParameterSymbol, ITypeSymbol> bound = new(SymbolEqualityComparer.Default);
        for (int i = 0; i < target.TypeArguments.Length; i++) bound[target.OriginalDefinition.TypeParameters[i]] = Bound(target.TypeArguments[i]);
        for (INamedTypeSymbol? type = target.ContainingType; type is not null; type = type.ContainingType)
            for (int i = 0; i < type.TypeArguments.Length; i++) bound[type.OriginalDefinition.TypeParameters[i]] = Bound(type.TypeArguments[i]);
        return bound;
    }
}
