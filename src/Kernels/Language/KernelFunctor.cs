using System.Collections.Concurrent;

namespace Handmade.Kernels;

/// <summary>A functor as the generator leaves it in the assembly: the device functions of one struct.</summary>
/// <param name="Type">The full name of the struct (of its generic definition).</param>
/// <param name="TypeParameters">Names of its type parameters in order, with those of the types around it first.</param>
/// <param name="Text">Its functions; the names that they have outside are <c>NAME(SELF, function)</c>.</param>
public sealed record KernelFunctor(string Type, IReadOnlyList<string> TypeParameters, string Text)
{
    private static readonly ConcurrentDictionary<string, KernelFunctor> Known = new();

    /// <summary>Makes a functor known: what the generator has each assembly do when it is loaded.</summary>
    public static void Register(KernelFunctor functor) => Known[functor.Type] = functor;

    internal static KernelFunctor? Find(Type definition) => Known.GetValueOrDefault(definition.FullName!);
}
