using System.Numerics;
using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>
/// The disc simulator on devices: one thread a disc, the discs of a scene in one group. Every sum has the order and every product the
/// rounding of <see cref="DiscGroup"/>, so that double precision gives the host's bits wherever division and roots are exactly rounded.
/// </summary>
internal static partial class DiscKernels
{
    /// <summary>The most discs of a scene: the threads of a group.</summary>
    public const int MostParticles = 256;

    /// <summary>Sizes: every disc has the scene's radius and mass 1.</summary>
    public const int EqualDiscs = 0;

    /// <summary>Sizes: every disc has its radius, and a mass in proportion to its area.</summary>
    public const int MassByArea = 1;

    /// <summary>Sizes: every disc has its radius, and mass 1.</summary>
    public const int EqualMasses = 2;

    /// <summary>
    /// Advances every scene by one frame interval and records who touched meanwhile. A group holds as many whole scenes as it has threads for:
    /// X counts a scene's discs, Y the scenes.
    /// </summary>
    // Bound: latency of shared memory and of the barrier, one a substep. Discs change places between two copies of the state, so that none is read
    // after it has moved. Sides (BoxSides) and sizes are constants of the compiled kernel: what a scene has not, it does not pay. A disc looks at the bits of a mask of near discs; when any disc of the scene has moved by half the skin since the masks
    // were made, the whole scene makes new ones. Of the flags that say so, one is read, one written and one cleared in each substep.
    [Kernel]
    public static void Advance<T, TM, TStore>(
        ArrayView<float> states, ArrayView<uint> contacts, ArrayView<byte> wallContacts, ArrayView<T> end, ArrayView<T> start, ArrayView<T> radii,
        DiscConstants<T> scene, int scenes, int particles, int frame, int frames, int substeps, int maskWords, [Spec] SpecInt threads, [Spec] SpecInt nearWords,
        [Spec] SpecInt sides, [Spec] SpecInt sizes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>,
            IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
        where TStore : struct, ICvt<float, T>
    {
        ArrayView<T> xs = SharedMemory.Allocate<T>(2 * threads), ys = SharedMemory.Allocate<T>(2 * threads);
        ArrayView<T> vxs = SharedMemory.Allocate<T>(2 * threads), vys = SharedMemory.Allocate<T>(2 * threads);
        ArrayView<T> rs = SharedMemory.Allocate<T>(threads);
        ArrayView<int> stale = SharedMemory.Allocate<int>(3 * threads);
        ArrayView<uint> near = LocalMemory.Allocate<uint>(nearWords), touched = LocalMemory.Allocate<uint>(nearWords);
        int own = Group.LinearIndex, disc = Group.IdxX, first = own - disc, slot = Group.IdxY;
        int number = (Grid.IdxX * Group.DimY) + slot;
        bool isScene = number < scenes;
        T zero = TM.Of(0);

        // Threads beyond the last scene simulate it as well, so that all meet the same barriers; they record nothing.
        long place = ((long)(isScene ? number : scenes - 1) * particles) + disc;
        xs[own] = start[4 * place];
        ys[own] = start[(4 * place) + 1];
        vxs[own] = start[(4 * place) + 2] + zero;
        vys[own] = start[(4 * place) + 3] + zero;
        T low = scene.Low, high = scene.High, radius = scene.Low;
        if (sizes != EqualDiscs)
        {
            radius = radii[place];
            low = radius;
            high = TM.Of(1) - radius;
            rs[own] = radius;
        }
        if (frame == 0 && isScene)
        {
            long at = 4 * (((long)number * (frames + 1) * particles) + disc);
            states[at] = TStore.From(Inside<T, TM>(xs[own], sides != 0));
            states[at + 1] = TStore.From(Inside<T, TM>(ys[own], sides == 2));
            states[at + 2] = TStore.From(vxs[own]);
            states[at + 3] = TStore.From(vys[own]);
        }
        for (int word = 0; word < nearWords; word++)
        {
            near[word] = 0;
            touched[word] = 0;
        }
        stale[slot] = 1;
        stale[threads + slot] = 0;
        stale[(2 * threads) + slot] = 0;
        T x0 = zero, y0 = zero;
        int wall = 0;
        Group.Barrier();

        int flag = 0;
        for (int step = 0; step < substeps; step++)
        {
            int from = (step & 1) * threads, to = threads - from, next = flag == 2 ? 0 : flag + 1, last = next == 2 ? 0 : next + 1;
            T x = xs[from + own], y = ys[from + own], vx = vxs[from + own], vy = vys[from + own];
            if (stale[(flag * threads) + slot] != 0)
            {
                for (int word = 0; word < nearWords; word++)
                    near[word] = Near<T, TM>(xs, ys, from + first, x, y, disc, particles, word, scene.Range2, sides);
                x0 = x;
                y0 = y;
            }
            stale[(last * threads) + slot] = 0;

            T newVx = vx, newVy = vy;
            if ((sides == 0 && (x < low || x > high)) || (sides != 2 && (y < low || y > high)))
            {
                wall = 1;
                if (sides == 0) newVx += WallImpulse<T, TM>(scene, Depth<T, TM>(low, high, x), vx);
                newVy += WallImpulse<T, TM>(scene, Depth<T, TM>(low, high, y), vy);
            }
            for (int word = 0; word < nearWords; word++)
            {
                uint hits = 0;
                for (uint left = near[word]; left != 0; left &= left - 1)
                {
                    int bit = 31 - BitOperations.LeadingZeroCount(left & (~left + 1));
                    int other = from + first + (32 * word) + bit;
                    T dx = Nearest<T, TM>(x - xs[other], sides != 0), dy = Nearest<T, TM>(y - ys[other], sides == 2);
                    T d2 = TM.Fma(dx, dx, dy * dy), reach = scene.Reach, reach2 = scene.Reach2;
                    if (sizes != EqualDiscs)
                    {
                        reach = radius + rs[first + (32 * word) + bit];
                        reach2 = reach * reach;
                    }
                    if (d2 < reach2)
                    {
                        hits |= 1u << bit;
                        T scale = PairImpulse<T, TM>(scene, reach, d2, dx, dy, vx - vxs[other], vy - vys[other]);
                        if (sizes != EqualDiscs)
                        {
                            T share = Share<T, TM>(radius, rs[first + (32 * word) + bit], scene.Low, sizes);
                            newVx += scale * dx * share;
                            newVy += scale * dy * share;
                        }
                        else
                        {
                            newVx += scale * dx;
                            newVy += scale * dy;
                        }
                    }
                }
                touched[word] |= hits;
            }
            newVx += scene.KickX;
            newVy += scene.KickY;
            T newX = TM.Fma(scene.Substep, newVx, x), newY = TM.Fma(scene.Substep, newVy, y);
            xs[to + own] = newX;
            ys[to + own] = newY;
            vxs[to + own] = newVx;
            vys[to + own] = newVy;
            T movedX = newX - x0, movedY = newY - y0;
            // Not "larger", which a disc that flew off to NaN is not.
            if (!((movedX * movedX) + (movedY * movedY) <= scene.Slack2)) stale[(next * threads) + slot] = 1;
            flag = next;
            Group.Barrier();
        }

        if (!isScene) return;
        int now = (substeps & 1) * threads;
        end[4 * place] = xs[now + own];
        end[(4 * place) + 1] = ys[now + own];
        end[(4 * place) + 2] = vxs[now + own];
        end[(4 * place) + 3] = vys[now + own];
        long seen = 4 * (((((long)number * (frames + 1)) + frame + 1) * particles) + disc);
        states[seen] = TStore.From(Inside<T, TM>(xs[now + own], sides != 0));
        states[seen + 1] = TStore.From(Inside<T, TM>(ys[now + own], sides == 2));
        states[seen + 2] = TStore.From(vxs[now + own]);
        states[seen + 3] = TStore.From(vys[now + own]);
        long interval = ((((long)number * frames) + frame) * particles) + disc;
        wallContacts[interval] = (byte)wall;
        for (int word = 0; word < nearWords; word++)
            if (word < maskWords) contacts[(interval * maskWords) + word] = touched[word];
        for (int word = nearWords; word < maskWords; word++) contacts[(interval * maskWords) + word] = 0;
    }

    // Which of the 32 discs of a word are in range, the disc itself left out.
    private static uint Near<T, TM>(ArrayView<T> xs, ArrayView<T> ys, int first, T x, T y, int disc, int particles, int word, T range2, SpecInt sides)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
    {
        int begin = 32 * word, count = Math.Min(32, particles - begin);
        uint found = 0;
        for (int k = 0; k < count; k++)
        {
            T dx = Nearest<T, TM>(x - xs[first + begin + k], sides != 0), dy = Nearest<T, TM>(y - ys[first + begin + k], sides == 2);
            found |= TM.Fma(dx, dx, dy * dy) < range2 ? 1u << k : 0u;
        }
        return disc - begin >= 0 && disc - begin < 32 ? found & ~(1u << (disc - begin)) : found;
    }

    /// <summary>How deep a coordinate is in a wall: positive in the low one, negative in the high one.</summary>
    internal static T Depth<T, TM>(T low, T high, T x)
        where T : unmanaged, ISubtractionOperators<T, T, T>, IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T> => x < low ? low - x : x > high ? high - x : TM.Of(0);

    /// <summary>A separation across sides that repeat: that of the nearest image.</summary>
    internal static T Nearest<T, TM>(T d, bool repeats)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T> => repeats ? d - TM.Floor(d + TM.Of(0.5)) : d;

    /// <summary>The image of a place inside the box.</summary>
    internal static T Inside<T, TM>(T place, bool repeats)
        where T : unmanaged, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T> => repeats ? place - TM.Floor(place) : place;

    /// <summary>What a disc takes of an impulse that is meant for two discs of mass 1: twice the other's part of both masses.</summary>
    internal static T Share<T, TM>(T radius, T other, T meanRadius, SpecInt sizes)
        where T : unmanaged, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        T one = TM.Of(1);
        T mine = sizes == MassByArea ? radius / meanRadius * (radius / meanRadius) : one, its = sizes == MassByArea ? other / meanRadius * (other / meanRadius) : one;
        return (its + its) / (mine + its);
    }

    /// <summary>The impulse of a wall on a velocity; +0 away from walls, which changes no velocity.</summary>
    internal static T WallImpulse<T, TM>(DiscConstants<T> scene, T depth, T v)
        where T : unmanaged, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
    {
        T zero = TM.Of(0), push = (scene.WallStiffness * depth) - (scene.WallDamping * v);
        bool acts = scene.PushOnly != 0 ? depth * push > zero : depth != zero;
        return acts ? push : zero;
    }

    /// <summary>The impulse of a touching pair over its distance: times (dx, dy) for the one disc, and the opposite for the other.</summary>
    internal static T PairImpulse<T, TM>(DiscConstants<T> scene, T reach, T d2, T dx, T dy, T dvx, T dvy)
        where T : unmanaged, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>, IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
    {
        T zero = TM.Of(0), distance = TM.Sqrt(d2);
        if (distance < scene.Closest) distance = scene.Closest;
        T inverse = TM.Of(1) / distance, parting = TM.Fma(dvx, dx, dvy * dy) * inverse;
        T push = (scene.PairStiffness * (reach - distance)) - (scene.PairDamping * parting);
        if (scene.PushOnly != 0 && push < zero) push = zero;
        return scene.Interacting != 0 ? push * inverse : zero;
    }
}
