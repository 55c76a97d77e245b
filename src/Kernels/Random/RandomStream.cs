namespace Handmade.Kernels;

/// <summary>
/// Random numbers drawn on the device, one independent stream per replica. A replica's numbers follow from its own seed, the stream's
/// number and its position alone: not from its place among the replicas, the number of threads, or how the work was split.
/// </summary>
/// <remarks>
/// Each draw ends with a launch that moves the position on, so a captured step draws fresh numbers on every replay, with the bits that the
/// eager step would have drawn. <see cref="State"/> is all there is: save it and write it back to go on where the stream stood.
/// Draws have shape [R, …] and begin at a whole Philox block of four words.
/// </remarks>
public sealed class RandomStream
{
    private readonly Device device;

    /// <summary>Streams at their beginnings, a replica for each seed.</summary>
    /// <param name="device">Where to draw.</param>
    /// <param name="seeds">One per replica.</param>
    /// <param name="stream">What the numbers are for, so that two uses of one seed never meet.</param>
    public RandomStream(Device device, ReadOnlySpan<ulong> seeds, ulong stream = 0)
    {
        if (seeds.IsEmpty) throw new HandmadeException("random stream: no seeds; it needs one per replica");
        var state = new int[seeds.Length * RandomState.Size];
        for (int r = 0; r < seeds.Length; r++) RandomState.Begin(state.AsSpan(r * RandomState.Size, RandomState.Size), seeds[r], stream);
        this.device = device;
        State = device.From<int>(state, [seeds.Length, RandomState.Size]);
    }

    /// <summary>I32 [R, 6]: seed, stream number and position of each replica. Part of a checkpoint.</summary>
    public TensorView State { get; }

    /// <summary>How many replicas.</summary>
    public int Replicas => State.Shape[0];

    /// <summary>Numbers uniform in [<paramref name="low"/>, <paramref name="high"/>): f32 from 24 random bits, f64 from 53.</summary>
    public TensorView Uniform(Shape shape, double low = 0, double high = 1, DType dtype = DType.F32)
    {
        if (dtype == DType.F32 ? !((float)low < (float)high) || !float.IsFinite((float)(high - low)) : !(low < high) || !double.IsFinite(high - low))
            throw new HandmadeException($"uniform: from {low} to {high} in {dtype.Text()}; the range must be finite and not empty");
        TensorView y = Floats("uniform", shape, dtype);
        RandomLaunch draw = dtype == DType.F32 ? new UniformF32(State, y, low, high) : new UniformF64(State, y, low, high);
        Draw(draw, draw.Blocks);
        return y;
    }

    /// <summary>
    /// Normal numbers (Box and Muller). Their tails end 6.7 standard deviations from the mean in f32 (32 random bits each), 8.6 in f64 (53).
    /// </summary>
    public TensorView Normal(Shape shape, double mean = 0, double sd = 1, DType dtype = DType.F32)
    {
        if (!(sd >= 0) || !double.IsFinite(mean + sd)) throw new HandmadeException($"normal: mean {mean}, sd {sd}; both must be finite and sd at least 0");
        TensorView y = Floats("normal", shape, dtype);
        RandomLaunch draw = dtype == DType.F32 ? new NormalF32(State, y, mean, sd) : new NormalF64(State, y, mean, sd);
        Draw(draw, draw.Blocks);
        return y;
    }

    /// <summary>
    /// I32 in 0…<paramref name="high"/>−1: the upper half of word · high. Some values are then likelier than others by high/2³² of their
    /// probability at most: 3e-5 for high = 120,000.
    /// </summary>
    public TensorView Integers(Shape shape, int high)
    {
        if (high < 1) throw new HandmadeException($"integers: below {high}; the bound must be at least 1");
        TensorView y = Output("integers", shape, DType.I32);
        var draw = new IntegersLaunch(State, y, high);
        Draw(draw, draw.Blocks);
        return y;
    }

    /// <summary>I32 [R, <paramref name="n"/>]: 0…n−1 in an order of its own for each replica (Fisher and Yates).</summary>
    public TensorView Permutation(int n)
    {
        TensorView y = Output("permutation", [Replicas, n], DType.I32);
        var draw = new PermutationLaunch(State, y);
        Draw(draw, draw.Blocks);
        return y;
    }

    private TensorView Output(string draw, Shape shape, DType dtype)
    {
        if (shape.Rank == 0 || shape[0] != Replicas) throw new HandmadeException($"{draw}: shape {shape} from a stream of {Replicas} replicas; the first extent must be {Replicas}");
        return device.Empty(shape, dtype);
    }

    private TensorView Floats(string draw, Shape shape, DType dtype) => dtype.IsFloat()
        ? Output(draw, shape, dtype)
        : throw new HandmadeException($"{draw}: {dtype.Text()} {shape}; it draws f32 or f64");

    /// <summary>Submits a launch that takes so many blocks of each replica from the position on, and moves the position.</summary>
    internal void Draw(Launch launch, long blocks)
    {
        device.Submit(launch);
        device.Submit(new AdvanceLaunch(State, blocks));
    }
}
