using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>
/// Translates one method: its signature here; statements, expressions, views, calls and constants in the files beside. It walks the
/// compiler's operations, where conversions, constants and chosen overloads are written out.
/// </summary>
internal sealed partial class FunctionTranslator : OperationVisitor<object?, string>
{
    private readonly TranslationUnit unit;
    private readonly IMethodSymbol method;
    private readonly IReadOnlyDictionary<ITypeParameterSymbol, ITypeSymbol> types;
    private readonly IReadOnlyList<Space> spaces;
    private readonly bool isKernel;
    private readonly DeviceText text = new();
    private readonly Dictionary<ISymbol, Space> spaceOf = new(SymbolEqualityComparer.Default);

    /// <param name="unit">The kernel or functor that the function belongs to.</param>
    /// <param name="method">The method, as it was declared.</param>
    /// <param name="types">What its type parameters stand for here.</param>
    /// <param name="spaces">The memory of its views and references, in order.</param>
    /// <param name="isKernel">True for a kernel itself.</param>
    public FunctionTranslator(
        TranslationUnit unit, IMethodSymbol method, IReadOnlyDictionary<ITypeParameterSymbol, ITypeSymbol> types, IReadOnlyList<Space> spaces, bool isKernel = false)
    {
        this.unit = unit;
        this.method = method;
        this.types = types;
        this.spaces = spaces;
        this.isKernel = isKernel;
    }

    /// <summary>A device function of the given name.</summary>
    public string Function(string name)
    {
        unit.Token.ThrowIfCancellationRequested();
        SyntaxNode place = Declaration(method)!;
        int next = 0;
        List<string> parameters = [];
        if (!method.IsStatic) parameters.Add($"{TypeName(method.ContainingType, place)} self");
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            string own = Names.Of(parameter);
            if (Vocabulary.ElementOfView(parameter.Type) is { } element)
            {
                Space space = spaceOf[parameter] = spaces[next++];
                parameters.Add($"{space.Qualifier()}{TypeName(element, place)}* {own}, i64 {own}__len");
            }
            else if (parameter.RefKind is RefKind.Ref or RefKind.Out)
            {
                Space space = spaceOf[parameter] = spaces[next++];
                parameters.Add($"{space.Qualifier()}{TypeName(parameter.Type, place)}* {own}");
            }
            else parameters.Add($"{TypeName(parameter.Type, place)} {own}");
        }
        text.Line($"DEVICE {TypeName(method.ReturnType, place)} {name}({(parameters.Count == 0 ? "void" : string.Join(", ", parameters))})", place);
        Body();
        return text.ToString();
    }

    /// <summary>The kernel function.</summary>
    public string Kernel(string name, int groupSize)
    {
        SyntaxNode place = Declaration(method)!;
        List<string> parameters = [], starts = [];
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            string own = Names.Of(parameter);
            if (IsSpec(parameter)) continue;
            if (Vocabulary.ElementOfView(parameter.Type) is { } element)
            {
                spaceOf[parameter] = Space.Global;
                string type = TypeName(element, place);
                parameters.Add($"GLOBAL {type}* {own}__ptr, i64 {own}__off, i64 {own}__len");
                starts.Add($"GLOBAL {type}* {own} = {own}__ptr + {own}__off;");
            }
            else parameters.Add($"{TypeName(parameter.Type, place)} {own}");
        }
        if (unit.ExceedsSharedLimit)
        {
            parameters.Add("i64 dynamic__bytes DYNAMIC_SHARED_ARGUMENT");
            starts.Add("DYNAMIC_SHARED_ARRAY");
        }
        text.Line($"KERNEL({groupSize}) void {name}({string.Join(", ", parameters)})", place);
        text.Line("{");
        // OpenCL takes shared arrays at the top of a kernel only; the body, which finds them, is translated first.
        DeviceText head = text.Fork();
        Body();
        string body = text.ToString();
        foreach (string array in sharedArrays) head.Line(array);
        foreach (string start in starts) head.Line(start);
        return head.ToString() + body + "}\n";
    }

    /// <summary>True for a parameter that the kernel is compiled for.</summary>
    public static bool IsSpec(IParameterSymbol parameter) => parameter.GetAttributes().Any(attribute => Vocabulary.Is(attribute.AttributeClass, "SpecAttribute"));

    private static SyntaxNode? Declaration(IMethodSymbol method) => method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();

    private void Body()
    {
        SyntaxNode syntax = Declaration(method)!;
        IOperation? operation = unit.Compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, unit.Token);
        IBlockOperation? block = operation switch
        {
            IMethodBodyOperation body => body.BlockBody ?? body.ExpressionBody,
            IBlockOperation own => own,
            _ => null,
        };
        if (block is null)
        {
            unit.Report(syntax, Rules.Construct, $"{method.Name} without a body");
            return;
        }
        FindReassigned(block);
        Block(block);
    }

    // A type as it is here, with this call's type arguments in it.
    private ITypeSymbol Bound(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol parameter => types.TryGetValue(parameter, out ITypeSymbol? bound) ? bound : parameter,
        INamedTypeSymbol { TypeArguments.Length: > 0 } named => named.ConstructedFrom.Construct([.. named.TypeArguments.Select(Bound)]),
        _ => type,
    };

    private string TypeName(ITypeSymbol type, SyntaxNode place) => unit.Types.Of(Bound(type), place);

    private string Report(IOperation operation, DiagnosticDescriptor rule, string first = "", string second = "") => unit.Report(operation.Syntax, rule, first, second);
}
