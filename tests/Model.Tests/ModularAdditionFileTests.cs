using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;

namespace Handmade.Model.Tests;

/// <summary>Networks in files: the authors' layout goes out and in, ours comes in, and what does not fit is said.</summary>
public sealed class ModularAdditionFileTests : IDisposable
{
    private static readonly ModularAdditionSizes Small = new() { Vocabulary = 7, Width = 14, Heads = 4, Layers = 2, MlpRatio = 3, Activation = Activation.Gelu };
    private readonly HostDevice device = new(threads: 2);
    private readonly string folder = Directory.CreateTempSubdirectory("adder-").FullName;

    public void Dispose()
    {
        device.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Path => System.IO.Path.Combine(folder, "network.safetensors");

    private ModularAdditionTransformer Fresh(ModularAdditionSizes sizes, double[] rates, DType dtype, params ulong[] seeds) => new(new Init(device, new RandomStream(device, seeds), dtype), sizes, rates);

    private static double[] Logits(ModularAdditionTransformer model, int replica = 0)
    {
        using IDisposable paused = Tape.NoGrad();
        return model.Pairs(7).ForwardAll().Slice(0, replica, 1).Cast(DType.F64).ToArray<double>();
    }

    [Test]
    public void A_replica_that_is_written_and_read_says_the_same([Values(DType.F32, DType.F64)] DType dtype)
    {
        ModularAdditionTransformer model = Fresh(Small, [0, 0.3], dtype, 1, 2);
        ModularAdditionFile.Write(Path, model, 1, ModularTask.Difference(7));
        StoredAdder stored = ModularAdditionFile.Read(Path, device, new AdderHints());
        Assert.That(stored.Model.Sizes, Is.EqualTo(Small));
        Assert.That((stored.Model.AttentionRates[0], stored.Task.Name, stored.Task.P, stored.Model.Tokens.DType), Is.EqualTo((0.3, "difference", 7, dtype)));
        Assert.That(Logits(stored.Model), Is.EqualTo(Logits(model, 1)).Within(dtype == DType.F64 ? 1e-13 : 1e-5));
    }

    [Test]
    public void The_file_has_the_authors_names_and_shapes()
    {
        ModularAdditionFile.Write(Path, Fresh(Small with { Width = 12, Layers = 1 }, [1], DType.F32, 1), 0, ModularTask.Sum(7));
        string[] expected =
        [
            "blocks.0.attn.W_K 4 3 12", "blocks.0.attn.W_O 12 12", "blocks.0.attn.W_Q 4 3 12", "blocks.0.attn.W_V 4 3 12", "blocks.0.mlp.W_in 36 12", "blocks.0.mlp.W_out 12 36",
            "blocks.0.mlp.b_in 36", "blocks.0.mlp.b_out 12", "embed.W_E 12 7", "pos_embed.W_pos 2 12", "unembed.W_U 12 7",
        ];
        Assert.That(SafetensorsFile.Read(Path).Tensors.Select(tensor => $"{tensor.Name} {string.Join(' ', tensor.Shape)}"), Is.EquivalentTo(expected));
    }

    [TestCase("model.", false)]
    [TestCase("", true)]
    public void Prefixes_and_bare_names_are_understood_and_other_tensors_left_unread(string prefix, bool isBare)
    {
        ModularAdditionTransformer model = Fresh(Small with { Layers = 1 }, [0.5], DType.F64, 4);
        ModularAdditionFile.Write(Path, model, 0, ModularTask.Sum(7));
        var copy = new SafetensorsWriter();
        foreach (SafetensorsTensor tensor in SafetensorsFile.Read(Path).Tensors)
            copy.Add(isBare ? tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..] : prefix + tensor.Name, tensor.Values<double>(), [.. tensor.Shape]);
        copy.Add<double>(prefix + "mask", [1, 0, 1, 1], 2, 2);
        copy.Write(Path);
        StoredAdder stored = ModularAdditionFile.Read(Path, device, new AdderHints(AttentionRate: 0.5, Activation: "gelu"));
        Assert.That(Logits(stored.Model), Is.EqualTo(Logits(model)).Within(1e-13));
        Assert.That(() => ModularAdditionFile.Read(Path, device, new AdderHints()), Throws.TypeOf<HandmadeException>().With.Message.Contains("--attention-rate"));
    }

    [Test]
    public void Checkpoints_of_ours_bring_all_their_replicas()
    {
        ModularAdditionTransformer model = Fresh(Small, [1], DType.F32, 5, 6);
        var checkpoint = new Checkpoint();
        checkpoint.Add("", model.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        checkpoint.Save(Path, 100, "");
        StoredAdder stored = ModularAdditionFile.Read(Path, device, new AdderHints(AttentionRate: 1, Activation: "gelu"));
        for (int r = 0; r < 2; r++) Assert.That(Logits(stored.Model, r), Is.EqualTo(Logits(model, r)).Within(1e-6));
    }

    [Test]
    public void What_is_no_such_network_is_one_sentence()
    {
        var writer = new SafetensorsWriter();
        writer.Add<float>("weight", [1, 2], 2);
        writer.Write(Path);
        Assert.That(() => ModularAdditionFile.Read(Path, device, new AdderHints(1)), Throws.TypeOf<HandmadeException>().With.Message.Contains("neither embed.W_E (the authors' layout) nor embed.weight (ours); it has weight"));
        ModularAdditionFile.Write(Path, Fresh(Small, [1], DType.F32, 1), 0, ModularTask.Sum(7));
        Assert.That(() => ModularAdditionFile.Read(Path, device, new AdderHints(Heads: 7)), Throws.TypeOf<HandmadeException>().With.Message.Contains("--heads 7 contradicts"));
        Assert.That(() => ModularAdditionFile.Read(Path, device, new AdderHints(Activation: "tanh")), Throws.TypeOf<HandmadeException>().With.Message.Contains("use relu, gelu or gelu_tanh"));
    }
}
