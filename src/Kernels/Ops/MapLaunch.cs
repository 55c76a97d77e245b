using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// An elementwise kernel on the host: one functor over SIMD lanes, up to three operands broadcast to the output's shape.
/// Bound by memory for arithmetic functors, by arithmetic for transcendental ones.
/// </summary>
/// <remarks>
/// An operand that is a constant is a value instead of a tensor: a slope, a clamp's limit. The functor of every arity is
/// called with three operands; the JIT drops those that it does not read.
/// </remarks>
internal sealed unsafe class MapLaunch<T, TOp> : Launch
    where T : unmanaged
    where TOp : struct, ITernary<Lanes<T>>
{
    // Work is cut here when the whole tensor is one row.
    private const int Block = 1024;
    private readonly TensorView output;
    private readonly TensorView?[] operands = new TensorView?[3];
    private readonly Lanes<T>[] constants = new Lanes<T>[3];
    private readonly int[] loopOperand = new int[3];
    private readonly Loops loops;

    public MapLaunch(string name, TensorView output, ReadOnlySpan<Operand> inputs)
        : base(name, [.. inputs.ToArray().Where(o => o.Tensor is not null).Select(o => o.Tensor!)], [output])
    {
        this.output = output;
        var walked = new List<TensorView> { output };
        for (int k = 0; k < inputs.Length; k++)
        {
            operands[k] = inputs[k].Tensor;
            constants[k] = Lanes<T>.Broadcast(Constant(inputs[k].Value));
            loopOperand[k] = walked.Count;
            if (operands[k] is { } tensor) walked.Add(tensor);
        }
        loops = new Loops(output.Shape, walked.ToArray());
    }

    public override int Grid => loops.Rows == 1 ? (loops.Inner + Block - 1) / Block : loops.Rows;

    public override void Run(int begin, int end)
    {
        if (loops.Rows == 1) Row(0, begin * Block, Math.Min(end * Block, loops.Inner));
        else for (int row = begin; row < end; row++) Row(row, 0, loops.Inner);
    }

    private void Row(int row, int from, int to)
    {
        T* y = output.Pointer<T>() + loops.Offset(0, row);
        nint sa = Bind(0, row, out T* a), sb = Bind(1, row, out T* b), sc = Bind(2, row, out T* c);
        Lanes<T> ka = First(a, 0), kb = First(b, 1), kc = First(c, 2);
        int i = from;
        for (; i <= to - Lanes<T>.Count; i += Lanes<T>.Count)
            TOp.Apply(Fetch(a, sa, i, ka), Fetch(b, sb, i, kb), Fetch(c, sc, i, kc)).Store(y + i);
        if (i < to)
        {
            int tail = to - i;
            TOp.Apply(Tail(a, sa, i, tail, ka), Tail(b, sb, i, tail, kb), Tail(c, sc, i, tail, kc)).StorePartial(y + i, tail);
        }
    }

    private nint Bind(int k, int row, out T* pointer)
    {
        pointer = null;
        if (operands[k] is not { } tensor) return 0;
        pointer = tensor.Pointer<T>() + loops.Offset(loopOperand[k], row);
        return loops.InnerStrides[loopOperand[k]];
    }

    private Lanes<T> First(T* p, int k) => p == null ? constants[k] : Lanes<T>.Broadcast(*p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Fetch(T* p, nint stride, nint i, Lanes<T> repeated) =>
        stride == 1 ? Lanes<T>.Load(p + i) : stride == 0 ? repeated : Gather(p + (i * stride), stride, Lanes<T>.Count);

    private static Lanes<T> Tail(T* p, nint stride, nint i, int count, Lanes<T> repeated) =>
        stride == 1 ? Lanes<T>.LoadPartial(p + i, count) : stride == 0 ? repeated : Gather(p + (i * stride), stride, count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Lanes<T> Gather(T* p, nint stride, int count)
    {
        T* packed = stackalloc T[Lanes<T>.Count];
        for (int j = 0; j < count; j++) packed[j] = p[j * stride];
        return Lanes<T>.Load(packed);
    }

    private static T Constant(double value) => typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)value)
        : typeof(T) == typeof(double) ? Unsafe.BitCast<double, T>(value)
        : throw new NotSupportedException(typeof(T).Name);
}

/// <summary>What an elementwise kernel reads: a tensor or one constant.</summary>
public readonly struct Operand
{
    private Operand(TensorView? tensor, double value)
    {
        Tensor = tensor;
        Value = value;
    }

    internal TensorView? Tensor { get; }

    internal double Value { get; }

    /// <summary>A tensor, broadcast as needed.</summary>
    public static implicit operator Operand(TensorView tensor) => new(tensor, 0);

    /// <summary>The same value everywhere.</summary>
    public static implicit operator Operand(double value) => new(null, value);
}
