using System.Globalization;
using Handmade.Kernels;
using Handmade.Model.Data;

namespace Handmade.Model;

/// <summary>
/// Linear models of "The clock and the pizza" as safetensors files, in the layout of the authors' program, so that a file goes either way: embed.weight [p, h] (α′:
/// embed1.weight and embed2.weight; δ: [p, h/2]), l1.weight [h, h], l1.bias [h], for β and γ also l2.weight and l2.bias, unembed.weight [p, h]. Metadata: kind,
/// modulus, task.
/// </summary>
/// <remarks><see cref="Read"/> takes these names with any prefix. Shapes tell all kinds but β from γ.</remarks>
public static class ModularAdditionLinearFile
{
    private const string Lower = "l1.weight";

    /// <summary>Whether a file holds such a network: it has an l1.weight, which no transformer has.</summary>
    /// <exception cref="HandmadeException">The file is missing or no safetensors file.</exception>
    public static bool Holds(string path) => SafetensorsFile.Read(path).Tensors.Any(IsLower);

    /// <summary>Writes one replica, whole or not at all.</summary>
    public static void Write(string path, ModularAdditionLinear model, int replica, ModularTask task)
    {
        var writer = new SafetensorsWriter();
        writer.Metadata["kind"] = model.Variant.Name();
        writer.Metadata["modulus"] = task.P.ToString(CultureInfo.InvariantCulture);
        writer.Metadata["task"] = task.Name;
        foreach (var (name, parameter) in Parameters(model))
        {
            TensorView values = parameter.Slice(0, replica, 1);
            long[] shape = Shape(parameter);
            if (values.DType == DType.F64) writer.Add<double>(name, values.ToArray<double>(), shape);
            else writer.Add<float>(name, values.ToArray<float>(), shape);
        }
        writer.Write(path);
    }

    /// <summary>Reads a network onto a device, in the float type of the file. What the file does not say must be given; what is given goes first.</summary>
    /// <exception cref="HandmadeException">The file is no such network, or something is missing; the sentence says what.</exception>
    public static StoredLinearAdder Read(string path, Device device, AdderHints hints)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        string prefix = file.Tensors.FirstOrDefault(IsLower)?.Name[..^Lower.Length] ?? throw new HandmadeException($"{path} is no linear model: it has no {Lower}.");
        SafetensorsTensor unembedding = file[prefix + "unembed.weight"];
        if (unembedding.Shape is not [> 1 and < int.MaxValue and var tokens, > 1 and < int.MaxValue and var hidden])
            throw new HandmadeException($"{path} does not fit: unembed.weight has shape [{string.Join(", ", unembedding.Shape)}], and p rows of the hidden width are wanted.");
        var init = new Init(device, new RandomStream(device, [0]), unembedding.Type == SafetensorsType.F64 ? DType.F64 : DType.F32);
        var model = new ModularAdditionLinear(init, Variant(path, file, prefix, hidden, hints), (int)tokens, (int)hidden);
        foreach (var (name, parameter) in Parameters(model))
        {
            SafetensorsTensor tensor = file[prefix + name];
            if (!tensor.Shape.SequenceEqual(Shape(parameter)))
                throw new HandmadeException($"{path} does not fit: {name} has shape [{string.Join(", ", tensor.Shape)}], and [{string.Join(", ", Shape(parameter))}] is wanted for {tokens} tokens and a width of {hidden}.");
            if (init.DType == DType.F64) parameter.CopyFrom<double>(tensor.Values<double>());
            else parameter.CopyFrom<float>(tensor.Values<float>());
        }
        int modulus = hints.Modulus ?? (file.Metadata.TryGetValue("modulus", out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int p) ? p : (int)tokens);
        return new(model, ModularTask.Named(hints.Task ?? file.Metadata.GetValueOrDefault("task") ?? "sum", modulus));
    }

    private static LinearVariant Variant(string path, SafetensorsFile file, string prefix, long hidden, AdderHints hints)
    {
        if ((hints.Kind ?? file.Metadata.GetValueOrDefault("kind")) is { } named) return LinearVariants.Named(named);
        if (file.Contains(prefix + "embed1.weight")) return LinearVariant.AlphaPrime;
        if (file.Contains(prefix + "l2.weight")) throw new HandmadeException($"{path} does not say its kind, and beta and gamma have the same shapes; give it with --kind.");
        return file[prefix + "embed.weight"].Shape is [_, var width] && 2 * width == hidden ? LinearVariant.Delta : LinearVariant.Alpha;
    }

    // The parameters under the authors' names.
    private static IEnumerable<(string Name, TensorView Values)> Parameters(ModularAdditionLinear model) => model.NamedParameters().Select(parameter => (parameter.Name switch
    {
        "embed" => model.Variant == LinearVariant.AlphaPrime ? "embed1.weight" : "embed.weight",
        "embed_second" => "embed2.weight",
        "unembed" => "unembed.weight",
        var layer => layer.Replace("lower", "l1", StringComparison.Ordinal).Replace("upper", "l2", StringComparison.Ordinal),
    }, parameter.Tensor.View));

    // Without the replica axis, which files do not have.
    private static long[] Shape(TensorView parameter) => [.. parameter.Shape.Extents[1..].ToArray().Select(extent => (long)extent)];

    private static bool IsLower(SafetensorsTensor tensor) => tensor.Name == Lower || tensor.Name.EndsWith('.' + Lower, StringComparison.Ordinal);
}

/// <summary>A linear model that was read from a file, and what it adds.</summary>
/// <param name="Model">The network.</param>
/// <param name="Task">Its task.</param>
public sealed record StoredLinearAdder(ModularAdditionLinear Model, ModularTask Task);
