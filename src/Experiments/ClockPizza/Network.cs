using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Experiments.ClockPizza;

/// <summary>The network of a trainee, whichever kind it is.</summary>
/// <param name="Module">Its parameters.</param>
/// <param name="Logits">Logits [1, pairs, classes]: what training runs.</param>
/// <param name="Seen">The same network as analyses see it.</param>
/// <param name="Write">Writes its weights in the layout of the authors' program, which <c>handmade analyse</c> and PyTorch read.</param>
internal sealed record Network(Module Module, Func<TokenPairs, Tensor> Logits, Func<PairNetwork> Seen, Action<string> Write)
{
    /// <summary>A fresh network of a seed at an attention rate (linear models have none).</summary>
    public static Network Of(ClockPizzaOptions options, Device device, Which which)
    {
        var init = new Init(device, new RandomStream(device, [which.Seed]));
        if (!options.IsTransformer)
        {
            var linear = new ModularAdditionLinear(init, LinearVariants.Named(options.Kind), options.P, options.Width);
            return new(linear, pairs => linear.Forward(pairs.Tokens), linear.Pairs, path => ModularAdditionLinearFile.Write(path, linear, 0, options.Task));
        }
        var transformer = new ModularAdditionTransformer(init, options.Sizes, which.Rate);
        return new(transformer, pairs => options.EqualsSign ? transformer.Forward(pairs.Tokens) : transformer.ForwardPairs(pairs), () => transformer.Pairs(options.P),
            path => ModularAdditionFile.Write(path, transformer, 0, options.Task));
    }

    /// <summary>The trained network.</summary>
    public static Network Trained(ClockPizzaOptions options, Device device, TraineeFiles files)
    {
        Network network = Of(options, device, files.Which);
        var weights = new Checkpoint();
        weights.Add("model.", network.Module.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        weights.Load(files.Latest, files.Config, ignoreOthers: true);
        return network;
    }
}
