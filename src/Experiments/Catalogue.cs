using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>The experiments that a user can name.</summary>
public sealed class Catalogue(params IReadOnlyList<Experiment> experiments)
{
    /// <summary>The experiments of this version.</summary>
    public static Catalogue Product { get; } = new(new Collisions.Collisions(), new ClockPizza.ClockPizza());

    /// <summary>The experiments, in the order of <c>handmade list</c>.</summary>
    public IReadOnlyList<Experiment> Experiments { get; } = experiments;

    /// <summary>The experiment of this name.</summary>
    /// <exception cref="HandmadeException">There is none; the sentence names those there are.</exception>
    public Experiment this[string name] =>
        Experiments.FirstOrDefault(e => e.Name == name)
        ?? throw new HandmadeException(
            $"There is no experiment {name}{Nearest.Hint(name, Names)}; there is {string.Join(", ", Names)}.");

    private IEnumerable<string> Names => Experiments.Select(e => e.Name);
}
