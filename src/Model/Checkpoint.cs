using System.Globalization;
using Handmade.Kernels;

namespace Handmade.Model;

/// <summary>
/// Everything that a run needs to go on, in one safetensors file: parameters, optimiser state, random streams, standardizers — tensors by
/// name — with the step and a fingerprint of the configuration. Tensors are named once; <see cref="Save"/> reads them, <see cref="Load"/>
/// writes into them.
/// </summary>
/// <example><code>
/// var checkpoint = new Checkpoint();
/// checkpoint.Add("random", batchStream.State);
/// checkpoint.Add("input.", standardizer.State);
/// checkpoint.Save(path, step, configFingerprint);
/// </code></example>
public sealed class Checkpoint
{
    private readonly Dictionary<string, TensorView> tensors = [];

    /// <summary>The names, in the order in which they were added.</summary>
    public IEnumerable<string> Names => tensors.Keys;

    /// <summary>Makes a tensor part of the checkpoint under a name of its own. It must be contiguous and outlive the checkpoint.</summary>
    public void Add(string name, TensorView tensor)
    {
        if (!tensor.IsContiguous) throw new HandmadeException($"checkpoint: {name} of shape {tensor.Shape} is a strided view; only contiguous tensors can be loaded");
        if (!tensors.TryAdd(name, tensor)) throw new HandmadeException($"checkpoint: the name {name} is taken; give each tensor its own");
    }

    /// <summary>Adds tensors whose names all begin with <paramref name="prefix"/>.</summary>
    public void Add(string prefix, IEnumerable<(string Name, TensorView Tensor)> named)
    {
        foreach (var (name, tensor) in named) Add(prefix + name, tensor);
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="config">What decides the bits of the run, as any text; a checkpoint is only loaded into a run of the same.</param>
    /// <exception cref="HandmadeException">The disk is full, or the place can't be written.</exception>
    public void Save(string path, long step, string config)
    {
        var writer = new SafetensorsWriter();
        writer.Metadata["step"] = step.ToString(CultureInfo.InvariantCulture);
        writer.Metadata["config"] = config;
        foreach (var (name, tensor) in tensors)
        {
            switch (tensor.DType)
            {
                case DType.F32: Add<float>(writer, name, tensor); break;
                case DType.F64: Add<double>(writer, name, tensor); break;
                case DType.I32: Add<int>(writer, name, tensor); break;
                default: Add<bool>(writer, name, tensor); break;
            }
        }
        writer.Write(path);
    }

    /// <summary>Fills the tensors from a file and returns its step. Nothing is changed unless everything fits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Must be the text that it was saved with; null takes any.</param>
    /// <param name="ignoreOthers">Leaves tensors unread that have no name here: an analysis takes the model without the optimiser.</param>
    /// <exception cref="HandmadeException">The file is missing, broken, of another configuration, or its tensors are not these.</exception>
    public long Load(string path, string? config, bool ignoreOthers = false)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue("step", out string? text) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
            throw new HandmadeException($"{path} is no checkpoint: its metadata have no step.");
        if (config is not null && file.Metadata.GetValueOrDefault("config") != config)
            throw new HandmadeException($"{path} was saved by a run of another configuration; go on with that one, or start in a new folder.");
        CheckNames(path, file, ignoreOthers);
        foreach (var (name, tensor) in tensors) CheckKind(path, file[name], tensor);
        foreach (var (name, tensor) in tensors)
        {
            switch (tensor.DType)
            {
                case DType.F32: tensor.CopyFrom(file[name].Values<float>()); break;
                case DType.F64: tensor.CopyFrom(file[name].Values<double>()); break;
                case DType.I32: tensor.CopyFrom(file[name].Values<int>()); break;
                default: tensor.CopyFrom(file[name].Values<bool>()); break;
            }
        }
        return step;
    }

    private static void Add<T>(SafetensorsWriter writer, string name, TensorView tensor) where T : unmanaged =>
        writer.Add<T>(name, tensor.ToArray<T>(), Extents(tensor));

    private void CheckNames(string path, SafetensorsFile file, bool ignoreOthers)
    {
        string[] missing = [.. tensors.Keys.Where(name => !file.Contains(name))];
        string[] extra = ignoreOthers ? [] : [.. file.Tensors.Select(tensor => tensor.Name).Where(name => !tensors.ContainsKey(name))];
        if (missing.Length + extra.Length == 0) return;
        string lacks = missing.Length > 0 ? $"lacks {List(missing)}" : "", has = extra.Length > 0 ? $"has {List(extra)}, unknown here" : "";
        throw new HandmadeException($"{path} does not fit this model: it {lacks}{(lacks != "" && has != "" ? " and " : "")}{has}.");
    }

    private static void CheckKind(string path, SafetensorsTensor stored, TensorView tensor)
    {
        SafetensorsType type = tensor.DType switch
        {
            DType.F32 => SafetensorsType.F32,
            DType.F64 => SafetensorsType.F64,
            DType.I32 => SafetensorsType.I32,
            _ => SafetensorsType.BOOL,
        };
        if (stored.Type != type || !stored.Shape.SequenceEqual(Extents(tensor)))
            throw new HandmadeException($"{path} does not fit this model: {stored.Name} is {stored.Type} [{string.Join(", ", stored.Shape)}] there and {type} {tensor.Shape} here.");
    }

    private static long[] Extents(TensorView tensor) => [.. tensor.Shape.Select(extent => (long)extent)];

    private static string List(string[] names) => string.Join(", ", names.Take(4)) + (names.Length > 4 ? $" and {names.Length - 4} more" : "");
}
