using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model.Data;

namespace Handmade.Model.Tests;

/// <summary>Linear models in files, in the authors' layout.</summary>
public sealed class ModularAdditionLinearFileTests : IDisposable
{
    private readonly HostDevice device = new(threads: 2);
    private readonly string folder = Directory.CreateTempSubdirectory("linear-").FullName;

    public void Dispose()
    {
        device.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Path => System.IO.Path.Combine(folder, "network.safetensors");

    private ModularAdditionLinear Fresh(LinearVariant variant, DType dtype = DType.F64, params ulong[] seeds) => new(new Init(device, new RandomStream(device, seeds), dtype), variant, 7, 12);

    private static double[] Logits(ModularAdditionLinear model, int replica = 0)
    {
        using IDisposable paused = Tape.NoGrad();
        return model.Pairs().ForwardAll().Slice(0, replica, 1).Cast(DType.F64).ToArray<double>();
    }

    [Test]
    public void A_replica_that_is_written_and_read_says_the_same([Values] LinearVariant variant, [Values(DType.F32, DType.F64)] DType dtype)
    {
        ModularAdditionLinear model = Fresh(variant, dtype, 1, 2);
        ModularAdditionLinearFile.Write(Path, model, 1, ModularTask.Difference(7));
        StoredLinearAdder stored = ModularAdditionLinearFile.Read(Path, device, new AdderHints());
        Assert.That((stored.Model.Variant, stored.Task.Name, stored.Task.P, stored.Model.Unembedding.DType), Is.EqualTo((variant, "difference", 7, dtype)));
        Assert.That(Logits(stored.Model), Is.EqualTo(Logits(model, 1)).Within(dtype == DType.F64 ? 1e-13 : 1e-5));
    }

    [TestCase(LinearVariant.AlphaPrime, "embed1.weight 7 12", "embed2.weight 7 12", "l1.weight 12 12", "l1.bias 12", "unembed.weight 7 12")]
    [TestCase(LinearVariant.Beta, "embed.weight 7 12", "l1.weight 12 12", "l1.bias 12", "l2.weight 12 12", "l2.bias 12", "unembed.weight 7 12")]
    [TestCase(LinearVariant.Delta, "embed.weight 7 6", "l1.weight 12 12", "l1.bias 12", "unembed.weight 7 12")]
    public void The_file_has_the_authors_names_and_shapes(LinearVariant variant, params string[] expected)
    {
        ModularAdditionLinearFile.Write(Path, Fresh(variant, DType.F32, 1), 0, ModularTask.Sum(7));
        Assert.That(SafetensorsFile.Read(Path).Tensors.Select(tensor => $"{tensor.Name} {string.Join(' ', tensor.Shape)}"), Is.EquivalentTo(expected));
    }

    [Test]
    public void Without_metadata_shapes_tell_the_kind_but_beta_from_gamma([Values] LinearVariant variant)
    {
        ModularAdditionLinear model = Fresh(variant, DType.F64, 3);
        ModularAdditionLinearFile.Write(Path, model, 0, ModularTask.Sum(7));
        var copy = new SafetensorsWriter();
        foreach (SafetensorsTensor tensor in SafetensorsFile.Read(Path).Tensors) copy.Add("model." + tensor.Name, tensor.Values<double>(), [.. tensor.Shape]);
        copy.Write(Path);
        bool isOneOfTwo = variant is LinearVariant.Beta or LinearVariant.Gamma;
        if (isOneOfTwo) Assert.That(() => ModularAdditionLinearFile.Read(Path, device, new AdderHints()), Throws.TypeOf<HandmadeException>().With.Message.Contains("give it with --kind"));
        StoredLinearAdder stored = ModularAdditionLinearFile.Read(Path, device, new AdderHints(Kind: isOneOfTwo ? variant.Name() : null));
        Assert.That((stored.Model.Variant, stored.Task.Name), Is.EqualTo((variant, "sum")));
        Assert.That(Logits(stored.Model), Is.EqualTo(Logits(model)).Within(1e-13));
    }

    [Test]
    public void What_is_no_such_network_is_one_sentence()
    {
        var transformer = new ModularAdditionTransformer(new Init(device, new RandomStream(device, [1])), new ModularAdditionSizes { Vocabulary = 7, Width = 8 }, 1);
        ModularAdditionFile.Write(Path, transformer, 0, ModularTask.Sum(7));
        Assert.That(ModularAdditionLinearFile.Holds(Path), Is.False);
        Assert.That(() => ModularAdditionLinearFile.Read(Path, device, new AdderHints()), Throws.TypeOf<HandmadeException>().With.Message.Contains("is no linear model: it has no l1.weight"));
        ModularAdditionLinearFile.Write(Path, Fresh(LinearVariant.Alpha, DType.F32, 1), 0, ModularTask.Sum(7));
        Assert.That(ModularAdditionLinearFile.Holds(Path));
        Assert.That(() => ModularAdditionLinearFile.Read(Path, device, new AdderHints(Kind: "delta")), Throws.TypeOf<HandmadeException>().With.Message.Contains("embed.weight has shape [7, 12], and [7, 6] is wanted"));
        Assert.That(() => ModularAdditionLinearFile.Read(Path, device, new AdderHints(Kind: "epsilon")), Throws.TypeOf<HandmadeException>().With.Message.Contains("use alpha, alpha-prime, beta, gamma, delta"));
    }
}
