using static Handmade.Kernels.Ops.WholeStepsKernels;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Where everything of a network lies in a group's shared memory, in elements: parameters, gradient and two moments, each a region of the same layout; the
/// bias corrections of the next steps; the losses of the examples; and the examples with their activations, as many at a time as there is room for.
/// </summary>
internal sealed class WholeStepsPlan
{
    // A thread makes sums of four examples.
    private const int Together = 4;

    private WholeStepsPlan(int[] numbers, int parameters, int split, int chunk, int elements) =>
        (Numbers, Parameters, Split, Chunk, Elements) = (numbers, parameters, split, chunk, elements);

    /// <summary>What the kernel reads: <see cref="LayerNumbers"/> a layer, then <see cref="TensorNumbers"/> a tensor.</summary>
    public int[] Numbers { get; }

    /// <summary>Elements of the parameters with the places between their columns.</summary>
    public int Parameters { get; }

    /// <summary>Those of the layers that follow the first rule.</summary>
    public int Split { get; }

    /// <summary>Examples at a time.</summary>
    public int Chunk { get; }

    /// <summary>Elements in all.</summary>
    public int Elements { get; }

    /// <summary>The plan of layers from width to width within so many elements; null where not even four examples at a time fit.</summary>
    /// <param name="widths">Inputs of the first layer, outputs of each.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="examples">Examples of a replica.</param>
    /// <param name="limit">Elements that a group may have.</param>
    public static WholeStepsPlan? Of(int[] widths, IReadOnlyList<WholeSteps.Layer> layers, int examples, long limit)
    {
        int least = Least(widths, layers, examples), perExample = widths.Sum(Row);
        if (limit < least) return null;
        int chunk = (int)Math.Min(Together + ((limit - least) / perExample / Together * Together), Ceiling(examples));
        var numbers = new int[(layers.Count * LayerNumbers) + (layers.Sum(Tensors) * TensorNumbers)];
        int at = 0, tensor = layers.Count * LayerNumbers, split = 0, activation = Fixed(layers, widths, examples);
        for (int l = 0; l < layers.Count; l++)
        {
            int inputs = widths[l], outputs = widths[l + 1], weight = at, bias = layers[l].Bias is null ? -1 : at + WeightElements(inputs, outputs);
            int next = activation + (chunk * Row(inputs));
            ((int[])[inputs, outputs, weight, bias, activation, next, layers[l].HasTanh ? 1 : 0]).CopyTo(numbers, l * LayerNumbers);
            bool isTurned = layers[l].IsOutByIn;
            ((int[])[weight, isTurned ? outputs : inputs, isTurned ? inputs : outputs, isTurned ? 1 : 0]).CopyTo(numbers, tensor);
            tensor += TensorNumbers;
            if (bias >= 0)
            {
                ((int[])[bias, 1, outputs, 0]).CopyTo(numbers, tensor);
                tensor += TensorNumbers;
            }
            activation = next;
            at += LayerElements(layers[l], inputs, outputs);
            if (layers[l].Rule == layers[0].Rule) split = at;
        }
        return new WholeStepsPlan(numbers, at, split, chunk, least + ((chunk - Together) * perExample));
    }

    /// <summary>Elements with four examples at a time, the fewest that there can be.</summary>
    public static int Least(int[] widths, IReadOnlyList<WholeSteps.Layer> layers, int examples) => Fixed(layers, widths, examples) + (Together * widths.Sum(Row));

    private static int Fixed(IReadOnlyList<WholeSteps.Layer> layers, int[] widths, int examples) =>
        (4 * layers.Select((layer, l) => LayerElements(layer, widths[l], widths[l + 1])).Sum()) + (2 * Ahead * Corrections) + Together + Ceiling(examples);

    private static int LayerElements(WholeSteps.Layer layer, int inputs, int outputs) => WeightElements(inputs, outputs) + (layer.Bias is null ? 0 : Row(outputs));

    // Rows up to a multiple of four: products run over whole quadruples of them.
    private static int WeightElements(int inputs, int outputs) => Ceiling(inputs) * Row(outputs);

    private static int Tensors(WholeSteps.Layer layer) => layer.Bias is null ? 1 : 2;

    private static int Ceiling(int count) => (count + Together - 1) / Together * Together;
}
