using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Kernel = Handmade.Kernels.Ops.PairMix;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>
    /// For pairs (a, b) of rows of tables, <c>y = ground[b] + Σₕ weight[h] · (first[h, a] − second[h, b])</c>, then max(y, 0) with
    /// <paramref name="relu"/>. <paramref name="tables"/> [R, 1 + 2·heads, rows, d] holds ground, the first and the second tables; weights are
    /// [R, pairs, heads], <paramref name="pairs"/> I32 [R, pairs, 2], the result is [R, pairs, d].
    /// </summary>
    public static Tensor PairMix(Tensor tables, Tensor weights, Tensor pairs, bool relu = false)
    {
        return Tape.Record(relu ? "pair_mix (relu)" : "pair_mix", Kernel.Forward(tables.View, weights.View, pairs.View, relu), [tables, weights, pairs], (y, dy) =>
        {
            if (Tape.IsComposed) return Gradients(Composed(tables, weights, pairs, relu), [tables, weights], dy, createGraph: true) is [var dt, var dw] ? [dt, dw, null] : [];
            TensorView slope = Copy.Contiguous(dy.View);
            return
            [
                Tape.Wants(tables) ? new Tensor(Kernel.TablesGradient(tables.Shape, weights.View, pairs.View, slope, relu ? y.View : null)) : null,
                Tape.Wants(weights) ? new Tensor(Kernel.WeightsGradient(tables.View, weights.Shape, pairs.View, slope, relu ? y.View : null)) : null,
                null,
            ];
        });
    }

    // The same from ops that can be differentiated again.
    private static Tensor Composed(Tensor tables, Tensor weights, Tensor pairs, bool relu)
    {
        int heads = weights.Shape[2], rows = tables.Shape[2], d = tables.Shape[3];
        Tensor first = pairs.Slice(2, 0, 1).Squeeze(2), second = pairs.Slice(2, 1, 1).Squeeze(2);
        Tensor y = Row(0, second);
        for (int h = 0; h < heads; h++) y += weights.Slice(2, h, 1) * (Row(1 + h, first) - Row(1 + heads + h, second));
        return relu ? y.Relu() : y;

        Tensor Row(int table, Tensor at) => Embedding(tables.Slice(1, table, 1).Squeeze(1), at);
    }
}
