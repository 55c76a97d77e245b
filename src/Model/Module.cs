using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Model;

/// <summary>
/// A piece of a network: named parameters, named children, hook points. Every parameter carries a leading replica axis
/// <c>[R, ...]</c>, so one module is R networks of different seeds trained side by side.
/// </summary>
public abstract class Module
{
    private readonly List<(string Name, Tensor Tensor)> parameters = [];
    private readonly List<(string Name, Module Module)> children = [];
    private readonly List<(string Name, HookPoint Point)> hooks = [];

    /// <summary>Registers a parameter under its name in this module.</summary>
    protected Tensor Parameter(string name, Tensor tensor)
    {
        parameters.Add((name, tensor));
        return tensor;
    }

    /// <summary>Registers a child under its name in this module.</summary>
    protected TModule Child<TModule>(string name, TModule module) where TModule : Module
    {
        children.Add((name, module));
        return module;
    }

    /// <summary>Registers a place where the values flowing through can be seen or replaced; <paramref name="shape"/> documents them.</summary>
    protected HookPoint Hook(string name, string shape)
    {
        var point = new HookPoint(shape);
        hooks.Add((name, point));
        return point;
    }

    /// <summary>All parameters, depth first, with dotted names: <c>blocks.0.attn.qkv.weight</c>.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedParameters() => Walk(module => module.parameters);

    /// <summary>All parameters, in the order of <see cref="NamedParameters"/>.</summary>
    public IReadOnlyList<Tensor> Parameters() => [.. NamedParameters().Select(parameter => parameter.Tensor)];

    /// <summary>All hook points with dotted names: <c>blocks.0.attn.hook_pattern</c>.</summary>
    public IEnumerable<(string Name, HookPoint Point)> HookPoints() => Walk(module => module.hooks);

    /// <summary>The hook point of a dotted name; an unknown one is answered with the nearest names.</summary>
    public HookPoint HookPointOf(string name)
    {
        foreach (var (known, point) in HookPoints())
            if (known == name) return point;
        throw new HandmadeException($"hook: no point is called '{name}'; there are {string.Join(", ", HookPoints().Select(hook => hook.Name))}");
    }

    /// <summary>Number of trainable values of one replica.</summary>
    public long ParameterCount() => Parameters().Sum(parameter => parameter.Shape.Count / parameter.Shape[0]);

    private IEnumerable<(string Name, T Item)> Walk<T>(Func<Module, List<(string Name, T Item)>> items) =>
        items(this).Concat(children.SelectMany(child => child.Module.Walk(items).Select(item => ($"{child.Name}.{item.Name}", item.Item))));
}
