namespace Handmade.Kernels.Ops;

/// <summary>The schedule on devices: a thread per replica; bound by its launch.</summary>
internal static partial class ScheduleKernels
{
    /// <summary>Counts a step and writes the rate of the step that begins, as <see cref="Schedule.At"/>.</summary>
    [Kernel]
    public static void Advance(
        ArrayView<int> steps, ArrayView<double> rates, ArrayView<double> peaks, double peak, int isEach, int warmUpSteps, int warmUpStart, long cosineSteps, double floor, long decaySteps, double decay, int replicas)
    {
        int r = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (r >= replicas) return;
        long step = steps[r];
        double rate = isEach != 0 ? peaks[r] : peak;
        if (step < warmUpSteps) rate *= (double)(step + warmUpStart) / warmUpSteps;
        if (cosineSteps > 0) rate *= floor + ((1 - floor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(step, cosineSteps) / cosineSteps)));
        if (decaySteps > 0) rate *= Math.Pow(decay, step / decaySteps);
        rates[r] = rate;
        steps[r] = (int)step + 1;
    }
}
