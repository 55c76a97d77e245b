using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;

namespace Handmade.Analysis;

/// <summary>
/// Chains of localised Langevin dynamics as replicas of one captured step (Lau, Furman, Wang, Murfet, Wei 2023, "The local learning coefficient"; see
/// <see cref="Sgld"/> for the step). Points may differ in w*, nβ, γ and ε: the chains of all of them move together.
/// </summary>
/// <remarks>
/// Bound by forward and backward passes; the paired baseline is one forward pass more. A loss is taken before the step that uses its batch, so batch and w are
/// independent. A chain that diverges is a replica like any other: its numbers stop being finite and nobody else's do.
/// </remarks>
public sealed class LlcSampler : IDisposable
{
    private const ulong NoiseStream = 0x5617D;

    // Steps between looks at interrupts: a fraction of a second.
    private const int Stride = 20;
    private readonly LlcTarget target;
    private readonly LlcSettings[] points;
    private readonly LlcSettings common;
    private readonly Sgld sgld;
    private readonly Tensor center, pull, slope, eighth;
    private readonly TensorView[] centers;
    private readonly TensorView? moving;
    private readonly TensorView lastShift, lastDrift;
    private readonly CapturedStep measuring, baseline;
    private readonly CapturedStep? walking, gathering;
    private readonly TensorView[]? stiffness;
    private readonly Tensor? metric;

    /// <summary>Chains at w*, to be run once.</summary>
    /// <param name="target">The loss, of chains × points replicas: the chains of the first point, then those of the next.</param>
    /// <param name="points">Settings of each point. Chains, draws, burn-in, baseline and metric are the same for all.</param>
    /// <param name="seeds">Of each replica's noise.</param>
    public LlcSampler(LlcTarget target, IReadOnlyList<LlcSettings> points, ReadOnlySpan<ulong> seeds)
    {
        foreach (LlcSettings point in points) point.Check();
        common = points[0];
        if (points.Any(point => point with { StepSize = common.StepSize, Localization = common.Localization, NBeta = common.NBeta } != common))
            throw new HandmadeException("llc: points sampled together may differ in nβ, γ and ε alone");
        IReadOnlyList<Tensor> w = target.Parameters;
        Device device = w[0].Device;
        int replicas = points.Count * common.Chains;
        if (w[0].Shape[0] != replicas || seeds.Length != replicas)
            throw new HandmadeException($"llc: {w[0].Shape[0]} replicas and {seeds.Length} seeds for {points.Count} points of {common.Chains} chains; it needs {replicas} of both");
        (this.target, this.points) = (target, [.. points]);

        double[] Each(Func<LlcSettings, double> of) => [.. points.SelectMany(point => Enumerable.Repeat(of(point), common.Chains))];
        double[] rates = Each(p => p.StepSize), nbetas = Each(p => p.NBeta), pulls = Each(p => p.Localization);
        stiffness = common.MetricBatches == 0 ? null : [.. w.Select(parameter => Copy.Full(device, parameter.Shape, parameter.DType, 0))];
        sgld = new Sgld(w, new Schedule(rates), new RandomStream(device, seeds, NoiseStream), nbetas, pulls, preconditioner: common.Preconditioner, stiffness: stiffness);
        Tensor Column(double[] values) => Tensor.From<double>(device, values, [replicas, 1]).Cast(w[0].DType);
        (slope, pull, eighth) = (Column(nbetas), Column(pulls), Column([.. rates.Select(rate => rate / 8)]));
        centers = [.. w.Select(parameter => Copy.Clone(parameter.View))];
        center = new Tensor(Copy.Clone(Flat(w.Select(parameter => parameter.View)).View));
        lastShift = Copy.Full(device, center.Shape, center.DType, 0);
        lastDrift = Copy.Full(device, center.Shape, center.DType, 0);
        metric = stiffness is null ? null : new Tensor(Copy.Full(device, center.Shape, center.DType, 0));
        moving = Mask(out long free);
        FreeParameters = free;
        measuring = device.Capture(Measure);
        baseline = device.Capture(Baseline);
        walking = common.StepsPerDraw > 1 || common.BurnIn > 0 ? device.Capture(Walk) : null;
        gathering = stiffness is null ? null : device.Capture(Gather);
    }

    /// <summary>How many parameters of a replica move.</summary>
    public long FreeParameters { get; }

    /// <summary>The seeds of a point's chains; other points of one run take other <paramref name="names"/>.</summary>
    public static ulong[] Seeds(ulong seed, int chains, params ReadOnlySpan<ulong> names)
    {
        ulong hash = Mixed(seed);
        foreach (ulong name in names) hash = Mixed(hash ^ name);
        var seeds = new ulong[chains];
        for (int c = 0; c < chains; c++) seeds[c] = Mixed(hash ^ (ulong)c);
        return seeds;
    }

    /// <summary>Runs every chain to its end and gives what it met, point by point.</summary>
    /// <param name="walked">Is told how many steps the chains have taken since it was last told.</param>
    /// <param name="stop">Ends the run after some steps, by an <see cref="OperationCanceledException"/>.</param>
    public IReadOnlyList<LlcTrace> Run(Action<int>? walked = null, CancellationToken stop = default)
    {
        if (gathering is not null) MeasureMetric(gathering);
        double[]? constant = common.IsPaired ? null : MeanBaseline();
        LlcTrace[] traces = [.. points.Select(point => new LlcTrace(point.Chains, point.Draws))];
        // The step that leaves w*, or ends the burn-in, is measured too: the first draw knows what it was proposed from.
        Go(common.BurnIn);
        measuring.Replay();
        walked?.Invoke(1);
        for (int draw = 0; draw < common.Draws; draw++)
        {
            if (draw > 0) Go(common.StepsPerDraw - 1);
            stop.ThrowIfCancellationRequested();
            measuring.Replay();
            double[][] values = [.. measuring.Results.Select(result => result.ToArray<double>())];
            for (int r = 0; r < points.Length * common.Chains; r++)
                traces[r / common.Chains].Set(r % common.Chains, draw, values[0][r], constant is null ? values[1][r] : constant[r], values[2][r], values[3][r], common.StepsPerDraw == 1 ? values[4][r] : double.NaN);
            walked?.Invoke(1);
        }
        return traces;

        void Go(int steps)
        {
            for (int left = steps; left > 0; left -= Stride)
            {
                stop.ThrowIfCancellationRequested();
                int now = Math.Min(left, Stride);
                walking!.Replay(now);
                walked?.Invoke(now);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        measuring.Dispose();
        baseline.Dispose();
        walking?.Dispose();
        gathering?.Dispose();
    }

    // Loss at w and at w*, |w − w*|², (w − w*)·∇U, and how much likelier the proposal of the last step back is than that step was (its log); then a step.
    private IEnumerable<TensorView> Measure()
    {
        sgld.ZeroGrad();
        target.NextBatch();
        Tensor loss = target.Loss();
        loss.Backward();
        using IDisposable noGrad = Tape.NoGrad();
        Tensor atCenter = common.IsPaired ? target.LossAtCenter() : loss;
        IReadOnlyList<Tensor> w = target.Parameters;
        Tensor shift = Flat(w.Select(parameter => parameter.View)) - center;
        Tensor drift = (Flat(w.Select(parameter => parameter.Grad!.View)) * slope) + (shift * pull);
        if (moving is { } mask) drift = new Tensor(Where.Select(mask, drift.View, 0));
        Tensor before = new(lastShift), driftBefore = new(lastDrift);
        Tensor back = (drift + driftBefore) * (((shift - before) * 0.5) + ((driftBefore - drift) * (metric is null ? eighth : eighth * metric)));
        TensorView[] results = [.. new[] { loss, atCenter, Total(shift * shift), Total(shift * drift), Total(back) }.Select(x => Copy.Clone(Cast.To(x.View, DType.F64)))];
        Copy.Into(lastShift, shift.View);
        Copy.Into(lastDrift, drift.View);
        sgld.Step();
        Hold();
        return results;
    }

    private IEnumerable<TensorView> Walk()
    {
        sgld.ZeroGrad();
        target.NextBatch();
        target.Loss().Backward();
        sgld.Step();
        Hold();
        return [];
    }

    private IEnumerable<TensorView> Gather()
    {
        sgld.ZeroGrad();
        target.NextBatch();
        target.Loss().Backward();
        using IDisposable noGrad = Tape.NoGrad();
        foreach (var (square, parameter) in stiffness!.Zip(target.Parameters))
        {
            Tensor slope = parameter.Grad!;
            Copy.Into(square, (new Tensor(square) + (slope * slope * (1.0 / common.MetricBatches))).View);
        }
        return [];
    }

    // G = 1/(γ + nβ²·V), V the mean square of a batch's slopes at w* over all chains of a point, which start at one place.
    private void MeasureMetric(CapturedStep gathering)
    {
        gathering.Replay(common.MetricBatches);
        using Scope scope = center.Device.Scope();
        using IDisposable noGrad = Tape.NoGrad();
        foreach (TensorView tensor in stiffness!)
        {
            int replicas = tensor.Shape[0], each = (int)(tensor.Count / replicas);
            TensorView byPoint = tensor.Reshape([points.Length, common.Chains, each]), flat = tensor.Reshape([replicas, each]);
            Copy.Into(byPoint, new Tensor(byPoint).Mean([1], keepAxes: true).View);
            Tensor steep = pull + (slope * slope * new Tensor(flat));
            Copy.Into(flat, (steep * steep).View);
        }
        Copy.Into(metric!.View, (1 / Flat(stiffness).Sqrt()).View);
    }

    private IEnumerable<TensorView> Baseline()
    {
        using IDisposable noGrad = Tape.NoGrad();
        target.NextBatch();
        return [Copy.Clone(Cast.To(target.LossAtCenter().View, DType.F64))];
    }

    private double[] MeanBaseline()
    {
        var sum = new double[points.Length * common.Chains];
        for (int batch = 0; batch < common.BaselineBatches; batch++)
        {
            baseline.Replay();
            double[] losses = baseline.Results[0].ToArray<double>();
            for (int r = 0; r < sum.Length; r++) sum[r] += losses[r] / common.BaselineBatches;
        }
        return sum;
    }

    // Elements that do not move get the bits of w* back.
    private void Hold()
    {
        if (target.Moving is not { } masks) return;
        for (int i = 0; i < masks.Count; i++)
        {
            TensorView w = target.Parameters[i].View;
            if (masks[i] is { } mask) Copy.Into(w, Where.Select(mask, w, centers[i]));
        }
    }

    private TensorView? Mask(out long free)
    {
        IReadOnlyList<Tensor> w = target.Parameters;
        free = center.Shape[1];
        if (target.Moving is not { } masks) return null;
        Device device = center.Device;
        TensorView mask = Copy.Clone(Flat(w.Select((parameter, i) => masks[i] is { } one ? Where.Select(one, Copy.Full(device, one.Shape, center.DType, 1), 0) : Copy.Full(device, parameter.Shape, center.DType, 1))).View);
        free = (long)Math.Round(new Tensor(mask).Sum().Cast(DType.F64).Item<double>() / center.Shape[0]);
        return new Tensor(mask).Ne(0).View;
    }

    private static Tensor Flat(IEnumerable<TensorView> tensors) => Tensor.Concat(1, [.. tensors.Select(x => new Tensor(x).Reshape([x.Shape[0], (int)(x.Count / x.Shape[0])]))]);

    private static Tensor Total(Tensor x) => x.Sum([1]);

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mixed(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
