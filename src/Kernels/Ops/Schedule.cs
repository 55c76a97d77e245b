namespace Handmade.Kernels.Ops;

/// <summary>
/// The learning rate as a function of the step: linear warm-up to the peak, then constant, or a cosine down to a floor, or in steps down.
/// The step counter and the rate live on the device, one per replica, so a captured step needs no host.
/// </summary>
/// <param name="Peak">The largest rate; one value for all replicas, or one each.</param>
/// <param name="WarmUpSteps">Steps of the linear rise; step s &lt; WarmUpSteps takes (s + WarmUpStart)/WarmUpSteps of the peak.</param>
/// <param name="CosineSteps">Steps over which ½(1 + cos(π s/CosineSteps)) falls, warm-up included; 0 keeps the rate constant.</param>
/// <param name="Floor">Share of the peak that the cosine ends at.</param>
/// <param name="DecaySteps">After each so many steps the rate is multiplied by <paramref name="Decay"/> (torch's StepLR); 0 leaves it.</param>
/// <param name="Decay">See <paramref name="DecaySteps"/>.</param>
/// <param name="WarmUpStart">1, or 0 where the rise begins with a step at rate 0.</param>
public sealed record Schedule(double[] Peak, int WarmUpSteps = 0, long CosineSteps = 0, double Floor = 0, long DecaySteps = 0, double Decay = 1, int WarmUpStart = 1)
{
    /// <summary>The same rate at every step.</summary>
    public static Schedule Constant(double rate) => new([rate]);

    /// <summary>The rate of a replica at a step, counted from 0.</summary>
    public double At(int replica, long step)
    {
        double rate = Peak[Peak.Length == 1 ? 0 : replica];
        if (step < WarmUpSteps) rate *= (double)(step + WarmUpStart) / WarmUpSteps;
        if (CosineSteps > 0) rate *= Floor + ((1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(step, CosineSteps) / CosineSteps)));
        if (DecaySteps > 0) rate *= Math.Pow(Decay, step / DecaySteps);
        return rate;
    }

    /// <summary>Counts a step: <c>steps[r] += 1</c> and <c>rates[r]</c> = the rate of the step that begins. steps is I32 [R], rates F64 [R].</summary>
    public void Advance(TensorView steps, TensorView rates)
    {
        Require.Is("schedule", steps, DType.I32);
        Require.Is("schedule", rates, DType.F64);
        Require.Shaped("schedule", "the rates", rates, steps.Shape);
        if (Peak.Length != 1 && Peak.Length != steps.Count) throw new HandmadeException($"schedule: {Peak.Length} peak rates for {steps.Count} replicas; give one, or one each");
        steps.Device.Submit(new AdvanceLaunch(this, steps, rates));
    }

    private sealed unsafe class AdvanceLaunch(Schedule schedule, TensorView steps, TensorView rates) : Launch("schedule", [steps], [steps, rates])
    {
        private readonly PerReplica? peaks = PerReplica.On(steps.Device, schedule.Peak);

        public override int Grid => (int)steps.Count;

        public override Launch? For(ReplicaBlock block) =>
            block.HasOneEach(steps, rates) ? new AdvanceLaunch(schedule with { Peak = block.Of(schedule.Peak) }, block.Of(steps), block.Of(rates)) : null;

        public override void Run(int begin, int end)
        {
            for (int r = begin; r < end; r++) rates.Pointer<double>()[r] = schedule.At(r, steps.Pointer<int>()[r]++);
        }

        public override void Enqueue(KernelQueue queue) => ScheduleKernels.Advance(
            queue, KernelConfig.ForElements(steps.Count, 64), steps, rates, peaks?.Each ?? rates, schedule.Peak[0], peaks is null ? 0 : 1,
            schedule.WarmUpSteps, schedule.WarmUpStart, schedule.CosineSteps, schedule.Floor, schedule.DecaySteps, schedule.Decay, (int)steps.Count);
    }
}
