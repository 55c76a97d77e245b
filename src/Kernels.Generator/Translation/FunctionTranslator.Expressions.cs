using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>Expressions: each becomes a C expression, in parentheses where it is made of parts.</summary>
internal sealed partial class FunctionTranslator
{
    /// <summary>An expression as a part of another.</summary>
    private string Text(IOperation operation) =>
        operation.ConstantValue.HasValue && operation.Type is not null ? Constant(operation) : operation.Accept(this, null) ?? "";

    /// <summary>An expression that stands alone: without the parentheses around it.</summary>
    private string Plain(IOperation operation)
    {
        string text = Text(operation);
        if (text.Length < 2 || text[0] != '(' || text[text.Length - 1] != ')') return text;
        int depth = 0;
        for (int i = 0; i < text.Length - 1; i++)
        {
            if (text[i] == '(') depth++;
            else if (text[i] == ')') depth--;
            if (depth == 0) return text;
        }
        return text.Substring(1, text.Length - 2);
    }

    public override string DefaultVisit(IOperation operation, object? argument) => operation switch
    {
        IArrayCreationOperation or ITypeParameterObjectCreationOperation or IAnonymousObjectCreationOperation => Report(operation, Rules.Allocation, operation.Type?.ToDisplayString() ?? "an object"),
        IDelegateCreationOperation or IAnonymousFunctionOperation or IMethodReferenceOperation => Report(operation, Rules.Delegate),
        IInterpolatedStringOperation => Report(operation, Rules.Text),
        IThrowOperation => Report(operation, Rules.Exceptions),
        _ => Report(operation, Rules.Construct, operation.Kind == OperationKind.None ? $"'{operation.Syntax}'" : operation.Kind.ToString()),
    };

    // Warp is no word of the kernel language, so the compiler leaves it unbound.
    public override string VisitInvalid(IInvalidOperation operation, object? argument)
    {
        string called = operation.Syntax.ToString();
        return called.StartsWith("Warp.") ? Report(operation, Rules.Warp, called.Split('(')[0]) : Report(operation, Rules.Construct, $"'{called}'");
    }

    public override string VisitParenthesized(IParenthesizedOperation operation, object? argument) => Text(operation.Operand);

    public override string VisitLocalReference(ILocalReferenceOperation operation, object? argument) => Names.Of(operation.Local);

    public override string VisitParameterReference(IParameterReferenceOperation operation, object? argument)
    {
        IParameterSymbol parameter = operation.Parameter;
        if (isKernel && IsSpec(parameter)) return $"SPEC_{parameter.Name}";
        return parameter.RefKind is RefKind.Ref or RefKind.Out ? $"(*{Names.Of(parameter)})" : Names.Of(parameter);
    }

    public override string VisitInstanceReference(IInstanceReferenceOperation operation, object? argument) => "self";

    public override string VisitFieldReference(IFieldReferenceOperation operation, object? argument)
    {
        IFieldSymbol field = operation.Field;
        if (field.IsStatic) return StaticField(operation);
        string name = field.ContainingType.IsTupleType ? (field.CorrespondingTupleField ?? field).Name : Names.Of(field);
        return $"{Text(operation.Instance!)}.{name}";
    }

    public override string VisitArrayElementReference(IArrayElementReferenceOperation operation, object? argument) =>
        operation.ArrayReference is IFieldReferenceOperation { Field: { IsStatic: true } table }
            ? Report(operation, Rules.StaticField, table.ToDisplayString())
            : Report(operation, Rules.Construct, $"the array '{operation.ArrayReference.Syntax}'");

    // A readonly number with a constant initializer is a constant.
    private string StaticField(IFieldReferenceOperation operation)
    {
        IFieldSymbol field = operation.Field;
        if (field.IsReadOnly && TypeNames.Scalar(field.Type) is not null && field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } syntax)
        {
            IOperation? initial = unit.Compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax) is IVariableDeclaratorOperation declarator ? declarator.Initializer?.Value : null;
            if (initial?.ConstantValue.HasValue == true) return Constant(initial);
        }
        return Report(operation, Rules.StaticField, field.ToDisplayString());
    }

    public override string VisitUnaryOperator(IUnaryOperation operation, object? argument)
    {
        string operand = Text(operation.Operand);
        if (IsForeign(operation.OperatorMethod)) return Helper(operation.OperatorMethod!, null, [operation.Operand], operation);
        return operation.OperatorKind switch
        {
            UnaryOperatorKind.Plus => operand,
            UnaryOperatorKind.Minus => $"(-{operand})",
            UnaryOperatorKind.Not => $"(!{operand})",
            UnaryOperatorKind.BitwiseNegation => $"(~{operand})",
            _ => Report(operation, Rules.Construct, $"the operator {operation.OperatorKind}"),
        };
    }

    public override string VisitBinaryOperator(IBinaryOperation operation, object? argument)
    {
        if (IsForeign(operation.OperatorMethod)) return Helper(operation.OperatorMethod!, null, [operation.LeftOperand, operation.RightOperand], operation);
        string left = Text(operation.LeftOperand), right = Text(operation.RightOperand);
        ITypeSymbol type = Bound(operation.LeftOperand.Type!);
        if (operation.OperatorKind == BinaryOperatorKind.Remainder) return Remainder(operation, type, left, right);
        string? symbol = Symbol(operation.OperatorKind);
        if (symbol is null) return Report(operation, Rules.Construct, $"the operator {operation.OperatorKind}");
        if (symbol is "<<" or ">>" or ">>>") return Shift(symbol, operation.RightOperand, type, left, right);
        return $"({left} {symbol} {right})";
    }

    private static string? Symbol(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => "+",
        BinaryOperatorKind.Subtract => "-",
        BinaryOperatorKind.Multiply => "*",
        BinaryOperatorKind.Divide => "/",
        BinaryOperatorKind.Remainder => "%",
        BinaryOperatorKind.And => "&",
        BinaryOperatorKind.Or => "|",
        BinaryOperatorKind.ExclusiveOr => "^",
        BinaryOperatorKind.ConditionalAnd => "&&",
        BinaryOperatorKind.ConditionalOr => "||",
        BinaryOperatorKind.Equals => "==",
        BinaryOperatorKind.NotEquals => "!=",
        BinaryOperatorKind.LessThan => "<",
        BinaryOperatorKind.LessThanOrEqual => "<=",
        BinaryOperatorKind.GreaterThan => ">",
        BinaryOperatorKind.GreaterThanOrEqual => ">=",
        BinaryOperatorKind.LeftShift => "<<",
        BinaryOperatorKind.RightShift => ">>",
        BinaryOperatorKind.UnsignedRightShift => ">>>",
        _ => null,
    };

    private string Remainder(IOperation operation, ITypeSymbol type, string left, string right) => type.SpecialType switch
    {
        SpecialType.System_Single => $"F32_Mod({left}, {right})",
        SpecialType.System_Double => $"F64_Mod({left}, {right})",
        SpecialType.None => Report(operation, Rules.Construct, $"the remainder of {type.ToDisplayString()}"),
        _ => $"({left} % {right})",
    };

    // C# takes the count modulo the width; in C a larger one has no meaning.
    private static string Shift(string symbol, IOperation count, ITypeSymbol type, string left, string right)
    {
        bool isWide = type.SpecialType is SpecialType.System_Int64 or SpecialType.System_UInt64;
        int mask = isWide ? 63 : 31;
        right = count.ConstantValue is { HasValue: true, Value: int constant } ? $"{constant & mask}" : $"({right} & {mask})";
        if (symbol != ">>>") return $"({left} {symbol} {right})";
        return isWide ? $"((i64)((u64){left} >> {right}))" : $"((int)((u32){left} >> {right}))";
    }

    public override string VisitConditional(IConditionalOperation operation, object? argument) => operation.WhenFalse is null
        ? DefaultVisit(operation, argument)
        : $"({Text(operation.Condition)} ? {Text(operation.WhenTrue)} : {Text(operation.WhenFalse)})";

    public override string VisitSwitchExpression(ISwitchExpressionOperation operation, object? argument)
    {
        string value = Text(operation.Value), chain = "";
        if (operation.Value is not (ILocalReferenceOperation or IParameterReferenceOperation)) return Report(operation, Rules.Construct, "a switch expression over something else than a variable");
        foreach (ISwitchExpressionArmOperation arm in operation.Arms)
        {
            if (arm.Pattern is IDiscardPatternOperation) return $"({chain}{Text(arm.Value)})";
            if (arm.Pattern is not IConstantPatternOperation pattern || arm.Guard is not null) return Report(arm, Rules.Construct, "a pattern in a switch");
            chain += $"{value} == {Text(pattern.Value)} ? {Text(arm.Value)} : ";
        }
        return Report(operation, Rules.Construct, "a switch expression without a _ arm");
    }

    public override string VisitSimpleAssignment(ISimpleAssignmentOperation operation, object? argument) =>
        operation.IsRef ? Report(operation, Rules.Construct, "a ref assignment") : $"({Text(operation.Target)} = {Plain(operation.Value)})";

    public override string VisitCompoundAssignment(ICompoundAssignmentOperation operation, object? argument)
    {
        string target = Text(operation.Target), value = Text(operation.Value), symbol = Symbol(operation.OperatorKind) ?? "+";
        ITypeSymbol type = Bound(operation.Target.Type!);
        if (IsForeign(operation.OperatorMethod)) return $"({target} = {Helper(operation.OperatorMethod!, null, [operation.Target, operation.Value], operation)})";
        if (symbol is "<<" or ">>" or ">>>") return $"({target} = {Shift(symbol, operation.Value, type, target, value)})";
        if (symbol == "%") return $"({target} = {Remainder(operation, type, target, value)})";
        return $"({target} {symbol}= {value})";
    }

    public override string VisitIncrementOrDecrement(IIncrementOrDecrementOperation operation, object? argument)
    {
        string symbol = operation.Kind == OperationKind.Increment ? "++" : "--", target = Text(operation.Target);
        return operation.IsPostfix ? $"({target}{symbol})" : $"({symbol}{target})";
    }

    public override string VisitConversion(IConversionOperation operation, object? argument)
    {
        ITypeSymbol from = Bound(operation.Operand.Type ?? operation.Type!), to = Bound(operation.Type!);
        string operand = Text(operation.Operand);
        if (operation.OperatorMethod is { } method)
            return IsNamedInt(method.ContainingType) ? operand : Helper(method, null, [operation.Operand], operation);
        if (SymbolEqualityComparer.Default.Equals(from, to) || operation.Conversion.IsIdentity) return operand;
        if (to.IsReferenceType) return to.SpecialType == SpecialType.System_String ? Report(operation, Rules.Text) : Report(operation, Rules.Allocation, $"a box for {from.ToDisplayString()}");
        bool isCut = from.SpecialType is SpecialType.System_Single or SpecialType.System_Double
            && to.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;
        return isCut ? $"{Cut(to.SpecialType)}({operand})" : $"(({unit.Types.Of(to, operation.Syntax)}){operand})";
    }

    private static bool IsNamedInt(ITypeSymbol type) => Vocabulary.Is(type, "SpecInt") || Vocabulary.Is(type, "Index1D");

    private static string Cut(SpecialType type) => type switch
    {
        SpecialType.System_SByte => "TO_I8",
        SpecialType.System_Byte => "TO_U8",
        SpecialType.System_Int16 => "TO_I16",
        SpecialType.System_UInt16 => "TO_U16",
        SpecialType.System_UInt32 => "TO_U32",
        SpecialType.System_Int64 => "TO_I64",
        SpecialType.System_UInt64 => "TO_U64",
        _ => "TO_I32",
    };

    public override string VisitDefaultValue(IDefaultValueOperation operation, object? argument) => Zero(operation.Type!, operation);

    private string Zero(ITypeSymbol type, IOperation place)
    {
        string name = TypeName(type, place.Syntax);
        bool isStruct = Bound(type) is INamedTypeSymbol { TypeKind: TypeKind.Struct } bound && TypeNames.Scalar(bound) is null && Vocabulary.ElementOfLanes(bound) is null && !IsNamedInt(bound);
        return isStruct ? $"ZERO({name})" : $"(({name})0)";
    }

    public override string VisitSizeOf(ISizeOfOperation operation, object? argument) => $"((int)sizeof({TypeName(operation.TypeOperand, operation.Syntax)}))";

    public override string VisitTuple(ITupleOperation operation, object? argument) =>
        $"MAKE({TypeName(operation.Type!, operation.Syntax)}, {string.Join(", ", operation.Elements.Select(Plain))})";

    public override string VisitDeclarationExpression(IDeclarationExpressionOperation operation, object? argument)
    {
        if (operation.Expression is not ILocalReferenceOperation local) return DefaultVisit(operation, argument);
        before.Add($"{TypeName(local.Local.Type, local.Syntax)} {Names.Of(local.Local)};");
        return Names.Of(local.Local);
    }

    // Structs: fields by initializer, or by a constructor whose parameters are the fields.
    public override string VisitObjectCreation(IObjectCreationOperation operation, object? argument)
    {
        if (Bound(operation.Type!) is not INamedTypeSymbol { TypeKind: TypeKind.Struct } type || Vocabulary.ElementOfView(type) is not null)
            return Report(operation, Rules.Allocation, operation.Type?.ToDisplayString() ?? "an object");
        if (IsNamedInt(type)) return operation.Arguments.Length == 1 ? Text(operation.Arguments[0].Value) : "0";
        string name = unit.Types.Of(type, operation.Syntax);
        (string Name, ITypeSymbol Type)[] fields = [.. TypeNames.Fields(type)];
        Dictionary<string, string> values = [];
        foreach (IArgumentOperation given in operation.Arguments)
            if (given.Parameter is { } parameter && fields.FirstOrDefault(field => string.Equals(field.Name, parameter.Name, System.StringComparison.OrdinalIgnoreCase)).Name is { } field)
                values[field] = Plain(given.Value);
            else return Report(operation, Rules.Construct, $"a constructor of {type.Name} whose parameters are not its fields");
        foreach (IOperation set in operation.Initializer?.Initializers ?? [])
            if (set is ISimpleAssignmentOperation { Target: IMemberReferenceOperation member } assignment) values[Names.Of(member.Member)] = Plain(assignment.Value);
            else return Report(set, Rules.Construct, "this initializer");
        if (values.Count == 0) return $"ZERO({name})";
        return $"MAKE({name}, {string.Join(", ", fields.Select(field => values.TryGetValue(field.Name, out string? value) ? value : Zero(field.Type, operation)))})";
    }

    // An operator of a struct of ours. Those of numbers, lanes and type parameters are C's own.
    private bool IsForeign(IMethodSymbol? operatorMethod) =>
        operatorMethod is { ContainingType: { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } type } && Vocabulary.ElementOfLanes(type) is null && !IsNamedInt(type);
}
