using Handmade.Autograd;
using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade;

/// <summary>Finds rows of the op table by the names that a user gives.</summary>
internal static class OpRows
{
    /// <summary>The rows of these names, all without one: "gelu" means its variants too, "gelu (tanh)" that one.</summary>
    /// <exception cref="HandmadeException">There is no such op; the sentence ends with where all are shown.</exception>
    public static OpCase[] Named(IReadOnlyList<OpCase> rows, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return [.. rows];
        string[] known = [.. rows.Select(Op).Distinct()];
        foreach (string name in names)
        {
            if (!known.Contains(name) && rows.All(row => row.Name != name))
                throw new HandmadeException($"There is no op {name}{Nearest.Hint(name, known)}; \"handmade bench\" lists them.");
        }
        return [.. rows.Where(row => names.Contains(Op(row)) || names.Contains(row.Name))];
    }

    private static string Op(OpCase row) => row.Name.Split(' ')[0];
}
