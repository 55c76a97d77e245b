using System.Globalization;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;

namespace Handmade.Model;

/// <summary>
/// Transformers of "The clock and the pizza" as safetensors files, in the layout of the authors' program, so that a file goes either way: embed.W_E [d, V],
/// pos_embed.W_pos [T, d], blocks.N.attn.W_Q, W_K and W_V [H, d_head, d], blocks.N.attn.W_O [d, H·d_head], blocks.N.mlp.W_in [4d, d], b_in, W_out [d, 4d] and
/// b_out, unembed.W_U [d, V]. Metadata: attention_rate, activation, modulus, task.
/// </summary>
/// <remarks>
/// <see cref="Read"/> takes these names with any prefix, and for one layer also the bare ones (W_E, W_K …); and the names of
/// <see cref="Module.NamedParameters"/> with their replica axis, as our checkpoints have them. Sizes follow from shapes.
/// </remarks>
public static class ModularAdditionFile
{
    /// <summary>Writes one replica, whole or not at all.</summary>
    public static void Write(string path, ModularAdditionTransformer model, int replica, ModularTask task)
    {
        ModularAdditionSizes sizes = model.Sizes;
        int d = sizes.Width, head = d / sizes.Heads, width = head * sizes.Heads;
        var writer = new SafetensorsWriter();
        writer.Metadata["attention_rate"] = model.AttentionRates[replica].ToString("R", CultureInfo.InvariantCulture);
        writer.Metadata["activation"] = sizes.Activation.Name();
        writer.Metadata["modulus"] = task.P.ToString(CultureInfo.InvariantCulture);
        writer.Metadata["task"] = task.Name;
        var parameters = model.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor);
        Add("embed.W_E", Transposed(Values("embed.weight"), d), d, sizes.Vocabulary);
        Add("pos_embed.W_pos", Values("pos_embed"), sizes.Positions, d);
        for (int layer = 0; layer < sizes.Layers; layer++)
        {
            string block = $"blocks.{layer}.", mlp = block + "mlp.";
            double[] qkv = Values(block + "attn.qkv.weight");
            for (int i = 0; i < 3; i++) Add($"{block}attn.W_{"QKV"[i]}", qkv[(i * width * d)..((i + 1) * width * d)], sizes.Heads, head, d);
            Add(block + "attn.W_O", Values(block + "attn.out.weight"), d, width);
            Add(mlp + "W_in", Values(mlp + "up.weight"), sizes.MlpRatio * d, d);
            Add(mlp + "b_in", Values(mlp + "up.bias"), sizes.MlpRatio * d);
            Add(mlp + "W_out", Values(mlp + "down.weight"), d, sizes.MlpRatio * d);
            Add(mlp + "b_out", Values(mlp + "down.bias"), d);
        }
        Add("unembed.W_U", Values("unembed"), d, sizes.Vocabulary);
        writer.Write(path);

        double[] Values(string name)
        {
            using IDisposable paused = Tape.NoGrad();
            return parameters[name].Slice(0, replica, 1).Cast(DType.F64).ToArray<double>();
        }

        void Add(string name, double[] values, params ReadOnlySpan<long> shape)
        {
            if (model.Tokens.DType == DType.F64) writer.Add<double>(name, values, shape);
            else writer.Add<float>(name, [.. values.Select(value => (float)value)], shape);
        }
    }

    /// <summary>Reads networks onto a device, in the float type of the file. What the file does not say must be given; what is given goes first.</summary>
    /// <exception cref="HandmadeException">The file is no such network, or something is missing; the sentence says what.</exception>
    public static StoredAdder Read(string path, Device device, AdderHints hints)
    {
        var weights = Weights.Of(path, SafetensorsFile.Read(path), hints);
        ModularAdditionSizes sizes = weights.Sizes;
        double[] rates = hints.AttentionRate is { } given ? [given] : Rates(path, weights.Metadata);
        int signs = sizes.Positions - 2;
        ModularTask task = ModularTask.Named(hints.Task ?? weights.Metadata.GetValueOrDefault("task") ?? "sum",
            hints.Modulus ?? (weights.Metadata.TryGetValue("modulus", out string? modulus) && int.TryParse(modulus, NumberStyles.None, CultureInfo.InvariantCulture, out int p) ? p : sizes.Vocabulary - signs));
        var init = new Init(device, new RandomStream(device, [.. Enumerable.Repeat(0UL, weights.Replicas)]), weights.DType);
        var model = new ModularAdditionTransformer(init, sizes, rates);
        foreach (var (name, tensor) in model.NamedParameters())
        {
            double[] values = weights[name];
            if (values.Length != tensor.Shape.Count) throw new HandmadeException($"{path} does not fit: {name} has {values.Length} values, and {tensor.Shape} are wanted for a width of {sizes.Width} and {sizes.Heads} heads.");
            if (weights.DType == DType.F64) tensor.View.CopyFrom<double>(values);
            else tensor.View.CopyFrom<float>([.. values.Select(value => (float)value)]);
        }
        return new(model, task);
    }

    private static double[] Rates(string path, IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("attention_rate", out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) ? [rate]
        : throw new HandmadeException($"{path} does not say its attention rate α, and no shape tells; give it with --attention-rate (0: constant attention, 1: the usual one).");

    private static double[] Transposed(double[] values, int columns)
    {
        int rows = values.Length / columns;
        return [.. Enumerable.Range(0, columns).SelectMany(column => Enumerable.Range(0, rows).Select(row => values[(row * columns) + column]))];
    }

    /// <summary>The tensors of a file under our names, whichever layout it has.</summary>
    private sealed class Weights
    {
        private readonly string path, prefix;
        private readonly SafetensorsFile file;
        private readonly bool isOurs;

        private Weights(string path, SafetensorsFile file, AdderHints hints)
        {
            (this.path, this.file) = (path, file);
            string[] names = [.. file.Tensors.Select(tensor => tensor.Name)];
            string? first = names.FirstOrDefault(name => name == "W_E" || name.EndsWith("embed.W_E", StringComparison.Ordinal)) ?? names.FirstOrDefault(name => name.EndsWith("embed.weight", StringComparison.Ordinal));
            if (first is null)
                throw new HandmadeException($"{path} is no network of this kind: it has neither embed.W_E (the authors' layout) nor embed.weight (ours); it has {string.Join(", ", names.Take(8))}{(names.Length > 8 ? ", …" : "")}.");
            isOurs = !first.EndsWith("W_E", StringComparison.Ordinal);
            prefix = first == "W_E" ? "" : first[..^(isOurs ? "embed.weight" : "embed.W_E").Length];
            Metadata = file.Metadata;
            Sizes = isOurs ? Ours(hints) : Authors(hints);
        }

        public IReadOnlyDictionary<string, string> Metadata { get; }

        public ModularAdditionSizes Sizes { get; }

        public int Replicas => isOurs ? Extent("embed.weight", 0, 3) : 1;

        public DType DType => Tensor(isOurs ? "embed.weight" : "embed.W_E").Type == SafetensorsType.F64 ? DType.F64 : DType.F32;

        public static Weights Of(string path, SafetensorsFile file, AdderHints hints) => new(path, file, hints);

        /// <summary>The values of one of our parameters, row-major, replica by replica.</summary>
        public double[] this[string name]
        {
            get
            {
                if (isOurs) return Values(name);
                string block = name.StartsWith("blocks.", StringComparison.Ordinal) ? name[..(name.IndexOf('.', "blocks.".Length) + 1)] : "";
                return name[block.Length..] switch
                {
                    "embed.weight" => Transposed(Values("embed.W_E"), Sizes.Vocabulary),
                    "pos_embed" => Values("pos_embed.W_pos"),
                    "attn.qkv.weight" => [.. Values(block + "attn.W_Q"), .. Values(block + "attn.W_K"), .. Values(block + "attn.W_V")],
                    "attn.out.weight" => Values(block + "attn.W_O"),
                    "mlp.up.weight" => Values(block + "mlp.W_in"),
                    "mlp.up.bias" => Values(block + "mlp.b_in"),
                    "mlp.down.weight" => Values(block + "mlp.W_out"),
                    "mlp.down.bias" => Values(block + "mlp.b_out"),
                    _ => Values("unembed.W_U"),
                };
            }
        }

        private ModularAdditionSizes Authors(AdderHints hints)
        {
            int d = Extent("embed.W_E", 0, 2), heads = Extent("blocks.0.attn.W_K", 0, 3), head = Extent("blocks.0.attn.W_K", 1, 3);
            if (hints.Heads is { } given && given != heads) throw new HandmadeException($"{path} has {heads} heads by the shape of W_K; --heads {given} contradicts it.");
            if (head != d / heads) throw new HandmadeException($"{path} has heads of {head} features; {heads} heads in a width of {d} must have {d / heads}.");
            return Sized(hints, Extent("embed.W_E", 1, 2), Extent("pos_embed.W_pos", 0, 2), d, heads, Extent("blocks.0.mlp.W_in", 0, 2));
        }

        private ModularAdditionSizes Ours(AdderHints hints)
        {
            int d = Extent("embed.weight", 2, 3);
            return Sized(hints, Extent("embed.weight", 1, 3), Extent("pos_embed", 1, 3), d, hints.Heads ?? 4, Extent("blocks.0.mlp.up.weight", 1, 3));
        }

        private ModularAdditionSizes Sized(AdderHints hints, int vocabulary, int positions, int d, int heads, int hidden)
        {
            if (hidden % d != 0) throw new HandmadeException($"{path} has a hidden layer of {hidden} in a width of {d}; it must be a multiple (the paper's is 4).");
            string activation = hints.Activation ?? Metadata.GetValueOrDefault("activation") ?? "relu";
            return new ModularAdditionSizes
            {
                Vocabulary = vocabulary,
                Positions = positions,
                Width = d,
                Heads = heads,
                Layers = Math.Max(1, Enumerable.Range(0, file.Tensors.Count).TakeWhile(layer => file.Contains($"{prefix}blocks.{layer}.{(isOurs ? "attn.qkv.weight" : "attn.W_K")}")).Count()),
                MlpRatio = hidden / d,
                Activation = Enum.GetValues<Activation>().Where(each => each != Activation.None && each.Name() == activation).Select(each => (Activation?)each).FirstOrDefault()
                    ?? throw new HandmadeException($"modular addition: there is no activation '{activation}'; use relu, gelu or gelu_tanh"),
            };
        }

        private int Extent(string name, int axis, int rank)
        {
            IReadOnlyList<long> shape = Tensor(name).Shape;
            return shape.Count == rank && shape.All(extent => extent is > 0 and < int.MaxValue) ? (int)shape[axis]
                : throw new HandmadeException($"{path} does not fit: {name} has shape [{string.Join(", ", shape)}], and {rank} axes are wanted, none empty.");
        }

        private double[] Values(string name)
        {
            SafetensorsTensor tensor = Tensor(name);
            return tensor.Type switch
            {
                SafetensorsType.F64 => tensor.Values<double>().ToArray(),
                SafetensorsType.F32 => [.. tensor.Values<float>().ToArray().Select(value => (double)value)],
                _ => throw new HandmadeException($"{path} does not fit: {name} holds {tensor.Type}, and F32 or F64 is wanted."),
            };
        }

        // The bare name where the file has it: one layer, as the paper's table gives it.
        private SafetensorsTensor Tensor(string name)
        {
            string bare = name[(name.LastIndexOf('.') + 1)..];
            return file.Contains(prefix + name) || isOurs || !file.Contains(bare) ? file[prefix + name] : file[bare];
        }
    }
}

/// <summary>What a file of weights may not say by itself; null where it should.</summary>
/// <param name="AttentionRate">α: no shape tells it.</param>
/// <param name="Modulus">p: else all tokens, an equals sign aside.</param>
/// <param name="Task">sum, difference or product: else sum.</param>
/// <param name="Heads">Heads of our own checkpoints, whose shapes do not tell: else 4.</param>
/// <param name="Activation">relu, gelu or gelu_tanh: else relu.</param>
/// <param name="Kind">alpha, alpha-prime, beta, gamma or delta, of a linear model: else as shapes tell, which do not tell beta from gamma.</param>
public sealed record AdderHints(double? AttentionRate = null, int? Modulus = null, string? Task = null, int? Heads = null, string? Activation = null, string? Kind = null);

/// <summary>Networks that were read from a file, and what they add.</summary>
/// <param name="Model">The networks, R of them.</param>
/// <param name="Task">Their task.</param>
public sealed record StoredAdder(ModularAdditionTransformer Model, ModularTask Task);
