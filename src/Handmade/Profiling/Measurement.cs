using Handmade.Autograd;

namespace Handmade.Profiling;

/// <summary>What <c>handmade bench</c> times in one row: an op at a shape, or its gradients there.</summary>
internal sealed record Measurement(OpCase Row, int[] Sizes, bool Gradients)
{
    /// <summary>The op's inputs.</summary>
    public OpInput[] Inputs { get; } = Row.Bench!.For(Row.Name, Sizes);

    /// <summary>How a table names it.</summary>
    public string Name => Gradients ? $"{Row.Name}, gradient" : Row.Name;

    /// <summary>The sizes in words.</summary>
    public string Shape => string.Join('×', Sizes);
}
