using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model.Data;

namespace Handmade.Model.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("handmade-").FullName;

    private string Path => System.IO.Path.Combine(folder, "step-12.safetensors");

    public void Dispose()
    {
        device.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void Every_tensor_comes_back_with_its_bits()
    {
        Run saved = new(device), loaded = new(device);
        saved.Step();
        saved.Checkpoint.Save(Path, 12, "config a");
        Assert.That(loaded.Checkpoint.Load(Path, "config a"), Is.EqualTo(12));
        Assert.That(loaded.Weight.ToArray<float>(), Is.EqualTo(saved.Weight.ToArray<float>()));
        Assert.That(loaded.Mask.ToArray<bool>(), Is.EqualTo(saved.Mask.ToArray<bool>()));
        Assert.That(loaded.Inputs.Mean.ToArray<double>(), Is.EqualTo(saved.Inputs.Mean.ToArray<double>()));
        saved.Step();
        loaded.Step();
        Assert.That(loaded.Weight.ToArray<float>(), Is.EqualTo(saved.Weight.ToArray<float>()), "the random stream goes on too");
    }

    [Test]
    public void An_analysis_takes_the_model_alone()
    {
        new Run(device).Checkpoint.Save(Path, 12, "config a");
        var model = new Checkpoint();
        TensorView weight = device.Empty([2, 3], DType.F32);
        model.Add("weight", weight);
        Assert.That(model.Load(Path, config: null, ignoreOthers: true), Is.EqualTo(12));
        Assert.That(weight.ToArray<float>(), Is.EqualTo(new Run(device).Weight.ToArray<float>()));
    }

    [Test]
    public void What_does_not_fit_is_one_sentence_and_changes_nothing()
    {
        var run = new Run(device);
        run.Checkpoint.Save(Path, 12, "config a");
        float[] before = run.Weight.ToArray<float>();
        Checkpoint With(string name, Shape shape, DType dtype)
        {
            var checkpoint = new Checkpoint();
            foreach (string own in run.Checkpoint.Names.Where(own => own != "mask"))
                checkpoint.Add(own, own == "weight" ? run.Weight : own == "random" ? run.Stream.State : own == "input.mean" ? run.Inputs.Mean : run.Inputs.Sd);
            checkpoint.Add(name, device.Empty(shape, dtype));
            return checkpoint;
        }
        run.Step();
        float[] stepped = run.Weight.ToArray<float>();
        Assert.Multiple(() =>
        {
            Assert.That(() => With("other", [2], DType.F32).Load(Path, null), Throws.TypeOf<HandmadeException>().With.Message.EqualTo($"{Path} does not fit this model: it lacks other and has mask, unknown here."));
            Assert.That(() => With("mask", [2], DType.F32).Load(Path, null), Throws.TypeOf<HandmadeException>().With.Message.EqualTo($"{Path} does not fit this model: mask is BOOL [2] there and F32 [2] here."));
            Assert.That(() => With("mask", [1, 2], DType.Bool).Load(Path, null), Throws.TypeOf<HandmadeException>().With.Message.Contains("mask is BOOL [2] there and BOOL [1, 2] here"));
            Assert.That(() => run.Checkpoint.Load(Path, "config b"), Throws.TypeOf<HandmadeException>().With.Message.Contains("another configuration"));
            Assert.That(() => run.Checkpoint.Add("mask", run.Mask), Throws.TypeOf<HandmadeException>().With.Message.Contains("taken"));
            Assert.That(() => run.Checkpoint.Add("view", run.Weight.Transpose(0, 1)), Throws.TypeOf<HandmadeException>().With.Message.Contains("strided"));
        });
        Assert.That(run.Weight.ToArray<float>(), Is.EqualTo(stepped).And.Not.EqualTo(before), "a load that fails leaves every tensor");
    }

    [Test]
    public void Another_safetensors_file_is_no_checkpoint()
    {
        var writer = new SafetensorsWriter();
        writer.Add<float>("weight", [1, 2], 2);
        writer.Write(Path);
        Assert.That(() => new Checkpoint().Load(Path, null), Throws.TypeOf<HandmadeException>().With.Message.EqualTo($"{Path} is no checkpoint: its metadata have no step."));
    }

    private sealed class Run
    {
        public Run(Device device)
        {
            Weight = device.From<float>([1, 2, 3, 4, 5, 6], [2, 3]);
            Mask = device.From([true, false], [2]);
            Stream = new RandomStream(device, [7, 8]);
            Inputs = Standardizer.Fit(device.From<double>([1, 2, 3, 5], [1, 2, 2]));
            Checkpoint.Add("weight", Weight);
            Checkpoint.Add("mask", Mask);
            Checkpoint.Add("random", Stream.State);
            Checkpoint.Add("input.", Inputs.State);
        }

        public Checkpoint Checkpoint { get; } = new();

        public TensorView Weight { get; }

        public TensorView Mask { get; }

        public RandomStream Stream { get; }

        public Standardizer Inputs { get; }

        public void Step() => Weight.CopyFrom<float>((new Tensor(Weight) + new Tensor(Stream.Normal([2, 3]))).ToArray<float>());
    }
}
