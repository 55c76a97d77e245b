using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Handmade.Kernels.Generator.Tests;

/// <summary>The generator, driven on sources as the compiler would drive it.</summary>
internal static class Driven
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    // The kernel language, and of the BCL no more than it needs.
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. new[] { "System.Private.CoreLib.dll", "System.Runtime.dll", "System.Collections.dll", "System.Console.dll" }
            .Select(name => MetadataReference.CreateFromFile(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name))),
        MetadataReference.CreateFromFile(typeof(KernelSource).Assembly.Location),
    ];

    /// <summary>What stands above every source: one line, so that the source's own lines begin at the second.</summary>
    private const string Usings = "using System; using System.Numerics; using Handmade.Kernels; using Handmade.Kernels.Lanes; namespace Sample;\n";

    /// <summary>A compilation of sources, each a file of its own: 0.cs, 1.cs.</summary>
    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Sample", sources.Select((source, i) => File(source, $"{i}.cs")), References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    /// <summary>A file of such a compilation.</summary>
    public static SyntaxTree File(string source, string name) => CSharpSyntaxTree.ParseText(SourceText.From(Usings + source), Parsing, name);

    /// <summary>A driver that remembers what its steps did.</summary>
    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new KernelGenerator().AsSourceGenerator()], parseOptions: Parsing, driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>What the generator reports about a source.</summary>
    public static ImmutableArray<Diagnostic> Errors(string source) => Driver().RunGenerators(Compile(source)).GetRunResult().Diagnostics;

    /// <summary>The files that the generator adds to a source, which must compile with them.</summary>
    public static ImmutableArray<GeneratedSourceResult> Files(string source)
    {
        GeneratorDriver driver = Driver().RunGeneratorsAndUpdateCompilation(Compile(source), out Compilation compilation, out ImmutableArray<Diagnostic> errors);
        Assert.That(errors, Is.Empty);
        Assert.That(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), Is.Empty);
        return driver.GetRunResult().Results[0].GeneratedSources;
    }
}
