using System.Numerics;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// A kernel from the rows [rows, d] of one or two dense tensors to rows of the same length (or, without <c>y</c>, to something
/// else). It gets as many rows at a time as a vector has lanes, so that what is needed once per row (a division, a
/// logarithm) is done for all of them together.
/// </summary>
internal abstract unsafe class RowsLaunch<T>(
    string name, TensorView[] inputs, TensorView[] outputs, TensorView x, TensorView? second, TensorView? y, T filler, int workPerElement)
    : Launch(name, inputs, outputs)
    where T : unmanaged, INumber<T>
{
    /// <summary>A kernel that reads and writes nothing but the rows.</summary>
    protected RowsLaunch(string name, TensorView x, TensorView? second, TensorView y, T filler, int workPerElement)
        : this(name, second is null ? [x] : [x, second], [y], x, second, y, filler, workPerElement) { }

    /// <summary>Elements of a row.</summary>
    protected int RowLength { get; } = x.Shape[^1];

    /// <summary>How many rows; none where they have no elements.</summary>
    protected int RowCount { get; } = x.Shape[^1] == 0 ? 0 : (int)(x.Count / x.Shape[^1]);

    /// <summary>Elements of a row in whole vectors: the distance of rows in <see cref="Rows"/>.</summary>
    protected int Length { get; } = PaddedRows.Length<T>(x.Shape[^1]);

    public override int Grid => (RowCount + Lanes<T>.Count - 1) / Lanes<T>.Count;

    public override long Work => (long)RowCount * RowLength * workPerElement;

    public override void Run(int begin, int end)
    {
        int d = RowLength;
        nint chunk = Lanes<T>.Count * (nint)Length;
        T* pads = Scratch.Take<T>(3 * chunk);
        T* first = x.Pointer<T>(), other = second is null ? null : second.Pointer<T>(), target = y is null ? null : y.Pointer<T>();
        for (int unit = begin; unit < end; unit++)
        {
            nint at = unit * (nint)Lanes<T>.Count * d;
            int count = Math.Min(Lanes<T>.Count, RowCount - (unit * Lanes<T>.Count));
            T* a = PaddedRows.Read(first + at, count, d, pads, filler);
            T* b = other == null ? null : PaddedRows.Read(other + at, count, d, pads + chunk);
            T* to = target == null ? pads + (2 * chunk) : PaddedRows.Target(target + at, d, pads + (2 * chunk));
            Rows(unit * Lanes<T>.Count, count, a, b, to);
            if (target != null) PaddedRows.Write(to, target + at, count, d);
        }
    }

    /// <summary>Who walks along which row on a device.</summary>
    protected RowThreads Threads(KernelQueue queue) => RowThreads.For(queue.Device, RowLength);

    /// <summary>
    /// Works on <paramref name="count"/> rows from number <paramref name="first"/> on. They lie <see cref="Length"/> apart, padded
    /// with the filler in <paramref name="x"/> and with zeros in <paramref name="second"/>; without y, <paramref name="y"/> is memory to work in.
    /// </summary>
    protected abstract void Rows(int first, int count, T* x, T* second, T* y);
}
