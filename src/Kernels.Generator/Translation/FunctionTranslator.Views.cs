using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>Views and references: a pointer, a length, and the memory that both stay in.</summary>
internal sealed partial class FunctionTranslator
{
    private readonly List<string> sharedArrays = [];
    private readonly HashSet<string> arrayNames = [];
    private readonly HashSet<ISymbol> reassigned = new(SymbolEqualityComparer.Default);

    // A view local that is assigned again is a pointer; the others may be the array itself.
    private void FindReassigned(IOperation body)
    {
        foreach (ISimpleAssignmentOperation assignment in body.Descendants().OfType<ISimpleAssignmentOperation>())
            if (assignment.Target is ILocalReferenceOperation local && Vocabulary.ElementOfView(local.Type) is not null) reassigned.Add(local.Local);
    }

    private void DeclareView(ILocalSymbol local, ITypeSymbol element, IOperation? value, IOperation place)
    {
        string name = Names.Of(local), type = TypeName(element, place.Syntax);
        if (value is null)
        {
            Report(place, Rules.Space, $"{local.Name} has no value when it is declared");
            return;
        }
        if (value is IInvocationOperation allocation && IsAllocation(allocation) && !reassigned.Contains(local))
        {
            (string array, string size, Space kind) = Allocate(allocation, name);
            spaceOf[local] = kind;
            if (array != name) Write($"{kind.Qualifier()}{type}* {name} = {array};", place);
            Write($"i64 {name}__len = {size};", place);
            return;
        }
        ViewText view = View(value);
        spaceOf[local] = view.Space;
        Write($"{view.Space.Qualifier()}{type}* {name} = {view.Pointer};", place);
        Write($"i64 {name}__len = {view.Length};", place);
    }

    private void AssignView(ISimpleAssignmentOperation assignment)
    {
        ViewText view = View(assignment.Value), target = View(assignment.Target);
        if (view.Space != target.Space) Report(assignment, Rules.Space, $"{target.Pointer} moves between kinds");
        // The new pointer may be made of the old one's length.
        Write($"{{ i64 t__len = {view.Length}; {target.Pointer} = {view.Pointer}; {target.Length} = t__len; }}", assignment);
    }

    /// <summary>A view expression.</summary>
    private ViewText View(IOperation operation)
    {
        switch (operation)
        {
            case IParenthesizedOperation parenthesized: return View(parenthesized.Operand);
            case IConversionOperation { Conversion.IsIdentity: true } conversion: return View(conversion.Operand);
            case ILocalReferenceOperation local: return new ViewText(Names.Of(local.Local), Names.Of(local.Local) + "__len", SpaceOf(local.Local));
            case IParameterReferenceOperation parameter: return new ViewText(Names.Of(parameter.Parameter), Names.Of(parameter.Parameter) + "__len", SpaceOf(parameter.Parameter));
            case IInvocationOperation { TargetMethod.Name: "SubView", Instance: { } whole } part when Vocabulary.ElementOfView(whole.Type) is not null: return SubView(View(whole), part);
            case IInvocationOperation { TargetMethod.Name: "Cast", Instance: { } whole } cast when Vocabulary.ElementOfView(whole.Type) is { } element: return Cast(View(whole), element, cast);
            case IInvocationOperation allocation when IsAllocation(allocation):
                (string array, string size, Space kind) = Allocate(allocation, "memory");
                return new ViewText(array, $"((i64){size})", kind);
            case IInvocationOperation { TargetMethod.Name: "GetDynamic" } dynamic when Vocabulary.Is(dynamic.TargetMethod.ContainingType, "SharedMemory"): return Dynamic(dynamic);
            case IConditionalOperation { WhenFalse: not null } choice: return Choice(choice);
            default:
                Report(operation, Rules.Construct, $"the view '{operation.Syntax}'");
                return new ViewText("0", "0", Space.Global);
        }
    }

    // Memory that the launch measures out: the one array that may exceed the limit, where the kernel says so.
    private ViewText Dynamic(IInvocationOperation call)
    {
        if (!isKernel) Report(call, Rules.NotInKernel, "SharedMemory.GetDynamic");
        else if (!unit.ExceedsSharedLimit) Report(call, Rules.Limit, "SharedMemory.GetDynamic in a kernel that is not marked ExceedsSharedLimit", "no more than others for certain");
        unit.AddShared(0, call.Syntax);
        string type = unit.Types.Of(Bound(call.TargetMethod.TypeArguments[0]), call.Syntax);
        return new ViewText($"((SHARED {type}*)dynamic__shared)", $"(dynamic__bytes / (i64)sizeof({type}))", Space.Shared);
    }

    private ViewText SubView(ViewText whole, IInvocationOperation call)
    {
        string start = Text(call.Arguments[0].Value);
        string length = call.Arguments.Length > 1 ? $"((i64){Text(call.Arguments[1].Value)})" : $"({whole.Length} - {start})";
        return whole with { Pointer = $"({whole.Pointer} + {start})", Length = length };
    }

    private ViewText Cast(ViewText whole, ITypeSymbol element, IInvocationOperation call)
    {
        string from = TypeName(element, call.Syntax), to = TypeName(call.TargetMethod.TypeArguments[0], call.Syntax);
        return whole with
        {
            Pointer = $"(({whole.Space.Qualifier()}{to}*){whole.Pointer})",
            Length = $"({whole.Length} * (i64)sizeof({from}) / (i64)sizeof({to}))",
        };
    }

    private ViewText Choice(IConditionalOperation choice)
    {
        ViewText yes = View(choice.WhenTrue), no = View(choice.WhenFalse!);
        if (yes.Space != no.Space) Report(choice, Rules.Space, "both branches differ");
        string condition = Text(choice.Condition);
        return yes with { Pointer = $"({condition} ? {yes.Pointer} : {no.Pointer})", Length = $"({condition} ? {yes.Length} : {no.Length})" };
    }

    private Space SpaceOf(ISymbol symbol) => spaceOf.TryGetValue(symbol, out Space space) ? space : Space.Private;

    private static bool IsAllocation(IInvocationOperation call) =>
        call.TargetMethod.Name == "Allocate" && (Vocabulary.Is(call.TargetMethod.ContainingType, "SharedMemory") || Vocabulary.Is(call.TargetMethod.ContainingType, "LocalMemory"));

    private (string Array, string Size, Space Kind) Allocate(IInvocationOperation call, string wanted)
    {
        bool isShared = call.TargetMethod.ContainingType.Name == "SharedMemory";
        IOperation length = call.Arguments[0].Value;
        ITypeSymbol element = Bound(call.TargetMethod.TypeArguments[0]);
        if (!IsSize(length)) Report(length, Rules.UnknownSize);
        string name = wanted, type = unit.Types.Of(element, call.Syntax), size = Text(length);
        for (int i = 2; !arrayNames.Add(name); i++) name = $"{wanted}_{i}";
        if (!isShared)
        {
            Write($"{type} {name}[{size}];", call);
            return (name, size, Space.Private);
        }
        if (!isKernel) Report(call, Rules.NotInKernel, "SharedMemory.Allocate");
        unit.AddShared(length.ConstantValue is { HasValue: true, Value: int count } ? count * TypeNames.LeastBytes(element) : 0, call.Syntax);
        string array = $"{name}__shared";
        sharedArrays.Add($"SHARED_ARRAY {type} {array}[{size}];");
        return (array, size, Space.Shared);
    }

    /// <summary>True for what is known when the kernel is compiled: constants, [Spec] parameters, and what is computed from them.</summary>
    private bool IsSize(IOperation operation) => operation.ConstantValue.HasValue || operation switch
    {
        IParenthesizedOperation parenthesized => IsSize(parenthesized.Operand),
        IConversionOperation conversion => IsSize(conversion.Operand),
        IParameterReferenceOperation parameter => Vocabulary.Is(parameter.Parameter.Type, "SpecInt"),
        IBinaryOperation binary => IsSize(binary.LeftOperand) && IsSize(binary.RightOperand),
        IConditionalOperation { WhenFalse: { } otherwise } choice => IsSize(choice.Condition) && IsSize(choice.WhenTrue) && IsSize(otherwise),
        _ => false,
    };

    /// <summary>Where a ref or out argument points.</summary>
    private (string Pointer, Space Space) Address(IOperation operation)
    {
        switch (operation)
        {
            case IPropertyReferenceOperation { Instance: { } instance, Arguments.Length: 1 } element when Vocabulary.ElementOfView(instance.Type) is not null:
                ViewText view = View(instance);
                return ($"({view.Pointer} + {Text(element.Arguments[0].Value)})", view.Space);
            case IParameterReferenceOperation { Parameter: { RefKind: RefKind.Ref or RefKind.Out } parameter }:
                return (Names.Of(parameter), SpaceOf(parameter));
            case IFieldReferenceOperation { Instance: { } whole } field when !field.Field.IsStatic:
                return ($"&{Text(field)}", Address(whole).Space);
            case ILocalReferenceOperation or IParameterReferenceOperation or IDeclarationExpressionOperation:
                return ($"&{Text(operation)}", Space.Private);
            case IDiscardOperation discard:
                string name = $"t__{temporaries++}";
                before.Add($"{TypeName(discard.Type!, discard.Syntax)} {name};");
                return ($"&{name}", Space.Private);
            default:
                Report(operation, Rules.Construct, $"a reference to '{operation.Syntax}'");
                return ("0", Space.Private);
        }
    }
}
