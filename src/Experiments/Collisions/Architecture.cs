using Handmade.Analysis.Figures;
using Handmade.Model;

namespace Handmade.Experiments.Collisions;

/// <summary>Figure 4's form: the network as its options make it, with the parameters of each part in the data file.</summary>
internal static class Architecture
{
    // The residual stream runs from left to right; attention and MLP stand above it and add to it.
    private const double Stream = 215, Branch = 120;
    private const int MostDots = 32, DotsInRow = 8;

    /// <summary>The drawing; <paramref name="model"/> is any network of these options.</summary>
    public static Diagram Of(CollisionsOptions options, ParticleTransformer model)
    {
        int d = options.Width, hidden = options.MlpRatio * d, heads = options.Heads, inputs = options.Sizes.Inputs;
        var diagram = new Diagram("The network: one token for each particle", 1000, 300);
        foreach (int i in Enumerable.Range(0, 5)) diagram.Dot(42, Stream + (19 * (i - 2)), 7, Ink.Sky);
        diagram.Text(42, Stream - 74, $"{options.Particles} particles").Text(42, Stream - 58, inputs > 4 ? "x, y, vx, vy, r" : "x, y, vx, vy").Arrow((56, Stream), (84, Stream))
            .Box(84, Stream - 36, 108, 72, "encoder", options.Encoder == "mlp" ? $"{inputs} → {2 * d} → {d}\n{options.Nonlinearity}" : $"linear\n{inputs} → {d}", Parameters("encoder."))
            .Group(208, 44, 506, 204, options.Blocks == 1 ? "one block" : $"block, {options.Blocks} times").Arrow((192, Stream), (451, Stream));

        Normed(220, 308, "blocks.0.ln1.");
        diagram.Box(308, Branch - 46, 136, 98, "attention", $"{heads} heads of {d / heads}" + "\n\n", Parameters("blocks.0.attn."));
        int dots = Math.Min(heads, MostDots), rows = (dots + DotsInRow - 1) / DotsInRow;
        for (int i = 0; i < dots; i++)
        {
            var (row, column) = Math.DivRem(i, DotsInRow);
            int inRow = Math.Min(DotsInRow, dots - (row * DotsInRow));
            diagram.Dot(376 + (15 * (column - ((inRow - 1) / 2.0))), Branch + 26 + (9 * (row - ((rows - 1) / 2.0))), rows > 2 ? 3 : 4, Ink.Orange);
        }
        diagram.Arrow((444, Branch), (460, Branch), (460, Stream - 9)).Sum(460, Stream).Arrow((469, Stream), (689, Stream));

        Normed(480, 564, "blocks.0.ln2.");
        diagram.Box(564, Branch - 36, 118, 72, "MLP", $"{d} → {hidden} → {d}\n{options.Nonlinearity}", Parameters("blocks.0.mlp."))
            .Arrow((682, Branch), (698, Branch), (698, Stream - 9)).Sum(698, Stream);

        if (options.LayerNorm)
            diagram.Arrow((707, Stream), (730, Stream)).Box(730, Stream - 18, 52, 36, "norm", "", Parameters("norm.")).Arrow((782, Stream), (802, Stream));
        else diagram.Arrow((707, Stream), (802, Stream));
        string self = options.SelfAllowed ? "A particle attends to all particles" : "A particle attends to all others, not to itself";
        return diagram.Box(802, Stream - 36, 88, 72, "decoder", $"linear\n{d} → 2", Parameters("decoder."))
            .Arrow((890, Stream), (920, Stream)).Text(956, Stream - 4, "Δvx, Δvy").Text(956, Stream + 12, "of each")
            .Note(FormattableString.Invariant($"{self}; there is no order of particles and no position but their own. {model.ParameterCount():N0} parameters, those of a block in the data file once."));

        double Parameters(string prefix) => model.NamedParameters().Where(parameter => parameter.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(parameter => (double)parameter.Tensor.Shape.Count);

        void Normed(double from, double to, string name)
        {
            if (!options.LayerNorm) diagram.Arrow((from, Stream), (from, Branch), (to, Branch));
            else
                diagram.Arrow((from, Stream), (from, Branch), (to - 72, Branch)).Box(to - 72, Branch - 18, 52, 36, "norm", "", Parameters(name)).Arrow((to - 20, Branch), (to, Branch));
        }
    }
}
