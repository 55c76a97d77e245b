using System.CommandLine;

namespace Handmade;

/// <summary>One verb of the command line: its options, its examples, and what it does.</summary>
internal abstract class Verb : Command
{
    /// <summary>A verb of this name; the description is one or two sentences.</summary>
    protected Verb(string name, string description) : base(name, description) => SetAction(Execute);

    /// <summary>Command lines that work, without the leading <c>handmade</c>; the help and the docs show them.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work and returns the exit code: 0 done, 2 refused, 130 interrupted.</summary>
    /// <exception cref="Kernels.HandmadeException">The input is wrong; the sentence is all that the user sees.</exception>
    protected abstract int Execute(ParseResult input);
}
