using Handmade.Kernels;

namespace Handmade.Model;

/// <summary>The networks without attention of the appendix of "The clock and the pizza"; e_a and e_b are the vectors of the tokens.</summary>
public enum LinearVariant
{
    /// <summary>α: relu(L₁(e_a + e_b)).</summary>
    Alpha,

    /// <summary>α′: the same with a table of its own for each summand.</summary>
    AlphaPrime,

    /// <summary>β: relu(L₂ relu(L₁(e_a + e_b))).</summary>
    Beta,

    /// <summary>γ: relu(L₂ relu(L₁ e_a + L₁ e_b)); the bias counts twice.</summary>
    Gamma,

    /// <summary>δ: relu(L₁ [e_a; e_b]), vectors of half the width.</summary>
    Delta,
}

/// <summary>Names of linear models in options and files.</summary>
public static class LinearVariants
{
    /// <summary>All names: alpha, alpha-prime, beta, gamma, delta.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<LinearVariant>().Select(Name)];

    /// <summary>The name of one.</summary>
    public static string Name(this LinearVariant variant) => variant switch
    {
        LinearVariant.Alpha => "alpha",
        LinearVariant.AlphaPrime => "alpha-prime",
        LinearVariant.Beta => "beta",
        LinearVariant.Gamma => "gamma",
        _ => "delta",
    };

    /// <summary>The one of a name.</summary>
    public static LinearVariant Named(string name)
    {
        foreach (LinearVariant variant in Enum.GetValues<LinearVariant>())
            if (variant.Name() == name) return variant;
        throw new HandmadeException($"modular addition: there is no linear model '{name}'; use {string.Join(", ", Names)}");
    }
}
