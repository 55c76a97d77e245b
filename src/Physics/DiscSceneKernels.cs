using System.Numerics;
using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>The disc simulator for devices whose threads are cores: one thread a scene. It has the bits of <see cref="DiscKernels"/>.</summary>
internal static partial class DiscSceneKernels
{
    /// <summary>The most discs of a scene: their state and their pairs stay in a core's first cache.</summary>
    public const int MostParticles = 64;

    /// <summary>Advances every scene by one frame interval and records who touched meanwhile.</summary>
    // Bound: instructions of one core. The loops over discs have no branch, so that a compiler for vectors takes several discs at once; the list of
    // near pairs is walked one by one. A pair is listed until some disc has moved by half the skin.
    [Kernel(GroupSize = 4)]
    public static void Advance<T, TM, TStore>(
        ArrayView<float> states, ArrayView<uint> contacts, ArrayView<byte> wallContacts, ArrayView<T> end, ArrayView<T> start, ArrayView<T> radii,
        DiscConstants<T> scene, int scenes, int particles, int frame, int frames, int substeps, int maskWords, [Spec] SpecInt most,
        [Spec] SpecInt sides, [Spec] SpecInt sizes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>,
            IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
        where TStore : struct, ICvt<float, T>
    {
        int number = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (number >= scenes) return;
        ArrayView<T> xs = LocalMemory.Allocate<T>(most), ys = LocalMemory.Allocate<T>(most), vxs = LocalMemory.Allocate<T>(most), vys = LocalMemory.Allocate<T>(most);
        ArrayView<T> newVxs = LocalMemory.Allocate<T>(most), newVys = LocalMemory.Allocate<T>(most), x0s = LocalMemory.Allocate<T>(most), y0s = LocalMemory.Allocate<T>(most);
        ArrayView<T> rs = LocalMemory.Allocate<T>(most);
        ArrayView<int> walls = LocalMemory.Allocate<int>(most), pairs = LocalMemory.Allocate<int>(most * most / 2);
        ArrayView<ulong> touched = LocalMemory.Allocate<ulong>(most);
        T zero = TM.Of(0);

        long place = 4 * (long)number * particles, seen = 4 * (((long)number * (frames + 1)) + frame) * particles;
        for (int i = 0; i < particles; i++)
        {
            long at = place + (4 * i);
            xs[i] = start[at];
            ys[i] = start[at + 1];
            vxs[i] = start[at + 2] + zero;
            vys[i] = start[at + 3] + zero;
            touched[i] = 0;
            walls[i] = 0;
            if (sizes != DiscKernels.EqualDiscs) rs[i] = radii[((long)number * particles) + i];
            if (frame == 0) Record<T, TM, TStore>(states, seen + (4 * i), xs[i], ys[i], vxs[i], vys[i], sides);
        }

        int near = 0, stale = 1;
        for (int step = 0; step < substeps; step++)
        {
            if (stale != 0)
            {
                near = List<T, TM>(pairs, xs, ys, particles, scene.Range2, sides);
                for (int i = 0; i < particles; i++)
                {
                    x0s[i] = xs[i];
                    y0s[i] = ys[i];
                }
            }

            for (int i = 0; i < particles; i++)
            {
                T low = scene.Low, high = scene.High;
                if (sizes != DiscKernels.EqualDiscs)
                {
                    low = rs[i];
                    high = TM.Of(1) - low;
                }
                T depthX = sides == 0 ? DiscKernels.Depth<T, TM>(low, high, xs[i]) : zero, depthY = sides != 2 ? DiscKernels.Depth<T, TM>(low, high, ys[i]) : zero;
                walls[i] |= (depthX != zero ? 1 : 0) | (depthY != zero ? 1 : 0);
                newVxs[i] = vxs[i] + DiscKernels.WallImpulse<T, TM>(scene, depthX, vxs[i]);
                newVys[i] = vys[i] + DiscKernels.WallImpulse<T, TM>(scene, depthY, vys[i]);
            }
            for (int pair = 0; pair < near; pair++)
            {
                int i = pairs[pair] >> 8, j = pairs[pair] & 255;
                T dx = DiscKernels.Nearest<T, TM>(xs[i] - xs[j], sides != 0), dy = DiscKernels.Nearest<T, TM>(ys[i] - ys[j], sides == 2);
                T d2 = TM.Fma(dx, dx, dy * dy), reach = scene.Reach, reach2 = scene.Reach2;
                if (sizes != DiscKernels.EqualDiscs)
                {
                    reach = rs[i] + rs[j];
                    reach2 = reach * reach;
                }
                if (d2 < reach2)
                {
                    touched[i] |= 1ul << j;
                    touched[j] |= 1ul << i;
                    T scale = DiscKernels.PairImpulse<T, TM>(scene, reach, d2, dx, dy, vxs[i] - vxs[j], vys[i] - vys[j]);
                    if (sizes != DiscKernels.EqualDiscs)
                    {
                        T mine = DiscKernels.Share<T, TM>(rs[i], rs[j], scene.Low, sizes), its = DiscKernels.Share<T, TM>(rs[j], rs[i], scene.Low, sizes);
                        newVxs[i] += scale * dx * mine;
                        newVys[i] += scale * dy * mine;
                        newVxs[j] -= scale * dx * its;
                        newVys[j] -= scale * dy * its;
                    }
                    else
                    {
                        newVxs[i] += scale * dx;
                        newVys[i] += scale * dy;
                        newVxs[j] -= scale * dx;
                        newVys[j] -= scale * dy;
                    }
                }
            }
            stale = 0;
            for (int i = 0; i < particles; i++)
            {
                T vx = newVxs[i] + scene.KickX, vy = newVys[i] + scene.KickY;
                T x = TM.Fma(scene.Substep, vx, xs[i]), y = TM.Fma(scene.Substep, vy, ys[i]);
                T movedX = x - x0s[i], movedY = y - y0s[i];
                // Not "larger", which a disc that flew off to NaN is not.
                stale |= (movedX * movedX) + (movedY * movedY) <= scene.Slack2 ? 0 : 1;
                vxs[i] = vx;
                vys[i] = vy;
                xs[i] = x;
                ys[i] = y;
            }
        }

        long interval = (((long)number * frames) + frame) * particles;
        seen += 4 * particles;
        for (int i = 0; i < particles; i++)
        {
            long at = place + (4 * i);
            end[at] = xs[i];
            end[at + 1] = ys[i];
            end[at + 2] = vxs[i];
            end[at + 3] = vys[i];
            Record<T, TM, TStore>(states, seen + (4 * i), xs[i], ys[i], vxs[i], vys[i], sides);
            wallContacts[interval + i] = (byte)walls[i];
            contacts[(interval + i) * maskWords] = (uint)touched[i];
            contacts[((interval + i) * maskWords) + 1] = (uint)(touched[i] >> 32);
        }
    }

    // Pairs in range as 256 i + j, in the order (1,0) (2,0) (2,1) (3,0) … that fixes the sums' order; says how many.
    private static int List<T, TM>(ArrayView<int> pairs, ArrayView<T> xs, ArrayView<T> ys, int particles, T range2, SpecInt sides)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
    {
        int near = 0;
        for (int i = 1; i < particles; i++)
        {
            for (int j = 0; j < i; j++)
            {
                T dx = DiscKernels.Nearest<T, TM>(xs[i] - xs[j], sides != 0), dy = DiscKernels.Nearest<T, TM>(ys[i] - ys[j], sides == 2);
                // Written in any case and overwritten by the next pair unless it counts: no branch to guess.
                pairs[near] = (256 * i) + j;
                near += TM.Fma(dx, dx, dy * dy) < range2 ? 1 : 0;
            }
        }
        return near;
    }

    private static void Record<T, TM, TStore>(ArrayView<float> states, long at, T x, T y, T vx, T vy, SpecInt sides)
        where T : unmanaged, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
        where TStore : struct, ICvt<float, T>
    {
        states[at] = TStore.From(DiscKernels.Inside<T, TM>(x, sides != 0));
        states[at + 1] = TStore.From(DiscKernels.Inside<T, TM>(y, sides == 2));
        states[at + 2] = TStore.From(vx);
        states[at + 3] = TStore.From(vy);
    }
}
