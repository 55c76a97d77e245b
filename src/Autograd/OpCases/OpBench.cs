using Handmade.Kernels;

namespace Handmade.Autograd;

/// <summary>How a row of the op table is timed: what the sizes of its shape mean, and the inputs that they give.</summary>
/// <param name="Axes">Names of the sizes, as help and errors show them: <c>M×N×K</c>.</param>
/// <param name="Default">Sizes large enough that memory and arithmetic count and not the call.</param>
/// <param name="Inputs">The op's inputs for such sizes.</param>
public sealed record OpBench(string Axes, int[] Default, Func<int[], OpInput[]> Inputs)
{
    /// <summary>The inputs for sizes that a user chose.</summary>
    /// <exception cref="HandmadeException">They are not as many as the op has.</exception>
    public OpInput[] For(string op, int[] sizes) => sizes.Length == Default.Length
        ? Inputs(sizes)
        : throw new HandmadeException($"bench {op}: {string.Join('x', sizes)} is not its shape; it takes {Axes}, such as {string.Join('x', Default)}");

    /// <summary>Inputs of one shape, with the ranges of a row's first variant; as many sizes as that has axes.</summary>
    internal static OpBench? Alike(OpCase row)
    {
        OpInput[] model = row.Variants.FirstOrDefault(variant => variant.All(input => input.Shape == variant[0].Shape && input.Shape.Rank > 0 && input.Shape.Count > 1)) ?? [];
        if (model.Length == 0) return null;
        int[] sizes = model[0].Shape.Rank switch
        {
            1 => [1 << 22],
            2 => [2048, 2048],
            3 => [64, 256, 256],
            _ => [],
        };
        return sizes.Length == 0 ? null : new OpBench(sizes.Length == 1 ? "N" : string.Join('×', "ABC"[..sizes.Length].ToCharArray()), sizes,
            shape => [.. model.Select(input => input with { Shape = new Shape(shape), Strided = false })]);
    }
}
