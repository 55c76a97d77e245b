namespace Handmade.Kernels.Ops;

public static partial class Attention
{
    private abstract partial class HeadLaunch<T>
    {
        /// <summary>64 bytes of queries: a processor's lanes.</summary>
        protected static unsafe int Lanes => 64 / sizeof(T);

        /// <summary>The most features that a GPU's thread keeps in registers: the largest divisor of d_head that leaves enough of them.</summary>
        protected unsafe int Wide
        {
            get
            {
                int wide = Math.Clamp(D, 1, 256 / sizeof(T));
                while (D % wide != 0) wide--;
                return wide;
            }
        }

        /// <summary>True where the kernels of processors run; they need no feature to be there, as those of GPUs do.</summary>
        protected bool IsForProcessor(KernelQueue queue) => queue.Device.IsProcessor || D == 0;

        /// <summary>Queries of a GPU's group: whole warps, no more than there are queries.</summary>
        protected int Threads => Math.Min((N + 31) / 32 * 32, AttentionKernels.MostQueries);
    }

    private sealed unsafe partial class ForwardLaunch<T, TM, TS>
    {
        public override void Enqueue(KernelQueue queue)
        {
            if (Grid == 0) return;
            HeadWalk walk = HeadWalk.Of(Name, Leading, q, k, v, pattern, z, q, q, q);
            int block = IsForProcessor(queue) ? Lanes : Threads, blocks = (N + block - 1) / block, groups = checked(Grid * blocks);
            if (IsForProcessor(queue)) AttentionPanels.Forward<T, TS>(queue, (groups, 1), z, pattern, q, k, v, walk, N, D, blocks, (int)mask, TS.Of(scale), Lanes);
            else AttentionKernels.Forward<T, TS>(queue, (groups, block), z, pattern, q, k, v, walk, N, D, blocks, (int)mask, TS.Of(scale), Wide);
        }
    }

    private sealed unsafe partial class BackwardLaunch<T, TM, TS>
    {
        public override void Enqueue(KernelQueue queue)
        {
            if (Grid == 0) return;
            HeadWalk walk = HeadWalk.Of(Name, Leading, q, k, v, pattern, dz, dq, dk, dv);
            if (IsForProcessor(queue))
            {
                AttentionPanels.Backward<T, TS>(queue, (Grid, 1), dq, dk, dv, q, k, v, pattern, dz, walk, N, D, TS.Of(scale), Lanes);
                return;
            }
            int blocks = (N + Threads - 1) / Threads;
            TensorView slopes = queue.Scratch(pattern.Shape, pattern.DType);
            AttentionKernels.Slopes<T, TS>(queue, (checked(Grid * blocks), Threads), slopes, dq, k, v, pattern, dz, walk, N, D, blocks, TS.Of(scale), Wide);
            DeviceGemm.Enqueue<T, TS, Gemm.Keep<T>>(queue, Name, slopes, q, dk, null, null, null);
            DeviceGemm.Enqueue<T, TS, Gemm.Keep<T>>(queue, Name, pattern.Transpose(-1, -2), dz, dv, null, null, null);
        }
    }
}
