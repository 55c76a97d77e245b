using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>
/// Which loops are unrolled: those that count from a constant up to a small constant or a size made of [Spec] parameters. Their indices are
/// then known, and local arrays become registers. Loops that can't be counted would only bring warnings.
/// </summary>
internal static class Unrolling
{
    private const int MostTrips = 16;

    public static bool Pays(IForLoopOperation loop, Func<IOperation, bool> isSize)
    {
        IVariableDeclaratorOperation[] counters = [.. loop.Before.OfType<IVariableDeclarationGroupOperation>().SelectMany(group => group.Declarations).SelectMany(declaration => declaration.Declarators)];
        if (counters.Length != 1 || loop.AtLoopBottom.Length != 1) return false;
        ILocalSymbol counter = counters[0].Symbol;
        IOperation? start = (counters[0].Initializer ?? (counters[0].Parent as IVariableDeclarationOperation)?.Initializer)?.Value;
        if (start?.ConstantValue is not { HasValue: true, Value: int first }) return false;
        if (loop.Condition is not IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual } test || !Names(test.LeftOperand, counter)) return false;
        bool isStep = loop.AtLoopBottom[0] is IExpressionStatementOperation
        {
            Operation: IIncrementOrDecrementOperation { Kind: OperationKind.Increment } or ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Value.ConstantValue.HasValue: true },
        };
        if (!isStep) return false;
        return test.RightOperand.ConstantValue is { HasValue: true, Value: int bound } ? bound - first <= MostTrips : isSize(test.RightOperand);
    }

    private static bool Names(IOperation operand, ILocalSymbol counter) =>
        operand is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, counter);
}
