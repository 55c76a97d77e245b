using Handmade.Autograd;

namespace Handmade.Experiments.Collisions;

/// <summary>Mean squared errors, in standardised units, by what happens to a particle within the frame.</summary>
/// <param name="Touching">Of particles that touch another one.</param>
/// <param name="Colliding">Of all particles of frames in which any two touch.</param>
/// <param name="Falling">Of particles that touch neither another one nor a wall.</param>
internal readonly record struct RowErrors(double Touching, double Colliding, double Falling)
{
    /// <summary>How many numbers there are.</summary>
    public const int Count = 3;

    /// <summary>The numbers in the order of declaration.</summary>
    public double[] ToArray() => [Touching, Colliding, Falling];

    /// <summary>The errors of such numbers.</summary>
    public static RowErrors FromArray(ReadOnlySpan<double> numbers) => new(numbers[0], numbers[1], numbers[2]);
}

/// <summary>Adds up the errors of predictions that come in portions, on the host in double: a few numbers for each particle.</summary>
internal sealed class RowTally
{
    // |Δv − gΔt| of free fall is rounding of velocities near 1; the faintest touch that changes a prediction is far above.
    private const float Untouched = 1e-5f;

    private readonly byte[] kinds;
    private readonly int particles;
    private readonly double[] sums = new double[RowErrors.Count];
    private readonly long[] counts = new long[RowErrors.Count];

    /// <summary>A tally over these frames.</summary>
    public RowTally(TestFrames frames)
    {
        particles = frames.Past.Shape[2];
        float[] impact = frames.Scored.Impact.ToArray<float>();
        kinds = new byte[impact.Length];
        int pairs = particles * particles;
        for (int row = 0; row < kinds.Length; row++)
        {
            bool touches = frames.Contacts.AsSpan(row * particles, particles).Contains((byte)1);
            bool collides = frames.Contacts.AsSpan(row / particles * pairs, pairs).Contains((byte)1);
            kinds[row] = (byte)((touches ? 1 : 0) | (collides ? 2 : 0) | (!touches && impact[row] <= Untouched ? 4 : 0));
        }
    }

    /// <summary>Adds predictions and targets <c>[1, frames, N, 2]</c> of the frames from <paramref name="start"/> on.</summary>
    public void Add(Tensor prediction, Tensor target, int start)
    {
        float[] predicted = prediction.ToArray<float>(), right = target.ToArray<float>();
        for (int row = 0; row < predicted.Length / 2; row++)
        {
            double x = (double)predicted[2 * row] - right[2 * row], y = (double)predicted[(2 * row) + 1] - right[(2 * row) + 1];
            for (int kind = 0; kind < RowErrors.Count; kind++)
            {
                if ((kinds[(start * particles) + row] & (1 << kind)) == 0) continue;
                sums[kind] += 0.5 * ((x * x) + (y * y));
                counts[kind]++;
            }
        }
    }

    /// <summary>The means; NaN for a kind that no particle was of.</summary>
    public RowErrors Errors => RowErrors.FromArray([.. sums.Zip(counts, (sum, count) => sum / count)]);
}
