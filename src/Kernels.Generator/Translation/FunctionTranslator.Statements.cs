using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>Statements: each becomes lines of text.</summary>
internal sealed partial class FunctionTranslator
{
    // Declarations of out variables, which C wants before the statement.
    private readonly List<string> before = [];
    private int temporaries;

    private void Block(IBlockOperation block)
    {
        text.Line("{");
        foreach (IOperation statement in block.Operations) Statement(statement);
        text.Line("}");
    }

    // A statement that stands under if, for or while.
    private void Inner(IOperation? statement)
    {
        if (statement is IBlockOperation block) Block(block);
        else
        {
            text.Line("{");
            if (statement is not null) Statement(statement);
            text.Line("}");
        }
    }

    private void Statement(IOperation statement)
    {
        switch (statement)
        {
            case IBlockOperation block:
                Block(block);
                break;
            case IVariableDeclarationGroupOperation group:
                foreach (IVariableDeclaratorOperation declarator in group.Declarations.SelectMany(declaration => declaration.Declarators)) Declare(declarator);
                break;
            case IExpressionStatementOperation { Operation: IDeconstructionAssignmentOperation deconstruction }:
                Deconstruct(deconstruction);
                break;
            case IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment } when Vocabulary.ElementOfView(assignment.Target.Type) is not null:
                AssignView(assignment);
                break;
            case IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: IDiscardOperation } discarded }:
                Write($"(void){Text(discarded.Value)};", statement);
                break;
            case IExpressionStatementOperation expression:
                Write(Plain(expression.Operation) + ";", statement);
                break;
            case IReturnOperation { ReturnedValue: { } value } when method.ReturnType.SpecialType == SpecialType.System_Void:
                Write(Plain(value) + ";", statement);
                break;
            case IReturnOperation { Kind: OperationKind.Return } end:
                Write(end.ReturnedValue is null ? "return;" : $"return {Plain(end.ReturnedValue)};", statement);
                break;
            case IConditionalOperation branch:
                Branch(branch, "");
                break;
            case IForLoopOperation loop:
                For(loop);
                break;
            case IWhileLoopOperation loop:
                While(loop);
                break;
            case ISwitchOperation choice:
                Switch(choice);
                break;
            case IBranchOperation { BranchKind: BranchKind.Break }:
                Write("break;", statement);
                break;
            case IBranchOperation { BranchKind: BranchKind.Continue }:
                Write("continue;", statement);
                break;
            case IEmptyOperation:
                break;
            case IForEachLoopOperation:
                Report(statement, Rules.ForEach);
                break;
            case ITryOperation or IThrowOperation:
                Report(statement, Rules.Exceptions);
                break;
            case ILocalFunctionOperation:
                Report(statement, Rules.Delegate);
                break;
            default:
                Report(statement, Rules.Construct, statement.Kind.ToString());
                break;
        }
    }

    private void Write(string line, IOperation source)
    {
        foreach (string declaration in before) text.Line(declaration, source.Syntax);
        before.Clear();
        text.Line(line, source.Syntax);
    }

    private void Declare(IVariableDeclaratorOperation declarator)
    {
        ILocalSymbol local = declarator.Symbol;
        if (local.IsConst) return;
        IOperation? value = (declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer)?.Value;
        if (local.RefKind != RefKind.None) Report(declarator, Rules.Construct, "a ref local");
        else if (Vocabulary.ElementOfView(local.Type) is { } element) DeclareView(local, element, value, declarator);
        else
        {
            int found = unit.Findings.Count;
            string? initial = value is null ? null : Plain(value);
            // Where the value can't be, its type is no second error.
            if (unit.Findings.Count > found) return;
            string declared = $"{TypeName(local.Type, declarator.Syntax)} {Names.Of(local)}";
            Write(initial is null ? declared + ";" : $"{declared} = {initial};", declarator);
        }
    }

    private void Branch(IConditionalOperation branch, string prefix)
    {
        Write($"{prefix}if ({Plain(branch.Condition)})", branch);
        Inner(branch.WhenTrue);
        if (branch.WhenFalse is null) return;
        // What a condition declares must stand outside, so such an else-if is nested.
        if (branch.WhenFalse is IConditionalOperation next && !next.Condition.DescendantsAndSelf().OfType<IDeclarationExpressionOperation>().Any())
        {
            Branch(next, "else ");
            return;
        }
        text.Line("else");
        Inner(branch.WhenFalse);
    }

    private void For(IForLoopOperation loop)
    {
        List<IVariableDeclaratorOperation> declared = [.. loop.Before.OfType<IVariableDeclarationGroupOperation>().SelectMany(group => group.Declarations).SelectMany(declaration => declaration.Declarators)];
        List<string> start = [];
        foreach (IVariableDeclaratorOperation declarator in declared)
        {
            IOperation? value = (declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer)?.Value;
            string initial = value is null ? "" : $" = {Plain(value)}";
            start.Add($"{(start.Count == 0 ? TypeName(declarator.Symbol.Type, declarator.Syntax) + " " : "")}{Names.Of(declarator.Symbol)}{initial}");
        }
        start.AddRange(loop.Before.OfType<IExpressionStatementOperation>().Select(expression => Plain(expression.Operation)));
        IEnumerable<string> steps = loop.AtLoopBottom.OfType<IExpressionStatementOperation>().Select(expression => Plain(expression.Operation));
        string unroll = Unrolling.Pays(loop, IsSize) ? "UNROLL " : "";
        Write($"{unroll}for ({string.Join(", ", start)}; {(loop.Condition is null ? "" : Plain(loop.Condition))}; {string.Join(", ", steps)})", loop);
        Inner(loop.Body);
    }

    private void While(IWhileLoopOperation loop)
    {
        string condition = Plain(loop.Condition!);
        if (before.Count > 0) Report(loop, Rules.Construct, "a variable declared in a loop's condition");
        if (loop.ConditionIsTop) Write($"while ({condition})", loop);
        else text.Line("do", loop.Syntax);
        Inner(loop.Body);
        if (!loop.ConditionIsTop) text.Line($"while ({condition});");
    }

    private void Switch(ISwitchOperation choice)
    {
        Write($"switch ({Plain(choice.Value)})", choice);
        text.Line("{");
        foreach (ISwitchCaseOperation section in choice.Cases)
        {
            foreach (ICaseClauseOperation clause in section.Clauses)
                switch (clause)
                {
                    case ISingleValueCaseClauseOperation { Value: var value }: text.Line($"case {Plain(value)}:", clause.Syntax); break;
                    case IDefaultCaseClauseOperation: text.Line("default:", clause.Syntax); break;
                    default: Report(clause, Rules.Construct, "a pattern in a switch"); break;
                }
            text.Line("{");
            foreach (IOperation statement in section.Body) Statement(statement);
            text.Line("}");
        }
        text.Line("}");
    }

    // (a, b) = (b, a): all values first, then the targets.
    private void Deconstruct(IDeconstructionAssignmentOperation assignment)
    {
        IOperation target = assignment.Target is IDeclarationExpressionOperation { Expression: var inner } ? inner : assignment.Target;
        IOperation value = assignment.Value is IConversionOperation { IsImplicit: true, Operand: ITupleOperation } conversion ? conversion.Operand : assignment.Value;
        if (target is not ITupleOperation targets || value.Type is not INamedTypeSymbol { IsTupleType: true } tuple)
        {
            Report(assignment, Rules.Construct, "a deconstruction other than of a tuple");
            return;
        }
        string[] temporary = [.. targets.Elements.Select(_ => $"t__{temporaries++}")];
        if (value is ITupleOperation values)
            for (int i = 0; i < temporary.Length; i++) Write($"{TypeName(values.Elements[i].Type!, value.Syntax)} {temporary[i]} = {Plain(values.Elements[i])};", assignment);
        else
        {
            string whole = $"t__{temporaries++}";
            Write($"{TypeName(tuple, value.Syntax)} {whole} = {Plain(value)};", assignment);
            for (int i = 0; i < temporary.Length; i++) temporary[i] = $"{whole}.Item{i + 1}";
        }
        for (int i = 0; i < temporary.Length; i++)
            switch (targets.Elements[i])
            {
                case IDiscardOperation:
                    break;
                case IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local }:
                    Write($"{TypeName(local.Local.Type, local.Syntax)} {Names.Of(local.Local)} = {temporary[i]};", assignment);
                    break;
                case ILocalReferenceOperation { IsDeclaration: true } local:
                    Write($"{TypeName(local.Local.Type, local.Syntax)} {Names.Of(local.Local)} = {temporary[i]};", assignment);
                    break;
                default:
                    Write($"{Plain(targets.Elements[i])} = {temporary[i]};", assignment);
                    break;
            }
    }
}
