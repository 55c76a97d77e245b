using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// An elementwise kernel: one functor, up to three operands broadcast to the output's shape; here on the host, over SIMD lanes.
/// Bound by memory for arithmetic functors, by arithmetic for transcendental ones.
/// </summary>
/// <remarks>
/// An operand that is a constant is a value instead of a tensor: a slope, a clamp's limit. Bool operands are read as
/// lanes of 0 and 1. The functor of every arity is called with three operands; the JIT drops those that it does not read.
/// The loop over a row is compiled once per combination of dense and repeated operands, so it has no branch in it.
/// </remarks>
internal sealed unsafe partial class MapLaunch<T, TOp, TStore> : Launch
    where T : unmanaged, INumberBase<T>
    where TOp : struct, ITernary<Lanes<T>>
    where TStore : struct, IStore<T>
{
    private readonly TensorView output;
    private readonly TensorView?[] operands = new TensorView?[3];
    private readonly T[] constants = new T[3];
    private readonly Operand[] given;
    private readonly int work;
    private readonly Loops loops;
    private readonly delegate*<byte*, Source, Source, Source, nint, nint, void> row;

    /// <param name="name">The kernel.</param>
    /// <param name="output">What is written: dense, of the operands' broadcast shape.</param>
    /// <param name="inputs">Up to three operands.</param>
    /// <param name="tensors">Those of them that are tensors.</param>
    /// <param name="work">Operations per element, to judge whether a second thread is worth waking.</param>
    public MapLaunch(string name, TensorView output, ReadOnlySpan<Operand> inputs, TensorView[] tensors, int work) : base(name, tensors, [output])
    {
        this.output = output;
        this.work = work;
        given = inputs.ToArray();
        for (int k = 0; k < inputs.Length; k++)
        {
            operands[k] = inputs[k].Tensor;
            if (operands[k] is null) constants[k] = Constant(name, inputs[k].Value);
        }
        loops = new Loops(output.Shape, [output, .. tensors]);
        row = Choose();
    }

    public override int Grid => loops.Pieces;

    public override long Work => output.Count * work;

    public override Launch? For(ReplicaBlock block)
    {
        if (!block.Cuts(output)) return null;
        Operand[] parts = [.. given.Select(operand => operand.Tensor is { } tensor ? block.Of(tensor, output.Shape) : operand)];
        return new MapLaunch<T, TOp, TStore>(Name, block.Of(output), parts, [.. parts.Select(part => part.Tensor).OfType<TensorView>()], work);
    }

    public override void Run(int begin, int end)
    {
        (int firstRow, int lastRow, int from, int to) = loops.Part(begin, end);
        T* values = stackalloc T[3] { constants[0], constants[1], constants[2] };
        int ka = Slot(0), kb = Slot(1), kc = Slot(2);
        Source y = Whole(output, 1), a = Operand(0, ka, values), b = Operand(1, kb, values), c = Operand(2, kc, values);
        Span<nint> walk = stackalloc nint[loops.WalkLength];
        loops.Seek(walk, firstRow);
        for (int i = firstRow; i < lastRow; i++, loops.Next(walk))
            row(y.At<T>(walk[0]).Pointer, At(a, ka, walk), At(b, kb, walk), At(c, kc, walk), from, to);
    }

    // The place of an operand among the walked tensors; 0, the output's, means a constant.
    private int Slot(int k)
    {
        int slot = 0;
        for (int i = 0; i <= k; i++)
            if (operands[i] is not null) slot++;
        return operands[k] is null ? 0 : slot;
    }

    private Source Operand(int k, int slot, T* values) =>
        operands[k] is { } tensor ? Whole(tensor, loops.InnerStrides[slot]) : new Source((byte*)(values + k), 0, false);

    private static Source Whole(TensorView tensor, nint stride) => tensor.DType == DType.Bool
        ? new Source(tensor.Pointer<byte>(), stride, true)
        : new Source((byte*)tensor.Pointer<T>(), stride, false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Source At(Source first, int slot, Span<nint> walk) => slot == 0 ? first : first.At<T>(walk[slot]);

    private delegate*<byte*, Source, Source, Source, nint, nint, void> Choose()
    {
        bool isRepeatedB = IsRepeated(1), isRepeatedC = IsRepeated(2);
        if (!(isRepeatedB || IsDense(1)) || !(isRepeatedC || IsDense(2))) return &Row<Gathered<T>, Gathered<T>, Gathered<T>>;
        if (IsDense(0)) return Choose<Dense<T>>(isRepeatedB, isRepeatedC);
        if (IsRepeated(0)) return Choose<Repeated<T>>(isRepeatedB, isRepeatedC);
        if (operands[0]!.DType == DType.Bool && loops.InnerStrides[1] == 1) return Choose<DenseMask<T>>(isRepeatedB, isRepeatedC);
        return &Row<Gathered<T>, Gathered<T>, Gathered<T>>;
    }

    private static delegate*<byte*, Source, Source, Source, nint, nint, void> Choose<TA>(bool isRepeatedB, bool isRepeatedC) where TA : struct, IFetch<T> =>
        (isRepeatedB, isRepeatedC) switch
        {
            (false, false) => &Row<TA, Dense<T>, Dense<T>>,
            (false, true) => &Row<TA, Dense<T>, Repeated<T>>,
            (true, false) => &Row<TA, Repeated<T>, Dense<T>>,
            (true, true) => &Row<TA, Repeated<T>, Repeated<T>>,
        };

    private bool IsDense(int k) => operands[k] is { } tensor && tensor.DType != DType.Bool && loops.InnerStrides[Slot(k)] == 1;

    private bool IsRepeated(int k) => operands[k] is not { } tensor || (tensor.DType != DType.Bool && loops.InnerStrides[Slot(k)] == 0);

    private static void Row<TA, TB, TC>(byte* y, Source a, Source b, Source c, nint from, nint to)
        where TA : struct, IFetch<T>
        where TB : struct, IFetch<T>
        where TC : struct, IFetch<T>
    {
        Lanes<T> pa = TA.Prepare(a), pb = TB.Prepare(b), pc = TC.Prepare(c);
        nint last = to - Lanes<T>.Count;
        if (last < from)
        {
            int count = (int)(to - from);
            TStore.StorePartial(y, from, count, TOp.Apply(TA.LoadPartial(a, from, count, pa), TB.LoadPartial(b, from, count, pb), TC.LoadPartial(c, from, count, pc)));
            return;
        }
        // The last vector reaches back over elements that are done: they get the same bits once more, at no cost of a tail.
        for (nint i = from; ; i = Math.Min(i + Lanes<T>.Count, last))
        {
            TStore.Store(y, i, TOp.Apply(TA.Load(a, i, pa), TB.Load(b, i, pb), TC.Load(c, i, pc)));
            if (i == last) return;
        }
    }

    private static T Constant(string name, double value)
    {
        if (typeof(T) == typeof(float)) return Unsafe.BitCast<float, T>((float)value);
        if (typeof(T) == typeof(double)) return Unsafe.BitCast<double, T>(value);
        if (value != Math.Floor(value) || Math.Abs(value) > int.MaxValue) throw new HandmadeException($"{name}: {value} is no i32; cast the tensor to f32 or f64 first");
        return Unsafe.BitCast<int, T>((int)value);
    }
}
