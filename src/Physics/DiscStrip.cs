using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256;
using Wide = System.Runtime.Intrinsics.Vector256<double>;

namespace Handmade.Physics;

/// <summary>
/// Some rows of cells, which one thread advances. It reads the discs of the rows beside, never writes them: a pair that crosses to another strip is
/// listed, and computed, in both.
/// </summary>
internal sealed unsafe class DiscStrip
{
    // Of inner pairs both discs are here, of outer pairs only the first is.
    private NearPairs inner, outer;

    // Discs that may touch a wall before the list is made again, and whether they did.
    private NativeList<uint> atWalls;
    private NativeList<byte> wallMarks;
    private int wallCount;

    // Who takes the impulse of this substep, who gives it, and the impulse (x, y). Pairs with a giver come first; of discs with sizes of their own it loses something else than the taker gains.
    private NativeList<uint> takers, givers;
    private NativeList<double> impulses, losses;
    private int pairCount, impulseCount;

    private int first, end;

    /// <summary>The greatest |vx| and |vy| after the last <see cref="Move"/>.</summary>
    public Vector128<double> Fastest { get; private set; }

    /// <summary>Pairs in the neighbor list.</summary>
    public int NearCount => inner.Count + outer.Count;

    /// <summary>Lists the neighbours of the discs in rows firstRow…endRow−1, and who is near a wall.</summary>
    public void Search<TSides, TSizes>(DiscCells cells, in DiscForces forces, int firstRow, int endRow, double skin, uint nobody)
        where TSides : struct, IDiscSides where TSizes : struct, IDiscSizes
    {
        inner.Clear();
        outer.Clear();
        Fastest = default;
        double range = forces.Reach + skin;
        var range2 = V.Create(range * range);
        int* start = cells.Start;
        int width = cells.Row(1);
        for (int row = firstRow; row < endRow; row++)
        {
            int rowEnd = start[cells.Row(row + 1)];
            bool isLowest = row == firstRow && row > 0;
            for (int i = start[cells.Row(row)]; i < rowEnd; i++)
            {
                int c = cells.Cell[i];
                inner.Add<TSides>(cells, i, i + 1, start[c + 2], range2);
                if (row < endRow - 1) inner.Add<TSides>(cells, i, start[c + width - 1], start[c + width + 2], range2);
                else outer.Add<TSides>(cells, i, start[c + width - 1], start[c + width + 2], range2);
                if (isLowest) outer.Add<TSides>(cells, i, start[c - width - 1], start[c - width + 2], range2);
            }
            if (typeof(TSides) == typeof(PeriodicSides)) AddAcross(cells, row, endRow, isLowest, range2);
        }
        inner.Close(nobody);
        outer.Close(nobody);
        FindWalls(cells, forces, start[cells.Row(firstRow)], start[cells.Row(endRow)], skin);
        int most = NearCount + wallCount + 8;
        takers.Ensure(most);
        givers.Ensure(most);
        impulses.Ensure(2 * most);
        if (TSizes.Differ) losses.Ensure(2 * most);
    }

    /// <summary>Computes this substep's impulses from the state before it.</summary>
    public void Collide<TSides, TSizes>(byte* discs, double* radii, in DiscForces forces, uint nobody) where TSides : struct, IDiscSides where TSizes : struct, IDiscSizes
    {
        uint* to = takers.Data, from = givers.Data;
        double* impulse = impulses.Data;
        pairCount = inner.Overlapping<TSides, TSizes>(discs, radii, forces.Reach, forces.Width, to, from);
        impulseCount = pairCount + outer.Overlapping<TSides, TSizes>(discs, radii, forces.Reach, forces.Width, to + pairCount, from + pairCount);
        if (!forces.IsInteracting) pairCount = impulseCount = 0;
        Vector128.Create(nobody).Store(to + impulseCount);
        Vector128.Create(nobody).Store(from + impulseCount);
        for (int k = 0; k < impulseCount; k += 4)
        {
            var (dx, dy, dvx, dvy) = Quads.Motion(discs, to + k, from + k);
            if (!TSizes.Differ)
            {
                var (x, y) = forces.OfPairs(TSides.Nearest(dx, forces.Width), dy, dvx, dvy, V.Create(forces.Reach));
                Quads.StoreInterleaved(forces.Rounded(x), forces.Rounded(y), impulse + (2 * k));
            }
            else
            {
                Wide a = Quads.Of(radii, to + k), b = Quads.Of(radii, from + k);
                var (x, y) = forces.OfPairs(TSides.Nearest(dx, forces.Width), dy, dvx, dvy, a + b);
                var (ofA, ofB) = forces.Shares(a, b);
                Quads.StoreInterleaved(forces.Rounded(x * ofA), forces.Rounded(y * ofA), impulse + (2 * k));
                Quads.StoreInterleaved(forces.Rounded(x * ofB), forces.Rounded(y * ofB), losses.Data + (2 * k));
            }
        }
        var (low, high) = (forces.Low, forces.High);
        for (int w = 0; w < wallCount; w++)
        {
            uint offset = atWalls.Data[w];
            var place = Vector128.LoadAligned((double*)(discs + offset));
            if (TSizes.Differ) (low, high) = forces.WallsOf(radii[offset / NearPairs.DiscBytes]);
            if (!(Vector128.LessThanAny(place, low) || Vector128.GreaterThanAny(place, high))) continue;
            wallMarks.Data[w] = 1;
            to[impulseCount] = offset;
            forces.OfWalls(place, Vector128.LoadAligned((double*)(discs + offset + 16)), low, high).Store(impulse + (2 * impulseCount));
            impulseCount++;
        }
    }

    /// <summary>Applies the impulses and advances the discs. No strip may do so before all have collided.</summary>
    public void Move<TSizes>(byte* discs, in DiscForces forces) where TSizes : struct, IDiscSizes
    {
        // One disc's velocity waits for its last kick, and its neighbours' for it: a chain along the whole list. The sums are exact in any order, so
        // four chains run side by side.
        int quarter = pairCount / 4;
        for (int k = 0; k < quarter; k++)
        {
            Kick<TSizes>(discs, k);
            Kick<TSizes>(discs, k + quarter);
            Kick<TSizes>(discs, k + (2 * quarter));
            Kick<TSizes>(discs, k + (3 * quarter));
        }
        for (int k = 4 * quarter; k < pairCount; k++) Kick<TSizes>(discs, k);
        for (int k = pairCount; k < impulseCount; k++)
        {
            double* a = (double*)(discs + takers.Data[k] + 16);
            (Vector128.LoadAligned(a) + Vector128.LoadAligned(impulses.Data + (2 * k))).StoreAligned(a);
        }

        var kick = V.Create(Vector128<double>.Zero, forces.Kick);
        var substep = Vector128.Create(forces.Substep).ToVector256();
        var fastest = Wide.Zero;
        var disc = (double*)discs + (4 * first);
        for (double* past = (double*)discs + (4 * end); disc < past; disc += 4)
        {
            // The lower half holds the place, the upper the velocity.
            var state = V.LoadAligned(disc) + kick;
            V.FusedMultiplyAdd(state.GetUpper().ToVector256(), substep, state).StoreAligned(disc);
            fastest = V.MaxNative(fastest, V.Abs(state));
        }
        Fastest = fastest.GetUpper();
    }

    /// <summary>Hands over who touched since the last search or hand-over, and forgets it.</summary>
    public void TakeContacts(int* ids, FrameContacts contacts, byte[] wallContacts)
    {
        inner.TakeContacts(ids, contacts);
        outer.TakeContacts(ids, contacts);
        for (int w = 0; w < wallCount; w++)
        {
            if (wallMarks.Data[w] == 0) continue;
            wallContacts[ids[atWalls.Data[w] / NearPairs.DiscBytes]] = 1;
            wallMarks.Data[w] = 0;
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Free()
    {
        inner.Free();
        outer.Free();
        atWalls.Free();
        wallMarks.Free();
        takers.Free();
        givers.Free();
        impulses.Free();
        losses.Free();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Kick<TSizes>(byte* discs, int k) where TSizes : struct, IDiscSizes
    {
        var impulse = Vector128.LoadAligned(impulses.Data + (2 * k));
        double* a = (double*)(discs + takers.Data[k] + 16), b = (double*)(discs + givers.Data[k] + 16);
        (Vector128.LoadAligned(a) + impulse).StoreAligned(a);
        (Vector128.LoadAligned(b) - (TSizes.Differ ? Vector128.LoadAligned(losses.Data + (2 * k)) : impulse)).StoreAligned(b);
    }

    // A periodic box: the last cell of a row and the first ones of this row and of those beside it are neighbours.
    private void AddAcross(DiscCells cells, int row, int endRow, bool isLowest, Wide range2)
    {
        int* start = cells.Start;
        bool isHighest = row == endRow - 1;
        int left = cells.Row(row) + 1, right = cells.Row(row + 1) - 1;
        for (int i = start[right]; i < start[right + 1]; i++) inner.Add<PeriodicSides>(cells, i, start[left], start[left + 1], range2);
        if (row + 1 < cells.Rows)
        {
            int up = cells.Row(1);
            AddAll(left, right + up, isHighest);
            AddAll(right, left + up, isHighest);
        }
        if (isLowest)
        {
            int down = -cells.Row(1);
            AddAll(left, right + down, true);
            AddAll(right, left + down, true);
        }

        void AddAll(int here, int there, bool isOuter)
        {
            for (int i = start[here]; i < start[here + 1]; i++)
            {
                if (isOuter) outer.Add<PeriodicSides>(cells, i, start[there], start[there + 1], range2);
                else inner.Add<PeriodicSides>(cells, i, start[there], start[there + 1], range2);
            }
        }
    }

    private void FindWalls(DiscCells cells, in DiscForces forces, int firstDisc, int endDisc, double skin)
    {
        (first, end) = (firstDisc, endDisc);
        double lowX = forces.Low[0] + (0.5 * skin), lowY = forces.Low[1] + (0.5 * skin);
        double highX = forces.High[0] - (0.5 * skin), highY = forces.High[1] - (0.5 * skin);
        wallCount = 0;
        for (int i = first; i < end; i++)
        {
            double x = cells.X[i], y = cells.Y[i];
            if (x >= lowX && x <= highX && y >= lowY && y <= highY) continue;
            atWalls.Ensure(wallCount + 1);
            wallMarks.Ensure(wallCount + 1);
            wallMarks.Data[wallCount] = 0;
            atWalls.Data[wallCount++] = (uint)i * NearPairs.DiscBytes;
        }
    }
}
