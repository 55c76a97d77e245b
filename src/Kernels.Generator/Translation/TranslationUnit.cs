using System.Text;
using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>What the functions of one kernel or functor share: the structs and functions written so far, and what was found wrong.</summary>
internal sealed class TranslationUnit
{
    private const int MostSharedBytes = 32 * 1024;
    private readonly StringBuilder functions = new();
    private readonly Dictionary<string, string> names = [];
    private readonly HashSet<string> taken = [];
    private readonly HashSet<string> active = [];
    private int sharedBytes;

    public TranslationUnit(Compilation compilation, bool isFunctor, CancellationToken token)
    {
        Compilation = compilation;
        IsFunctor = isFunctor;
        Token = token;
        Types = new TypeNames(this);
    }

    public Compilation Compilation { get; }

    /// <summary>A functor's text may stand several times in a program, each time for other types: its names begin with SELF.</summary>
    public bool IsFunctor { get; }

    public CancellationToken Token { get; }

    public TypeNames Types { get; }

    public List<Finding> Findings { get; } = [];

    /// <summary>True once a barrier or shared memory was met: on the emulator the threads of a group then run side by side.</summary>
    public bool Waits { get; set; }

    /// <summary>True once words of CUDA's tensor cores were met: OpenCL then has no text.</summary>
    public bool NeedsTensorCores { get; set; }

    /// <summary>True for a kernel whose launches say how much shared memory a group gets.</summary>
    public bool ExceedsSharedLimit { get; set; }

    /// <summary>Structs, then functions, each before its first use.</summary>
    public string Declarations => Types.Declarations + functions;

    public string Report(SyntaxNode place, DiagnosticDescriptor rule, string first = "", string second = "")
    {
        var finding = Finding.At(place.GetLocation(), rule, first, second);
        if (!Findings.Contains(finding)) Findings.Add(finding);
        return "0";
    }

    public void Append(string function) => functions.Append(function);

    /// <summary>Keeps a name for what the text's own functions are called outside.</summary>
    public string Own(string name)
    {
        taken.Add(name);
        return IsFunctor ? $"NAME(SELF, {name})" : name;
    }

    /// <summary>A name that is still free.</summary>
    public string Fresh(string wanted)
    {
        string name = wanted;
        for (int i = 2; !taken.Add(name); i++) name = $"{wanted}_{i}";
        return IsFunctor ? $"NAME(SELF, {name})" : name;
    }

    /// <summary>
    /// The device function of a C# method with these type arguments and memory spaces, translated when it is first called. Its text comes
    /// before the caller's, because that is not finished yet.
    /// </summary>
    public string Function(IMethodSymbol method, IReadOnlyDictionary<ITypeParameterSymbol, ITypeSymbol> types, IReadOnlyList<Space> spaces, SyntaxNode call)
    {
        IMethodSymbol definition = method.OriginalDefinition;
        IEnumerable<string> bound = types.OrderBy(pair => pair.Key.Name).Select(pair => $"{pair.Key.Name}={pair.Value.ToDisplayString()}");
        string key = $"{definition.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat)}|{string.Join(",", bound)}|{string.Join(",", spaces)}";
        if (active.Contains(key))
        {
            Report(call, Rules.Recursion, $"{definition.ContainingType.Name}.{definition.Name}");
            return names[key];
        }
        if (names.TryGetValue(key, out string? known)) return known;
        string name = names[key] = Fresh($"{Names.Of(definition.ContainingType.Name)}_{Names.Of(definition.Name)}");
        active.Add(key);
        functions.Append(new FunctionTranslator(this, definition, types, spaces).Function(name));
        active.Remove(key);
        return name;
    }

    /// <summary>Counts shared memory whose size is known now.</summary>
    public void AddShared(int bytes, SyntaxNode place)
    {
        Waits = true;
        sharedBytes += bytes;
        if (sharedBytes > MostSharedBytes) Report(place, Rules.Limit, $"{sharedBytes} bytes of shared memory in one kernel", $"{MostSharedBytes}");
    }
}
