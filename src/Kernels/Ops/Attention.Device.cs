namespace Handmade.Kernels.Ops;

public static partial class Attention
{
    private abstract partial class HeadLaunch<T>
    {
        /// <summary>64 bytes of queries: a processor's lanes.</summary>
        protected static unsafe int Width => 64 / sizeof(T);
    }

    private sealed unsafe partial class ForwardLaunch<T, TM, TS>
    {
        public override void Enqueue(KernelQueue queue)
        {
            if (Grid == 0) return;
            HeadWalk walk = HeadWalk.Of(Name, Leading, q, k, v, pattern, z, q, q, q);
            int blocks = (N + Width - 1) / Width;
            AttentionPanels.Forward<T, TS>(queue, (checked(Grid * blocks), 1), z, pattern, q, k, v, walk, N, D, blocks, (int)mask, TS.Of(scale), Width);
        }
    }

    private sealed unsafe partial class BackwardLaunch<T, TM, TS>
    {
        public override void Enqueue(KernelQueue queue)
        {
            if (Grid == 0) return;
            HeadWalk walk = HeadWalk.Of(Name, Leading, q, k, v, pattern, dz, dq, dk, dv);
            AttentionPanels.Backward<T, TS>(queue, (Grid, 1), dq, dk, dv, q, k, v, pattern, dz, walk, N, D, TS.Of(scale), Width);
        }
    }
}
