using System.Collections;
using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>The options of one experiment in their canonical order, which is the order of declaration.</summary>
public sealed class OptionSet : IReadOnlyList<Option>
{
    /// <summary>The groups an option may belong to, in the order in which a run uses them.</summary>
    public static readonly IReadOnlyList<string> Groups = ["physics", "data", "model", "train", "analysis", "llc"];

    private readonly Option[] options;

    /// <summary>The set of these options.</summary>
    /// <exception cref="ArgumentException">A name without a known group, or declared twice.</exception>
    public OptionSet(IEnumerable<Option> options)
    {
        this.options = [.. options];
        var seen = new HashSet<string>();
        foreach (Option option in this.options)
        {
            if (!option.Name.Contains('.') || !Groups.Contains(option.Group))
                throw new ArgumentException($"option {option.Name}: its name starts with none of {string.Join(", ", Groups)}");
            if (!seen.Add(option.Name)) throw new ArgumentException($"option {option.Name} is declared twice");
        }
    }

    /// <inheritdoc/>
    public int Count => options.Length;

    /// <inheritdoc/>
    public Option this[int index] => options[index];

    /// <summary>The option of this name.</summary>
    /// <exception cref="HandmadeException">There is none; the sentence names the nearest.</exception>
    public Option this[string name] =>
        options.FirstOrDefault(o => o.Name == name)
        ?? throw new HandmadeException($"There is no option {name}{Nearest.Hint(name, options.Select(o => o.Name))}.");

    /// <summary>Applies one <c>name=value</c>, as <c>--set</c> gives it.</summary>
    /// <exception cref="HandmadeException">No such option, no such value, or no <c>=</c>.</exception>
    public void Apply(string assignment)
    {
        int equals = assignment.IndexOf('=');
        if (equals < 0)
            throw new HandmadeException($"--set {assignment} sets nothing: write --set NAME=VALUE, for example --set {Example}.");
        this[assignment[..equals].Trim()].Set(assignment[(equals + 1)..].Trim());
    }

    private string Example => options.Length > 0 ? $"{options[0].Name}={options[0].Default}" : "model.layers=3";

    /// <inheritdoc/>
    public IEnumerator<Option> GetEnumerator() => ((IEnumerable<Option>)options).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
