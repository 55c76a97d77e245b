using System.Collections.Concurrent;

namespace Handmade.Kernels;

/// <summary>A functor as the generator leaves it in the assembly: the device functions of one struct.</summary>
/// <param name="Type">The full name of the struct (of its generic definition).</param>
/// <param name="TypeParameters">Its type parameters in order, with those of the types around it first.</param>
/// <param name="Interfaces">The interfaces of functors that it implements, in C# words with host lanes read as scalars: <c>IUnary&lt;T&gt;</c>.</param>
/// <param name="Text">Its functions; the names that they have outside are <c>NAME(SELF, function)</c>.</param>
public sealed record KernelFunctor(string Type, IReadOnlyList<KernelTypeParameter> TypeParameters, IReadOnlyList<string> Interfaces, string Text)
{
    private static readonly ConcurrentDictionary<string, KernelFunctor> Known = new();

    /// <summary>Makes a functor known: what the generator has each assembly do when it is loaded.</summary>
    public static void Register(KernelFunctor functor) => Known[functor.Type] = functor;

    /// <summary>Its name in C# with the type around it: <c>Gelu.TailForm</c>.</summary>
    public string Name => string.Join('.', Type[(Type.LastIndexOf('.') + 1)..].Split('+').Select(part => part.Split('`')[0]));

    /// <summary>Every functor, by name.</summary>
    internal static IReadOnlyList<KernelFunctor> All => [.. Known.Values.OrderBy(functor => functor.Name, StringComparer.Ordinal)];

    internal static KernelFunctor? Find(Type definition) => Known.GetValueOrDefault(definition.FullName!);
}
