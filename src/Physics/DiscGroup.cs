using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Handmade.Kernels;
using V = System.Runtime.Intrinsics.Vector256;
using Wide = System.Runtime.Intrinsics.Vector256<double>;

namespace Handmade.Physics;

/// <summary>
/// Four scenes of the same <see cref="DiscScene"/> that advance together, one SIMD lane each, in double precision. Lanes never
/// mix, so a scene's bits do not depend on its neighbours in the group. Over periodic sides places count on: they are never wrapped.
/// <para>
/// One substep h, semi-implicit Euler with the contact forces as impulses: every overlapping pair and every wall computes
/// its impulse h·F from the state before the step, then the velocities take the impulses and h·g, then x += h·v.
/// </para>
/// </summary>
// Bound: instructions, not bytes: a group of 16 discs is 2 KB and stays in the first-level cache. Per 4 lanes a disc's move takes
// 4 loads, 4 stores and 14 vector operations, a listed pair 4 loads and 6, a touching pair about 30 with a root and a quotient.
// Measured on Zen 3 (AVX2, 3.2 GHz), cycles per particle and substep: 3.0 for discs that never meet (N = 16), 6.4 with the
// contacts of the defaults, 8.8 for N = 40, r = 0.04, 10.7 for N = 64, r = 0.03.
// Ladder, million particle-substeps per second and core at N = 16 (bench/Simulator runs and checks the rungs):
//   plain loop over all pairs, one scene      30
//   4 scenes a vector, all pairs             230    touching lanes as bits of a word
//   4 scenes a vector, neighbor list         510
// Tried and slower: 8 scenes a vector (Vector512, a quarter slower on AVX2, since a pair is listed when any lane needs it);
// touching pairs appended to a list, by branch or by a store whose address waits for the comparison (all pairs: 100).
public sealed unsafe class DiscGroup : IDisposable
{
    /// <summary>Scenes in a group.</summary>
    public const int Lanes = 4;

    /// <summary>How far beyond touching the neighbor list looks, in mean distances 1/√N of the discs; a flat optimum, measured.</summary>
    public const double DefaultSkin = 0.12;

    // Lanes that touch are kept as 4 bits a pair (or a disc, at the walls).
    private const int PairsPerWord = 64 / Lanes;

    // More than the rounding of one position update, so that the neighbor list's bound on the way travelled holds exactly.
    private const double Rounding = 1e-15;

    private readonly int particles, maskWords;
    private readonly double radius, skin, substep;
    private readonly double pairStiffness, pairDamping, wallStiffness, wallDamping;
    private readonly double kickX, kickY;
    private readonly bool isInteracting, pushOnly;
    private readonly DiscScene scene;
    private readonly Advancing advance;

    private readonly Disc* discs;
    private readonly NearPair* near;
    private readonly Impulse* impulses;

    // Of discs that have sizes of their own; else not used.
    private readonly Size* sizes;
    private readonly ulong* atWall, masks;
    private readonly byte* pairMarks, wallMarks, wallContacts;
    private int nearCount;
    private bool isStale = true;
    private Wide travelled;
    private void* memory;

    private struct Disc
    {
        public Wide X, Y, Vx, Vy;
    }

    private struct Size
    {
        public Wide Radius, Mass;
    }

    private delegate void Advancing(int substeps);

    // Two discs that are near each other in some lane, and the byte in which the lanes that touch are marked.
    private struct NearPair
    {
        public Disc* A, B;
        public byte* Mark;
    }

    private struct Impulse
    {
        public Disc* A, B;
        public Wide X, Y;
    }

    /// <summary>Four scenes with every disc at rest in the corner (0, 0): <see cref="Set"/> all of them before the first step.</summary>
    /// <param name="scene">What all lanes simulate.</param>
    /// <param name="skin">Reach of the neighbor list beyond touching, in mean distances 1/√N; infinity lists all pairs once. It changes the speed and not one bit.</param>
    /// <exception cref="HandmadeException">The scene is not valid.</exception>
    public DiscGroup(DiscScene scene, double skin = DefaultSkin)
    {
        scene.Validate();
        this.scene = scene;
        particles = scene.Particles;
        maskWords = scene.MaskWords;
        radius = scene.Radius;
        this.skin = skin / Math.Sqrt(particles);
        advance = (scene.Sides, scene.HasSizes) switch
        {
            (BoxSides.Walls, false) => Advance<ClosedSides, ClosedSides, EqualSizes>,
            (BoxSides.Walls, true) => Advance<ClosedSides, ClosedSides, OwnSizes>,
            (BoxSides.PeriodicX, false) => Advance<PeriodicSides, ClosedSides, EqualSizes>,
            (BoxSides.PeriodicX, true) => Advance<PeriodicSides, ClosedSides, OwnSizes>,
            (_, false) => Advance<PeriodicSides, PeriodicSides, EqualSizes>,
            (_, true) => Advance<PeriodicSides, PeriodicSides, OwnSizes>,
        };
        substep = scene.Substep;
        pushOnly = scene.PushOnly;
        isInteracting = scene.Interacting;

        // The reduced mass is 1 at a wall and 1/2 in a pair.
        wallStiffness = scene.Law.Stiffness * substep;
        wallDamping = scene.Law.Damping * substep;
        pairStiffness = 0.5 * wallStiffness;
        pairDamping = 0.5 * wallDamping;

        // Adding +0 turns -0 into +0. No sum below can make -0 again, so adding a zero impulse to a lane changes nothing in it.
        kickX = scene.GravityX * substep + 0.0;
        kickY = scene.GravityY * substep + 0.0;

        nuint n = (nuint)particles, pairs = n * (n - 1) / 2;
        nuint bytes = 0;
        nuint Place(nuint size)
        {
            nuint place = bytes;
            bytes = (bytes + size + 63) & ~(nuint)63;
            return place;
        }
        nuint discsAt = Place(n * (nuint)sizeof(Disc)), atWallAt = Place((n + PairsPerWord - 1) / PairsPerWord * sizeof(ulong));
        nuint masksAt = Place(Lanes * n * (nuint)maskWords * sizeof(ulong)), wallContactsAt = Place(Lanes * n);
        nuint wallMarksAt = Place(n), pairMarksAt = Place(pairs), sizesAt = Place(scene.HasSizes ? n * (nuint)sizeof(Size) : 0);
        nuint cleared = bytes;
        nuint nearAt = Place(pairs * (nuint)sizeof(NearPair)), impulsesAt = Place(pairs * (nuint)sizeof(Impulse));
        memory = NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(memory, cleared);
        byte* start = (byte*)memory;
        discs = (Disc*)(start + discsAt);
        atWall = (ulong*)(start + atWallAt);
        masks = (ulong*)(start + masksAt);
        wallContacts = start + wallContactsAt;
        wallMarks = start + wallMarksAt;
        pairMarks = start + pairMarksAt;
        near = (NearPair*)(start + nearAt);
        impulses = (Impulse*)(start + impulsesAt);
        sizes = (Size*)(start + sizesAt);
        for (int i = 0; i < particles && scene.HasSizes; i++) sizes[i] = new Size { Radius = V.Create(radius), Mass = Wide.One };
    }

    /// <summary>Puts a disc somewhere.</summary>
    public void Set(int lane, int particle, DiscState state)
    {
        Disc* disc = At(lane, particle);
        ((double*)&disc->X)[lane] = state.X;
        ((double*)&disc->Y)[lane] = state.Y;
        ((double*)&disc->Vx)[lane] = state.Vx + 0.0;
        ((double*)&disc->Vy)[lane] = state.Vy + 0.0;
        isStale = true;
    }

    /// <summary>Gives a disc a radius, and the mass that goes with it.</summary>
    /// <exception cref="HandmadeException">The scene has no spread of radii, or the radius lies outside of it.</exception>
    public void SetRadius(int lane, int particle, double radius)
    {
        At(lane, particle);
        CheckRadius(scene, particle, radius);
        ((double*)&sizes[particle].Radius)[lane] = radius;
        ((double*)&sizes[particle].Mass)[lane] = scene.MassOf(radius);
        isStale = true;
    }

    /// <exception cref="HandmadeException">A disc of the scene can't have this radius.</exception>
    internal static void CheckRadius(DiscDynamics scene, int particle, double radius)
    {
        if (!scene.HasSizes) throw new HandmadeException("disc scene: all discs have the scene's radius; give it a radius spread");
        if (!(radius > 0 && radius <= scene.LargestRadius))
            throw new HandmadeException(FormattableString.Invariant($"disc scene: disc {particle} has radius {radius}; use a positive one up to {scene.LargestRadius}, which the scene's spread allows"));
    }

    /// <summary>Where a disc is now.</summary>
    public DiscState Get(int lane, int particle)
    {
        Disc* disc = At(lane, particle);
        return new(((double*)&disc->X)[lane], ((double*)&disc->Y)[lane], ((double*)&disc->Vx)[lane], ((double*)&disc->Vy)[lane]);
    }

    /// <summary>
    /// Who overlapped whom at the start of any substep of the last <see cref="Advance"/>, `[particle, word]`: bit j % 64 of word
    /// j / 64 is set when the particle touched particle j.
    /// </summary>
    public ReadOnlySpan<ulong> Contacts(int lane)
    {
        At(lane, 0);
        return new(masks + lane * particles * maskWords, particles * maskWords);
    }

    /// <summary>1 for each particle that overlapped a wall at the start of any substep of the last <see cref="Advance"/>.</summary>
    public ReadOnlySpan<byte> WallContacts(int lane)
    {
        At(lane, 0);
        return new(wallContacts + lane * particles, particles);
    }

    /// <summary>Advances all lanes by a number of substeps and collects who touched meanwhile.</summary>
    public void Advance(int substeps)
    {
        ObjectDisposedException.ThrowIf(memory == null, this);
        advance(substeps);
    }

    private void Advance<TX, TY, TSizes>(int substeps) where TX : struct, IDiscSides where TY : struct, IDiscSides where TSizes : struct, IDiscSizes
    {
        NativeMemory.Clear(pairMarks, (nuint)particles * (nuint)(particles - 1) / 2);
        NativeMemory.Clear(wallMarks, (nuint)particles);
        if (isStale) FindWalls<TX, TY, TSizes>();
        var limit = V.Create(0.5 * skin * (1 - 1e-9));
        for (int step = 0; step < substeps; step++)
        {
            if (isStale || V.GreaterThanAny(travelled, limit)) FindNeighbors<TX, TY>();
            int count = Collide<TX, TY, TSizes>();
            if (pushOnly) BounceOffWalls<TX, TY, TSizes, PushOnly>();
            else BounceOffWalls<TX, TY, TSizes, PushAndPull>();
            Kick<TSizes>(count);
            Move<TX, TY, TSizes>();
        }
        CollectContacts();
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
    }

    // Lists the pairs closer than touching + skin in any lane, in the order (1,0) (2,0) (2,1) (3,0) … that fixes the sums' order.
    // Until some disc has travelled half the skin, no other pair can touch.
    private void FindNeighbors<TX, TY>() where TX : struct, IDiscSides where TY : struct, IDiscSides
    {
        double range = 2 * scene.LargestRadius + skin;
        var range2 = V.Create(range * range);
        NearPair* next = near;
        byte* marks = pairMarks;
        for (int i = 1; i < particles; i++)
        {
            Disc* a = discs + i;
            var x = a->X;
            var y = a->Y;
            for (int first = 0; first < i; first += 64)
            {
                int count = Math.Min(64, i - first);
                ulong found = 0;
                Disc* b = discs + first;
                for (int j = 0; j < count; j++)
                {
                    var dx = TX.Nearest(x - b[j].X, 1);
                    var dy = TY.Nearest(y - b[j].Y, 1);
                    uint lanes = V.LessThan(V.FusedMultiplyAdd(dx, dx, dy * dy), range2).ExtractMostSignificantBits();
                    found |= lanes != 0 ? 1UL << j : 0;
                }
                for (; found != 0; found &= found - 1)
                {
                    int j = BitOperations.TrailingZeroCount(found);
                    *next++ = new NearPair { A = a, B = b + j, Mark = marks + first + j };
                }
            }
            marks += i;
        }
        nearCount = (int)(next - near);
        travelled = Wide.Zero;
        isStale = false;
    }

    // Marks the pairs that overlap and writes their impulses; says how many.
    private int Collide<TX, TY, TSizes>() where TX : struct, IDiscSides where TY : struct, IDiscSides where TSizes : struct, IDiscSizes
    {
        var reach = V.Create(2 * radius);
        var reach2 = V.Create(4 * radius * radius);
        var stiffness = V.Create(pairStiffness);
        var damping = V.Create(pairDamping);
        var least = V.Create(pushOnly ? 0 : double.NegativeInfinity);
        var closest = V.Create(1e-12);
        Impulse* next = impulses;
        for (int first = 0; first < nearCount; first += PairsPerWord)
        {
            int count = Math.Min(PairsPerWord, nearCount - first);
            NearPair* pairs = near + first;
            ulong word = 0;
            for (int p = 0; p < count; p++)
            {
                if (TSizes.Differ) (reach, reach2) = ReachOf(pairs[p].A, pairs[p].B);
                var dx = TX.Nearest(pairs[p].A->X - pairs[p].B->X, 1);
                var dy = TY.Nearest(pairs[p].A->Y - pairs[p].B->Y, 1);
                word |= (ulong)V.LessThan(V.FusedMultiplyAdd(dx, dx, dy * dy), reach2).ExtractMostSignificantBits() << (4 * p);
            }
            for (int p; word != 0; word &= ~(15UL << (4 * p)))
            {
                p = BitOperations.TrailingZeroCount(word) >> 2;
                *pairs[p].Mark |= (byte)((word >> (4 * p)) & 15);
                if (!isInteracting) continue;
                Disc* a = pairs[p].A, b = pairs[p].B;
                if (TSizes.Differ) (reach, reach2) = ReachOf(a, b);
                var dx = TX.Nearest(a->X - b->X, 1);
                var dy = TY.Nearest(a->Y - b->Y, 1);
                var d2 = V.FusedMultiplyAdd(dx, dx, dy * dy);
                var distance = V.MaxNative(V.Sqrt(d2), closest);
                var inverse = Wide.One / distance;
                var parting = V.FusedMultiplyAdd(a->Vx - b->Vx, dx, (a->Vy - b->Vy) * dy) * inverse;
                var push = V.MaxNative(stiffness * (reach - distance) - damping * parting, least) & V.LessThan(d2, reach2);
                var scale = push * inverse;
                *next++ = new Impulse { A = a, B = b, X = scale * dx, Y = scale * dy };
            }
        }
        return (int)(next - impulses);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Wide Reach, Wide Reach2) ReachOf(Disc* a, Disc* b)
    {
        var reach = sizes[a - discs].Radius + sizes[b - discs].Radius;
        return (reach, reach * reach);
    }

    // Walls act on the velocities before the pairs' impulses do: both are computed from the same state.
    private void BounceOffWalls<TX, TY, TSizes, TPush>()
        where TX : struct, IDiscSides where TY : struct, IDiscSides where TSizes : struct, IDiscSizes where TPush : struct, IPush
    {
        if (TX.Repeat && TY.Repeat) return;
        var low = V.Create(radius);
        var high = V.Create(1 - radius);
        var stiffness = V.Create(wallStiffness);
        var damping = V.Create(wallDamping);
        for (int first = 0; first < particles; first += PairsPerWord)
        {
            ulong word = atWall[first / PairsPerWord];
            for (int p; word != 0; word &= ~(15UL << (4 * p)))
            {
                p = BitOperations.TrailingZeroCount(word) >> 2;
                wallMarks[first + p] |= (byte)((word >> (4 * p)) & 15);
                Disc* disc = discs + first + p;
                if (TSizes.Differ) (low, high) = WallsOf(first + p);
                if (!TX.Repeat) disc->Vx += WallImpulse<TPush>(disc->X, disc->Vx, low, high, stiffness, damping);
                if (!TY.Repeat) disc->Vy += WallImpulse<TPush>(disc->Y, disc->Vy, low, high, stiffness, damping);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Wide Low, Wide High) WallsOf(int particle) => (sizes[particle].Radius, Wide.One - sizes[particle].Radius);

    // Depth is positive in the low wall, negative in the high one, and so is a push.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide WallImpulse<TPush>(Wide x, Wide v, Wide low, Wide high, Wide stiffness, Wide damping) where TPush : struct, IPush
    {
        var depth = V.MaxNative(low - x, Wide.Zero) + V.MinNative(high - x, Wide.Zero);
        var push = stiffness * depth - damping * v;
        return push & TPush.Acts(depth, push);
    }

    // An impulse is that of two discs of mass 1. Of other masses each takes twice the other's share: 2 m_eff / m.
    private void Kick<TSizes>(int count) where TSizes : struct, IDiscSizes
    {
        for (Impulse* impulse = impulses, end = impulses + count; impulse < end; impulse++)
        {
            Disc* a = impulse->A, b = impulse->B;
            if (TSizes.Differ)
            {
                Wide massA = sizes[a - discs].Mass, massB = sizes[b - discs].Mass, sum = massA + massB;
                Wide shareA = (massB + massB) / sum, shareB = (massA + massA) / sum;
                a->Vx += impulse->X * shareA;
                a->Vy += impulse->Y * shareA;
                b->Vx -= impulse->X * shareB;
                b->Vy -= impulse->Y * shareB;
                continue;
            }
            a->Vx += impulse->X;
            a->Vy += impulse->Y;
            b->Vx -= impulse->X;
            b->Vy -= impulse->Y;
        }
    }

    private void Move<TX, TY, TSizes>() where TX : struct, IDiscSides where TY : struct, IDiscSides where TSizes : struct, IDiscSizes
    {
        var h = V.Create(substep);
        var gx = V.Create(kickX);
        var gy = V.Create(kickY);
        var low = V.Create(radius);
        var high = V.Create(1 - radius);
        var fastest = Wide.Zero;
        for (int first = 0; first < particles; first += PairsPerWord)
        {
            int count = Math.Min(PairsPerWord, particles - first);
            ulong word = 0;
            Disc* disc = discs + first;
            for (int p = 0; p < count; p++, disc++)
            {
                var vx = disc->Vx + gx;
                var vy = disc->Vy + gy;
                var x = V.FusedMultiplyAdd(h, vx, disc->X);
                var y = V.FusedMultiplyAdd(h, vy, disc->Y);
                disc->Vx = vx;
                disc->Vy = vy;
                disc->X = x;
                disc->Y = y;
                fastest = V.MaxNative(fastest, V.FusedMultiplyAdd(vx, vx, vy * vy));
                if (TSizes.Differ) (low, high) = WallsOf(first + p);
                word |= (ulong)AtWall<TX, TY>(x, y, low, high) << (4 * p);
            }
            atWall[first / PairsPerWord] = word;
        }
        travelled += V.FusedMultiplyAdd(h, V.Sqrt(fastest), V.Create(Rounding));
    }

    private void FindWalls<TX, TY, TSizes>() where TX : struct, IDiscSides where TY : struct, IDiscSides where TSizes : struct, IDiscSizes
    {
        var low = V.Create(radius);
        var high = V.Create(1 - radius);
        for (int first = 0; first < particles; first += PairsPerWord)
        {
            ulong word = 0;
            for (int p = 0; p < Math.Min(PairsPerWord, particles - first); p++)
            {
                if (TSizes.Differ) (low, high) = WallsOf(first + p);
                word |= (ulong)AtWall<TX, TY>(discs[first + p].X, discs[first + p].Y, low, high) << (4 * p);
            }
            atWall[first / PairsPerWord] = word;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint AtWall<TX, TY>(Wide x, Wide y, Wide low, Wide high) where TX : struct, IDiscSides where TY : struct, IDiscSides =>
        TX.Repeat && TY.Repeat ? 0
        : TX.Repeat ? (V.LessThan(y, low) | V.GreaterThan(y, high)).ExtractMostSignificantBits()
        : (V.LessThan(V.MinNative(x, y), low) | V.GreaterThan(V.MaxNative(x, y), high)).ExtractMostSignificantBits();

    private void CollectContacts()
    {
        NativeMemory.Clear(masks, (nuint)(Lanes * particles * maskWords * sizeof(ulong)));
        byte* mark = pairMarks;
        for (int i = 1; i < particles; i++)
        {
            for (int j = 0; j < i; j++)
            {
                for (int lanes = *mark++; lanes != 0; lanes &= lanes - 1)
                {
                    ulong* mine = masks + BitOperations.TrailingZeroCount(lanes) * particles * maskWords;
                    mine[i * maskWords + j / 64] |= 1UL << (j % 64);
                    mine[j * maskWords + i / 64] |= 1UL << (i % 64);
                }
            }
        }
        for (int lane = 0; lane < Lanes; lane++)
            for (int i = 0; i < particles; i++)
                wallContacts[lane * particles + i] = (byte)((wallMarks[i] >> lane) & 1);
    }

    private Disc* At(int lane, int particle)
    {
        ObjectDisposedException.ThrowIf(memory == null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(lane);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lane, Lanes);
        ArgumentOutOfRangeException.ThrowIfNegative(particle);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(particle, particles);
        return discs + particle;
    }

    // Lanes in which a wall acts.
    private interface IPush
    {
        static abstract Wide Acts(Wide depth, Wide push);
    }

    private readonly struct PushAndPull : IPush
    {
        public static Wide Acts(Wide depth, Wide push) => ~V.Equals(depth, Wide.Zero);
    }

    private readonly struct PushOnly : IPush
    {
        public static Wide Acts(Wide depth, Wide push) => V.GreaterThan(depth * push, Wide.Zero);
    }
}
