using System.Numerics;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// A kernel from the rows [rows, d] of one or two dense tensors to rows of the same length. It gets as many rows at a time
/// as a vector has lanes, so that what is needed once per row (a division, a logarithm) is done for all of them together.
/// </summary>
internal abstract unsafe class RowsLaunch<T>(string name, TensorView x, TensorView? second, TensorView y, T filler, int workPerElement)
    : Launch(name, second is null ? [x] : [x, second], [y])
    where T : unmanaged, INumber<T>
{
    private readonly int d = x.Shape[^1], rows = x.Shape[^1] == 0 ? 0 : (int)(x.Count / x.Shape[^1]);

    /// <summary>Elements of a row in whole vectors: the distance of rows in <see cref="Rows"/>.</summary>
    protected int Length { get; } = PaddedRows.Length<T>(x.Shape[^1]);

    public override int Grid => (rows + Lanes<T>.Count - 1) / Lanes<T>.Count;

    public override long Work => (long)rows * d * workPerElement;

    public override void Run(int begin, int end)
    {
        nint chunk = Lanes<T>.Count * (nint)Length;
        T* pads = Scratch.Take<T>(3 * chunk);
        T* first = x.Pointer<T>(), other = second is null ? null : second.Pointer<T>(), target = y.Pointer<T>();
        for (int unit = begin; unit < end; unit++)
        {
            nint at = unit * (nint)Lanes<T>.Count * d;
            int count = Math.Min(Lanes<T>.Count, rows - (unit * Lanes<T>.Count));
            T* a = PaddedRows.Read(first + at, count, d, pads, filler);
            T* b = other == null ? null : PaddedRows.Read(other + at, count, d, pads + chunk);
            T* to = PaddedRows.Target(target + at, d, pads + (2 * chunk));
            Rows(a, b, count, to);
            PaddedRows.Write(to, target + at, count, d);
        }
    }

    /// <summary>
    /// Works on <paramref name="count"/> rows that lie <see cref="Length"/> apart: padded with the filler in
    /// <paramref name="x"/> and with zeros in <paramref name="second"/>.
    /// </summary>
    protected abstract void Rows(T* x, T* second, int count, T* y);
}
