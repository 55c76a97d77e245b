using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Analysis;

/// <summary>The frames that heads are scored on, on the device of the attention: B frames of N particles.</summary>
/// <param name="Contacts">Bool <c>[B, N, N]</c>: the pair overlaps at any moment of the frame.</param>
/// <param name="Distances">f32 <c>[B, N, N]</c>: between centres at the frame's start, in the simulator's units.</param>
/// <param name="Impact">f32 <c>[B, N]</c>: |Δv − gΔt| over the frame.</param>
/// <param name="Heights">f32 <c>[B, N]</c>: y at the frame's start, in box heights.</param>
public sealed record ScoredFrames(TensorView Contacts, TensorView Distances, TensorView Impact, TensorView Heights)
{
    /// <summary>Frames from what a simulator recorded in the unit box: states f32 <c>[B, N, 4]</c> are x, y, vx, vy at the frame's start. Where the box repeats, distances are those of the nearest images.</summary>
    public static ScoredFrames Of(TensorView contacts, TensorView states, TensorView impact, bool repeatsX = false, bool repeatsY = false)
    {
        using Scope scope = states.Device.Scope();
        using IDisposable noGrad = Tape.NoGrad();
        Tensor x = new(states.Slice(2, 0, 1)), y = new(states.Slice(2, 1, 1));
        Tensor dx = Apart(x - x.Transpose(1, 2), repeatsX), dy = Apart(y - y.Transpose(1, 2), repeatsY);
        return new ScoredFrames(contacts, scope.Keep(((dx * dx) + (dy * dy)).Sqrt().View), impact, scope.Keep(Copy.Clone(states.Slice(2, 1, 1)).Reshape([states.Shape[0], states.Shape[1]])));
    }

    private static Tensor Apart(Tensor d, bool repeats) => repeats ? Tensor.Minimum(d.Abs(), 1 - d.Abs()) : d;

    /// <summary>Frames <paramref name="start"/>…<paramref name="start"/>+<paramref name="count"/>−1.</summary>
    public ScoredFrames Slice(int start, int count) =>
        new(Contacts.Slice(0, start, count), Distances.Slice(0, start, count), Impact.Slice(0, start, count), Heights.Slice(0, start, count));
}
