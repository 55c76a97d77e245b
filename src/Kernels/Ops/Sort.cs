using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Sorting along an axis, stable, f32, f64 and i32: equal elements (−0 and +0 are equal) keep their order; NaN is above
/// everything, so it comes last when ascending and first when descending, as in PyTorch. n log n comparisons a row.
/// </summary>
/// <remarks>
/// Each element becomes one integer, its order in the upper half and its place in the lower, so that a plain sort of
/// integers is stable and carries the indices along.
/// </remarks>
public static class Sort
{
    /// <summary>The sorted elements and, I32, where each stood along the axis.</summary>
    public static (TensorView Values, TensorView Indices) Along(TensorView x, int axis, bool descending = false)
    {
        if (x.DType == DType.Bool) throw new HandmadeException($"sort: takes f32, f64 or i32, not bool {x.Shape}; cast it");
        x = Copy.Contiguous(x.Transpose(x.Shape.Axis(axis, "sort"), -1));
        TensorView values = x.Device.Empty(x.Shape, x.DType), indices = x.Device.Empty(x.Shape, DType.I32);
        x.Device.Submit(x.DType switch
        {
            DType.F32 => new SortLaunch<float, ulong, OrderOfFloats>(x, descending, values, indices),
            DType.F64 => new SortLaunch<double, UInt128, OrderOfDoubles>(x, descending, values, indices),
            _ => new SortLaunch<int, ulong, OrderOfInts>(x, descending, values, indices),
        });
        return (values.Transpose(axis, -1), indices.Transpose(axis, -1));
    }

    private sealed unsafe class SortLaunch<T, TKey, TOrder>(TensorView x, bool descending, TensorView values, TensorView indices) : Launch("sort", [x], [values, indices])
        where T : unmanaged
        where TKey : unmanaged
        where TOrder : struct, ISortOrder<T>
    {
        private readonly int n = x.Shape[^1];

        public override int Grid => n == 0 ? 0 : (int)(x.Count / n);

        public override long Work => x.Count * 5 * (1 + int.Log2(Math.Max(1, n)));

        public override void Enqueue(KernelQueue queue)
        {
            if (x.Count == 0) return;
            int group = SortKernels.TileOf(queue.Device, n), tiles = (n + group - 1) / group;
            TensorView keys = queue.Scratch(x.Shape, DType.F64), places = queue.Scratch(x.Shape, DType.I32);
            SortKernels.Tiles<T, TOrder>(queue, (checked(Grid * tiles), group), keys, places, x, tiles, n, descending ? 1 : 0);
            KernelConfig each = KernelConfig.ForElements(x.Count);
            if (group < n)
            {
                // A power of two that divides every pair of runs. Work items of a GPU are many, those of a processor's few cores write more each.
                int stretch = queue.Device.IsProcessor ? 128 : 8, rowStretches = (n + stretch - 1) / stretch, stretches = checked(Grid * rowStretches);
                TensorView nextKeys = queue.Scratch(x.Shape, DType.F64), nextPlaces = queue.Scratch(x.Shape, DType.I32);
                for (long run = group; run < n; run *= 2)
                {
                    SortKernels.Merge(queue, KernelConfig.ForElements(stretches, 16), nextKeys, nextPlaces, keys, places, stretches, rowStretches, n, run, stretch);
                    (keys, nextKeys, places, nextPlaces) = (nextKeys, keys, nextPlaces, places);
                }
            }
            SortKernels.Write<T>(queue, each, values, indices, x, places, x.Count, n);
        }

        public override void Run(int begin, int end)
        {
            var keys = new Span<TKey>(Scratch.Take<TKey>(n), n);
            for (int row = begin; row < end; row++)
            {
                nint at = (nint)row * n;
                T* from = x.Pointer<T>() + at, to = values.Pointer<T>() + at;
                int* places = indices.Pointer<int>() + at;
                for (int i = 0; i < n; i++) keys[i] = Key(from[i], (uint)i);
                keys.Sort();
                for (int i = 0; i < n; i++)
                {
                    int place = Place(keys[i]);
                    places[i] = place;
                    to[i] = from[place];
                }
            }
        }

        private TKey Key(T value, uint place)
        {
            ulong order = TOrder.Of(value);
            if (descending) order = ~order;
            return typeof(TKey) == typeof(UInt128)
                ? Unsafe.BitCast<UInt128, TKey>(new UInt128(order, place))
                : Unsafe.BitCast<ulong, TKey>((order << 32) | place);
        }

        private static int Place(TKey key) => typeof(TKey) == typeof(UInt128) ? (int)(ulong)Unsafe.BitCast<TKey, UInt128>(key) : (int)Unsafe.BitCast<TKey, ulong>(key);
    }
}
