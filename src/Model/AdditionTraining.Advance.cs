using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>Many steps at once, the fastest way that a device has for them.</summary>
public sealed partial class AdditionTraining : IDisposable
{
    private readonly TensorView failedStep, gradientNorm, unusedFactor;
    private WholeSteps? whole;
    private CapturedStep? captured;

    /// <summary>
    /// Why <see cref="Advance"/> replays a captured step here, as one sentence; null where it trains each replica in whole steps within one multiprocessor
    /// (<see cref="WholeSteps"/>): on devices other than the host whose shared memory holds the network, its gradient and its moments. An H100 holds a decoder of width 96.
    /// </summary>
    public string? WholeStepsRefusal => WholeSteps.Refusal(Pairs.Device, Pairs.View, Layers());

    /// <summary>
    /// Takes steps. The two ways that there are agree within rounding; on one device the same way is taken each time. A replica whose gradient is not finite has a
    /// <see cref="FailedSteps"/> entry and leaves the others' bits alone: in whole steps it keeps its last parameters, in captured steps they become NaN.
    /// </summary>
    /// <param name="steps">How many.</param>
    /// <param name="recordEvery">Steps between two losses that are wanted, from the first one on; 0 for none.</param>
    /// <returns>The loss of each replica before steps 0, recordEvery, 2·recordEvery … of this call: <c>[record][replica]</c>.</returns>
    public IReadOnlyList<float[]> Advance(int steps, int recordEvery = 0)
    {
        if (steps < 0 || recordEvery < 0) throw new HandmadeException($"addition: {steps} steps with a loss every {recordEvery}; neither can be negative");
        if (whole is null && captured is null) Prepare();
        return whole is null ? Replay(steps, recordEvery) : AdvanceWhole(whole, steps, recordEvery);
    }

    /// <summary>For each replica the first step (counted from 1) taken by <see cref="Advance"/> whose gradient was not finite; 0 where all were.</summary>
    public int[] FailedSteps() => failedStep.ToArray<int>();

    /// <summary>Releases the captured step, if there is one.</summary>
    public void Dispose() => captured?.Dispose();

    private void Prepare()
    {
        if (WholeStepsRefusal is not null)
        {
            captured = Pairs.Device.Capture(() => [WatchedStep().View]);
            return;
        }
        // A captured step works its rates out as it goes; in whole steps they lie there beforehand.
        Spread(options.EmbeddingRate, embeddings.Rates);
        Spread(options.DecoderRate, decoder.Rates);
        whole = new WholeSteps(Pairs.View, Answers.View, Layers());

        static void Spread(double[] rates, TensorView to) => to.CopyFrom<double>(rates.Length == 1 ? [.. Enumerable.Repeat(rates[0], (int)to.Count)] : rates);
    }

    // As Step, looking at every gradient: the infinite limit only watches.
    private Tensor WatchedStep()
    {
        Tensor loss = Backward();
        GradientClip.Launch(Optimizer.Gradients(Model.Parameters()), double.PositiveInfinity, decoder.Steps, gradientNorm, unusedFactor, failedStep);
        embeddings.Step();
        decoder.Step();
        return loss;
    }

    private List<float[]> Replay(int steps, int every)
    {
        var losses = new List<float[]>();
        if (every == 0) captured!.Replay(steps);
        for (int done = 0; every > 0 && done < steps; done += every)
        {
            captured!.Replay();
            losses.Add(captured.Results[0].ToArray<float>());
            captured.Replay(Math.Min(every, steps - done) - 1);
        }
        return losses;
    }

    private float[][] AdvanceWhole(WholeSteps run, int steps, int every)
    {
        using Scope scope = Pairs.Device.Scope();
        TensorView losses = run.Advance(steps, every, failedStep);
        return every == 0 ? [] : [.. losses.ToArray<float>().Chunk((int)failedStep.Count)];
    }

    // The sum of two embeddings is a product with their table: the first layer.
    private WholeSteps.Layer[] Layers()
    {
        WholeSteps.Rule table = new(embeddings.Steps, embeddings.Rates, embeddings.Constants), rest = new(decoder.Steps, decoder.Rates, decoder.Constants);
        var layers = new List<WholeSteps.Layer> { new(Trained(embeddings, 0), IsOutByIn: false, Bias: null, HasTanh: false, table) };
        for (int k = 0; k < decoder.Parameters.Count; k += 2)
            layers.Add(new(Trained(decoder, k), IsOutByIn: true, Trained(decoder, k + 1), HasTanh: k + 2 < decoder.Parameters.Count, rest));
        return [.. layers];

        static WholeSteps.Trained Trained(AdamW of, int k) => new(of.Parameters[k].View, of.FirstMoments[k], of.SecondMoments[k]);
    }
}
