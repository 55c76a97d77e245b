using System.Text;
using Handmade.Kernels.Generator.Emission;
using Handmade.Kernels.Generator.Translation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Handmade.Kernels.Generator;

/// <summary>
/// Translates every method marked [Kernel] and every struct that implements an interface marked [KernelFunctor] into device text, and
/// writes the method that launches the kernel. Each becomes one file, so an edit makes anew only what it changes.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class KernelGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that translates kernels, for tests of what an edit makes anew.</summary>
    public const string KernelStep = "Kernels";

    /// <summary>The name of the step that translates functors.</summary>
    public const string FunctorStep = "Functors";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<Output> kernels = context.SyntaxProvider
            .ForAttributeWithMetadataName(Vocabulary.KernelAttribute, (node, _) => node is MethodDeclarationSyntax, Kernel)
            .WithTrackingName(KernelStep);
        IncrementalValuesProvider<Output> functors = context.SyntaxProvider
            .CreateSyntaxProvider((node, _) => node is StructDeclarationSyntax { BaseList: not null } or RecordDeclarationSyntax { BaseList: not null }, Functor)
            .Where(output => output is not null)
            .Select((output, _) => output!)
            .WithTrackingName(FunctorStep);
        context.RegisterSourceOutput(kernels, Write);
        context.RegisterSourceOutput(functors, Write);
    }

    private static Output Kernel(GeneratorAttributeSyntaxContext context, CancellationToken token)
    {
        var method = (IMethodSymbol)context.TargetSymbol;
        var unit = new TranslationUnit(context.SemanticModel.Compilation, isFunctor: false, token);
        int groupSize = context.Attributes[0].NamedArguments.FirstOrDefault(pair => pair.Key == "GroupSize").Value.Value as int? ?? 256;
        unit.ExceedsSharedLimit = context.Attributes[0].NamedArguments.FirstOrDefault(pair => pair.Key == "ExceedsSharedLimit").Value.Value is true;
        KernelDescription description = KernelTranslation.Of(unit, method, groupSize);
        string source = unit.Findings.Count == 0 ? KernelWriter.Write(description) : "";
        return new Output($"{description.UniqueName}.kernel.g.cs", source, new EquatableList<Finding>(unit.Findings));
    }

    private static Output? Functor(GeneratorSyntaxContext context, CancellationToken token)
    {
        if (context.SemanticModel.GetDeclaredSymbol(context.Node, token) is not INamedTypeSymbol { TypeKind: TypeKind.Struct } type) return null;
        List<INamedTypeSymbol> interfaces = [.. type.AllInterfaces.Where(Vocabulary.IsFunctor)];
        // Adapters of the vocabulary itself are names for their arguments.
        if (interfaces.Count == 0 || type.ContainingType?.ToDisplayString() == Vocabulary.OneLane) return null;
        var unit = new TranslationUnit(context.SemanticModel.Compilation, isFunctor: true, token);
        FunctorDescription description = FunctorTranslation.Of(unit, type, interfaces);
        string source = unit.Findings.Count == 0 ? FunctorWriter.Write(description) : "";
        return new Output($"{description.UniqueName}.functor.g.cs", source, new EquatableList<Finding>(unit.Findings));
    }

    private static void Write(SourceProductionContext context, Output output)
    {
        foreach (Finding finding in output.Findings.Items) context.ReportDiagnostic(finding.ToDiagnostic());
        if (output.Source.Length > 0) context.AddSource(output.FileName, SourceText.From(output.Source, Encoding.UTF8));
    }
}
