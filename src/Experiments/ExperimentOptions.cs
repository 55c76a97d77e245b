using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>
/// Base of an experiment's options: a plain class of typed properties with their defaults, and one declaration for each.
/// </summary>
/// <example><code>
/// public sealed class FallOptions : ExperimentOptions
/// {
///     public int Layers { get; set; } = 2;
///
///     protected override IEnumerable&lt;Option> Declare() =>
///     [
///         Option.Int("model.layers", () => Layers, v => Layers = v, 1, 12, "transformer blocks", "L"),
///     ];
/// }
/// </code></example>
public abstract class ExperimentOptions
{
    /// <summary>Declares the options; the properties hold their defaults already, since initialisers run before this.</summary>
    protected ExperimentOptions() => All = new OptionSet(Declare());

    /// <summary>The declared options, bound to this object.</summary>
    public OptionSet All { get; }

    /// <summary>
    /// One <see cref="Option"/> for each property. It is called by the base constructor: it may close over properties that have
    /// an initialiser, and over nothing that a constructor sets.
    /// </summary>
    protected abstract IEnumerable<Option> Declare();

    /// <summary>
    /// Checks what no single range can say (a width that the heads divide, a step shorter than a frame).
    /// Called when all the values are set.
    /// </summary>
    /// <exception cref="HandmadeException">The values do not go together; the sentence names the options and a way out.</exception>
    public virtual void Check() { }
}
