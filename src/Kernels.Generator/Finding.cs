using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Handmade.Kernels.Generator;

/// <summary>An error at a place in the C# source, without the compiler's objects, so that incremental steps can compare it.</summary>
internal sealed record Finding(DiagnosticDescriptor Rule, string Path, TextSpan Span, LinePositionSpan Lines, string First, string Second)
{
    public static Finding At(Location location, DiagnosticDescriptor rule, string first, string second)
    {
        FileLinePositionSpan span = location.GetLineSpan();
        return new Finding(rule, span.Path, location.SourceSpan, span.Span, first, second);
    }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Location.Create(Path, Span, Lines), First, Second);
}
