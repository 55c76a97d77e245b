using System.Globalization;

namespace Handmade.Kernels;

/// <summary>
/// Binds a kernel's type parameters and sizes by name, for text that is to be read: choices where there are some, float for elements, their mathematics,
/// and the simplest functor that fits. It works on names alone, because a trimmed program can't make types of them.
/// </summary>
internal sealed class SampleBindings(KernelSource source, IReadOnlyDictionary<string, string> choices, FunctorInstances functors)
{
    private const int DefaultSize = 4;

    // C# words of elements, and what the text calls them.
    private static readonly Dictionary<string, string> Elements = new()
    {
        ["float"] = "float",
        ["double"] = "double",
        ["int"] = "int",
        ["uint"] = "u32",
        ["long"] = "i64",
        ["ulong"] = "u64",
        ["byte"] = "u8",
        ["ushort"] = "u16",
    };

    private static readonly Dictionary<string, string> Mathematics = new() { ["float"] = "F32", ["double"] = "F64", ["int"] = "I32" };

    /// <summary>Names of the Spec parameters in order.</summary>
    public string[] SpecNames { get; } = [.. source.Parameters.Where(parameter => parameter.Kind == KernelParameterKind.Spec).Select(parameter => parameter.Name)];

    /// <summary>The size of each Spec parameter.</summary>
    public int[] Sizes() => [.. SpecNames.Select(name => !choices.TryGetValue(name, out string? size) ? DefaultSize
        : int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
        : throw new HandmadeException($"{source.Name}: {name}={size} is not possible: {name} is a size, a whole number"))];

    /// <summary>What each type parameter is called in the program; functors are written to it.</summary>
    public string[] Types()
    {
        string[] known = [.. source.TypeParameters.Select(parameter => parameter.Name), .. SpecNames];
        foreach (string name in choices.Keys)
            if (!known.Contains(name)) throw new HandmadeException($"{source.Name} has nothing called {name} to bind; it has {(known.Length == 0 ? "nothing that is open" : string.Join(", ", known))}");
        var bound = new Dictionary<string, string>();
        foreach (KernelTypeParameter parameter in source.TypeParameters.OrderBy(parameter => parameter.Interface.Length > 0)) Bind(parameter, bound, choices.GetValueOrDefault(parameter.Name));
        return [.. source.TypeParameters.Select(parameter => bound[parameter.Name])];
    }

    private void Bind(KernelTypeParameter parameter, Dictionary<string, string> bound, string? choice) =>
        bound[parameter.Name] = parameter.Interface.Length == 0 ? Element(parameter, choice ?? "float") : Functor(parameter, bound, choice);

    private string Element(KernelTypeParameter parameter, string word) => Elements.GetValueOrDefault(word)
        ?? throw new HandmadeException($"{source.Name}: {parameter.Name}={word} is not possible: {parameter.Name} is the type of elements, one of {string.Join(", ", Elements.Keys)}");

    private string Functor(KernelTypeParameter parameter, Dictionary<string, string> bound, string? choice)
    {
        (string wanted, string[] arguments) = Split(parameter.Interface);
        string[] types = [.. arguments.Select(argument => bound.GetValueOrDefault(argument) ?? Elements.GetValueOrDefault(argument, argument))];
        (KernelFunctor Functor, Dictionary<string, string> Bound)[] fitting = [.. KernelFunctor.All.Select(functor => (functor, Fit(functor, wanted, types)!)).Where(pair => pair.Item2 is not null)];
        // Only the prelude has mathematics: no functor implements it.
        if (fitting.Length == 0 && types.Length == 1 && Mathematics.TryGetValue(types[0], out string? math))
            return choice is null || choice == math ? math : throw new HandmadeException($"{source.Name}: {parameter.Name}={choice} is not possible: the mathematics of {types[0]} is {math}");
        (KernelFunctor Functor, Dictionary<string, string> Bound) taken = choice is null
            ? fitting.OrderBy(pair => pair.Functor.TypeParameters.Count(one => Split(one.Interface).Name is "IUnary" or "IBinary" or "ITernary")).ThenBy(pair => pair.Functor.TypeParameters.Count).FirstOrDefault()
            : fitting.FirstOrDefault(pair => pair.Functor.Name == choice);
        if (taken.Functor is null)
        {
            throw new HandmadeException(choice is null
                ? $"{source.Name}: no functor is {wanted}<{string.Join(", ", types)}>, which {parameter.Name} must be"
                : $"{source.Name}: {parameter.Name}={choice} is not possible: {parameter.Name} must be {wanted}<{string.Join(", ", types)}>, one of {string.Join(", ", fitting.Select(pair => pair.Functor.Name))}");
        }
        foreach (KernelTypeParameter own in taken.Functor.TypeParameters)
            if (!taken.Bound.ContainsKey(own.Name)) Bind(own, taken.Bound, null);
        return functors.Write(taken.Functor, [.. taken.Functor.TypeParameters.Select(own => taken.Bound[own.Name])]);
    }

    /// <summary>What the functor's type parameters are when it is this interface of these types; null when it can't be.</summary>
    private static Dictionary<string, string>? Fit(KernelFunctor functor, string wanted, string[] types)
    {
        foreach (string implemented in functor.Interfaces)
        {
            (string name, string[] arguments) = Split(implemented);
            if (name != wanted || arguments.Length != types.Length) continue;
            var bound = new Dictionary<string, string>();
            bool fits = true;
            for (int i = 0; i < types.Length && fits; i++)
            {
                fits = functor.TypeParameters.Any(parameter => parameter.Name == arguments[i])
                    ? bound.TryAdd(arguments[i], types[i]) || bound[arguments[i]] == types[i]
                    : Elements.GetValueOrDefault(arguments[i]) == types[i];
            }
            if (fits) return bound;
        }
        return null;
    }

    private static (string Name, string[] Arguments) Split(string type)
    {
        int start = type.IndexOf('<');
        return start < 0 ? (type, []) : (type[..start], type[(start + 1)..^1].Split(", "));
    }
}
