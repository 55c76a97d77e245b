using System.Text;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>
/// The functors of one program. Each closed type gets a name and its functions once, written before whoever calls them:
/// <c>Map.OfOne&lt;Lanes&lt;float&gt;, Gelu.TailForm&lt;…&gt;&gt;</c> becomes functor_1 that calls functor_0.
/// </summary>
internal sealed class FunctorInstances(StringBuilder program)
{
    // Host lanes are scalars in device text, so the host's functors serve as they are.
    private static readonly Dictionary<Type, string> Fixed = new()
    {
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(int)] = "int",
        [typeof(uint)] = "u32",
        [typeof(long)] = "i64",
        [typeof(ulong)] = "u64",
        [typeof(byte)] = "u8",
        [typeof(ushort)] = "u16",
        [typeof(F32)] = "F32",
        [typeof(F64)] = "F64",
        [typeof(I32)] = "I32",
        [typeof(MathF32)] = "F32",
        [typeof(MathF64)] = "F64",
        [typeof(MathI32)] = "I32",
    };

    private readonly Dictionary<Type, string> names = [];
    private int functors;

    /// <summary>What a type is called in the program; a functor's functions are written to it first.</summary>
    public string NameOf(Type type)
    {
        if (Fixed.TryGetValue(type, out string? name) || names.TryGetValue(type, out name)) return name;
        return names[type] = type.IsGenericType && Transparent(type.GetGenericTypeDefinition()) is int argument
            ? NameOf(type.GetGenericArguments()[argument])
            : Write(type);
    }

    private static int? Transparent(Type definition) =>
        definition == typeof(Lanes<>) ? 0
        : definition == typeof(OneLane.Unary<,>) || definition == typeof(OneLane.Binary<,>) || definition == typeof(OneLane.Ternary<,>) || definition == typeof(OneLane.Steps<,>) ? 1
        : null;

    private string Write(Type type)
    {
        Type[] arguments = type.GetGenericArguments();
        KernelFunctor functor = KernelFunctor.Find(type.IsGenericType ? type.GetGenericTypeDefinition() : type)
            ?? throw new HandmadeException($"{type} has no device text; let it implement an interface marked [KernelFunctor] in a project that the generator sees");
        return Write(functor, [.. arguments.Select(NameOf)]);
    }

    /// <summary>Writes a functor's functions for arguments that are written already, and returns what it is called in the program.</summary>
    public string Write(KernelFunctor functor, string[] bound)
    {
        string name = $"functor_{functors++}";
        program.AppendLine($"#define SELF {name}");
        for (int i = 0; i < bound.Length; i++) program.AppendLine($"#define {functor.TypeParameters[i].Name} {bound[i]}");
        program.Append(functor.Text);
        for (int i = 0; i < bound.Length; i++) program.AppendLine($"#undef {functor.TypeParameters[i].Name}");
        program.AppendLine("#undef SELF").AppendLine();
        return name;
    }
}
