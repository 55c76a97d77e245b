using System.Text;
using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>How types are called in device text. Structs are declared when they are first met.</summary>
internal sealed class TypeNames(TranslationUnit unit)
{
    private readonly StringBuilder declarations = new();
    private readonly Dictionary<string, string> structs = [];

    public string Declarations => declarations.ToString();

    /// <summary>The name of a type; an error at <paramref name="place"/> if there is none.</summary>
    public string Of(ITypeSymbol type, SyntaxNode place)
    {
        if (Scalar(type) is { } scalar) return scalar;
        if (Vocabulary.ElementOfLanes(type) is { } element) return Of(element, place);
        if (Vocabulary.Is(type, "Index1D") || Vocabulary.Is(type, "SpecInt")) return "int";
        if (type is ITypeParameterSymbol) return type.Name;
        if (type is INamedTypeSymbol { EnumUnderlyingType: { } underlying }) return Of(underlying, place);
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Struct, IsRefLikeType: false } named && Vocabulary.ElementOfView(type) is null && HasPlainFields(named)) return Struct(named, place);
        return unit.Report(place, Rules.Type, type.ToDisplayString());
    }

    /// <summary>The name of a number type, or null.</summary>
    public static string? Scalar(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Single => "float",
        SpecialType.System_Double => "double",
        SpecialType.System_Int32 or SpecialType.System_Boolean => "int",
        SpecialType.System_UInt32 => "u32",
        SpecialType.System_Int64 or SpecialType.System_IntPtr => "i64",
        SpecialType.System_UInt64 or SpecialType.System_UIntPtr => "u64",
        SpecialType.System_Byte => "u8",
        SpecialType.System_SByte => "signed char",
        SpecialType.System_Int16 => "short",
        SpecialType.System_UInt16 => "u16",
        SpecialType.System_Void => "void",
        _ => null,
    };

    /// <summary>Bytes of a type, where a type parameter counts as the 4 that it has at least.</summary>
    public static int LeastBytes(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Double or SpecialType.System_Int64 or SpecialType.System_UInt64 => 8,
        SpecialType.System_Byte or SpecialType.System_SByte => 1,
        SpecialType.System_Int16 or SpecialType.System_UInt16 => 2,
        _ => 4,
    };

    /// <summary>The fields of a struct in the order of memory, with the names that C# code uses.</summary>
    public static IEnumerable<(string Name, ITypeSymbol Type)> Fields(INamedTypeSymbol type) => type.IsTupleType
        ? type.TupleElements.Select((field, i) => ($"Item{i + 1}", field.Type))
        : type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && !field.IsConst)
            .Select(field => (Names.Of((field.AssociatedSymbol ?? field).Name), field.Type));

    // The BCL's structs are no plain data, tuples apart.
    private static bool HasPlainFields(INamedTypeSymbol type) => type.IsTupleType
        || (type.ContainingNamespace?.ToDisplayString().StartsWith("System") != true && type.OriginalDefinition.SpecialType == SpecialType.None);

    private string Struct(INamedTypeSymbol type, SyntaxNode place)
    {
        string key = type.IsTupleType ? "(" + string.Join(", ", type.TupleElements.Select(field => field.Type.ToDisplayString())) + ")" : type.ToDisplayString();
        if (structs.TryGetValue(key, out string? known)) return known;
        (string Name, string Type)[] fields = [.. Fields(type).Select(field => (field.Name, Of(field.Type, place)))];
        if (fields.Length == 0 || (!type.IsTupleType && Fields(type).Any(field => field.Type.SpecialType == SpecialType.System_Boolean)))
            return unit.Report(place, Rules.Type, $"{type.ToDisplayString()} (a struct without fields, or with a bool)");
        bool isOpen = type.TypeArguments.Any(IsOpen);
        string arguments = string.Concat(fields.Select(field => "_" + field.Type.Replace(' ', '_')));
        string plain = type.IsTupleType ? "Tuple" + arguments : Names.Unique(type) + string.Concat(type.TypeArguments.Select(argument => "_" + Names.Of(argument.Name)));
        string name = structs[key] = isOpen && unit.IsFunctor ? $"NAME(SELF, {plain})" : plain;
        string members = string.Concat(fields.Select(field => $" {field.Type} {field.Name};"));
        string alignment = Vocabulary.Is(type, "Vector4") ? $"ALIGNED(4 * sizeof({fields[0].Type})) " : "";
        string declaration = $"typedef struct {alignment}{{{members} }} {name};\n";
        // A kernel and its functors may both bring the same struct.
        declarations.Append(isOpen ? declaration : $"#ifndef HAS_{plain}\n#define HAS_{plain}\n{declaration}#endif\n");
        return name;
    }

    private static bool IsOpen(ITypeSymbol type) => type is ITypeParameterSymbol || (type is INamedTypeSymbol named && named.TypeArguments.Any(IsOpen));
}
