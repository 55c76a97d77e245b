using System.Text;
using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>C# names as C has them: letters of ASCII, and none of the words that one of the dialects keeps for itself.</summary>
internal static class Names
{
    private static readonly HashSet<string> Reserved =
    [
        "half", "kernel", "global", "local", "private", "constant", "restrict", "inline", "signed", "unsigned", "auto", "register", "union", "typedef", "extern",
        "read_only", "write_only", "read_write", "uniform", "pipe", "complex", "imaginary", "asm", "template", "typename", "delete", "friend", "export", "mutable",
        "and", "or", "not", "xor", "short", "long", "uchar", "ushort", "ulong", "uint", "quad", "event_t", "sampler_t", "size_t", "image", "warpSize", "threadIdx",
        "blockIdx", "blockDim", "gridDim", "u8", "u16", "u32", "i64", "u64", "bool", "true", "false", "wchar_t", "explicit", "volatile",
    ];

    /// <summary>A name for a local, a parameter or a field.</summary>
    public static string Of(ISymbol symbol) => Of(symbol.Name);

    /// <summary>A name that C can have.</summary>
    public static string Of(string name)
    {
        var ascii = new StringBuilder();
        foreach (char c in name)
        {
            if (c < 128 && (char.IsLetterOrDigit(c) || c == '_')) ascii.Append(c);
            else ascii.Append('u').Append(((int)c).ToString("x4"));
        }
        string plain = ascii.ToString();
        // Capitals are the macros'.
        return Reserved.Contains(plain) || (plain.Length > 1 && plain.All(c => char.IsUpper(c) || c == '_' || char.IsDigit(c))) ? plain + "_" : plain;
    }

    /// <summary>A name made of a type's name and those around it: Handmade_Kernels_Ops_Gelu_TailForm.</summary>
    public static string Unique(ISymbol symbol)
    {
        string name = symbol.Name + (symbol is INamedTypeSymbol { Arity: > 0 } type ? "_" + type.Arity : "");
        return symbol.ContainingSymbol is INamespaceSymbol { IsGlobalNamespace: true } or null ? name : $"{Unique(symbol.ContainingSymbol)}_{name}";
    }
}
