using Handmade.Kernels;
using static Handmade.Analysis.HeadStatistics;

namespace Handmade.Analysis;

/// <summary>
/// Head scores on devices, straight from the attention buffer: a work item has one query's row of weights. Bound by reading weights and pairs once
/// and by the histogram's increments.
/// </summary>
internal static partial class HeadScoreKernels
{
    /// <summary>Work items that share a head's bins or rows on a GPU.</summary>
    public const int Threads = 64;

    /// <summary>What each row adds to each total: totals is [head, total, row], so that neighbours write side by side. The histogram is exact: integers.</summary>
    [Kernel(GroupSize = Threads)]
    public static void AddRows<T, TM>(
        ArrayView<double> totals, ArrayView<int> histogram, ArrayView<T> pattern, ArrayView<byte> contacts, ArrayView<float> distances, ArrayView<float> impacts,
        PatternStrides strides, int heads, int units, int batch, int n, int partners)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        int item = (Grid.IdxX * Group.DimX) + Group.IdxX, rows = batch * n, unit = item / rows, row = item % rows, frame = row / n, i = row % n;
        if (unit >= units) return;
        long weights = ((unit / heads) * strides.Replica) + ((unit % heads) * strides.Head) + (frame * strides.Frame) + (i * strides.Query), pairs = (long)row * n;
        long bins = (long)unit * 2 * Bins;
        double a = 0, d = 0, ad = 0, aa = 0, dd = 0, mass = 0, best = -1, bestPartner = -1, self = 0;
        int count = 0;
        for (int j = 0; j < n; j++)
        {
            double weight = TM.ToDouble(pattern[weights + (j * strides.Key)]), distance = distances[pairs + j];
            bool touches = contacts[pairs + j] != 0;
            int bin = 0;
            if (j == i)
            {
                self = weight;
                weight = 0;
            }
            bin = Math.Min(Math.Max(BitConverter.SingleToInt32Bits((float)weight) >> 16, 0), Bins - 1);
            if (touches) bin += Bins;
            Atomic.Add(ref histogram[bins + bin], 1);
            if (j == i) Atomic.Add(ref histogram[bins], -1);
            a += weight;
            d += distance;
            ad += weight * distance;
            aa += weight * weight;
            dd += distance * distance;
            best = Math.Max(best, weight);
            if (touches)
            {
                count++;
                mass += weight;
                bestPartner = Math.Max(bestPartner, weight);
            }
        }
        double impact = impacts[row];
        bool isTouching = count > 0;
        long at = ((long)unit * (int)Total.Count * rows) + row;
        totals[at + ((long)Total.Rows * rows)] = 1;
        totals[at + ((long)Total.Touching * rows)] = isTouching ? 1 : 0;
        totals[at + ((long)Total.Contact * rows)] = mass;
        totals[at + ((long)Total.Impact * rows)] = isTouching ? impact : 0;
        totals[at + ((long)Total.ImpactContact * rows)] = isTouching ? impact * mass : 0;
        totals[at + ((long)Total.OffSelf * rows)] = isTouching ? mass / Math.Max(1 - self, 1e-9) : 0;
        totals[at + ((long)Total.AwakeTouching * rows)] = isTouching ? 1 - self : 0;
        totals[at + ((long)Total.AwakeFree * rows)] = isTouching ? 0 : 1 - self;
        totals[at + ((long)Total.Null * rows)] = isTouching ? (double)count / partners : 0;
        totals[at + ((long)Total.Hits * rows)] = isTouching && bestPartner == best ? 1 : 0;
        totals[at + ((long)Total.Pairs * rows)] = n - 1;
        totals[at + ((long)Total.A * rows)] = a;
        totals[at + ((long)Total.D * rows)] = d;
        totals[at + ((long)Total.AD * rows)] = ad;
        totals[at + ((long)Total.AA * rows)] = aa;
        totals[at + ((long)Total.DD * rows)] = dd;
        totals[at + ((long)Total.C * rows)] = count;
    }

    /// <summary>sums += Σ over rows: a group for each total of each head, four chains a work item, then the group's tree.</summary>
    [Kernel(GroupSize = Threads)]
    public static void AddTotals(ArrayView<double> sums, ArrayView<double> totals, int rows)
    {
        long first = (long)Grid.IdxX * rows;
        double a = 0, b = 0, c = 0, d = 0;
        int i = Group.IdxX, step = Group.DimX;
        for (; i + (3 * step) < rows; i += 4 * step)
        {
            a += totals[first + i];
            b += totals[first + i + step];
            c += totals[first + i + (2 * step)];
            d += totals[first + i + (3 * step)];
        }
        for (; i < rows; i += step) a += totals[first + i];
        double sum = GroupExtensions.AllReduce<double, AddOf<double, F64>>((a + b) + (c + d));
        if (Group.IdxX == 0) sums[Grid.IdxX] += sum;
    }

    /// <summary>The contact score's sums by height: a group for each bin of each head goes through what each row adds (AddRows wrote it) and takes those in its bin.</summary>
    [Kernel(GroupSize = Threads)]
    public static void AddHeights(ArrayView<double> sums, ArrayView<double> totals, ArrayView<float> heights, int bins, int rows)
    {
        int unit = Grid.IdxX / bins, bin = Grid.IdxX % bins;
        long first = (long)unit * (int)Total.Count * rows;
        double touching = 0, contact = 0, uniform = 0;
        for (int row = Group.IdxX; row < rows; row += Group.DimX)
        {
            if (HeightBin(heights[row], bins) == bin)
            {
                touching += totals[first + ((long)Total.Touching * rows) + row];
                contact += totals[first + ((long)Total.Contact * rows) + row];
                uniform += totals[first + ((long)Total.Null * rows) + row];
            }
        }
        touching = GroupExtensions.AllReduce<double, AddOf<double, F64>>(touching);
        contact = GroupExtensions.AllReduce<double, AddOf<double, F64>>(contact);
        uniform = GroupExtensions.AllReduce<double, AddOf<double, F64>>(uniform);
        if (Group.IdxX == 0)
        {
            long at = (long)Grid.IdxX * HeightScore.Count;
            sums[at] += touching;
            sums[at + 1] += contact;
            sums[at + 2] += uniform;
        }
    }

    /// <summary>The scores of a head: a group shares its bins. Counts are exact in double, so the area under the curve is the host's.</summary>
    [Kernel(GroupSize = Threads)]
    public static void Finish(ArrayView<double> scores, ArrayView<double> sums, ArrayView<int> histogram)
    {
        ArrayView<double> wins = SharedMemory.Allocate<double>(Threads), free = SharedMemory.Allocate<double>(Threads), touched = SharedMemory.Allocate<double>(Threads);
        int unit = Grid.IdxX, own = Group.IdxX, share = (Bins + Group.DimX - 1) / Group.DimX, end = Math.Min((own + 1) * share, Bins);
        long bins = (long)unit * 2 * Bins;
        double ownWins = 0, ownFree = 0, ownTouched = 0;
        for (int bin = own * share; bin < end; bin++)
        {
            double freeHere = histogram[bins + bin], touchedHere = histogram[bins + Bins + bin];
            ownWins += touchedHere * (ownFree + (0.5 * freeHere));
            ownFree += freeHere;
            ownTouched += touchedHere;
        }
        wins[own] = ownWins;
        free[own] = ownFree;
        touched[own] = ownTouched;
        Group.Barrier();
        if (own == 0)
        {
            double allWins = 0, allFree = 0, allTouched = 0;
            for (int k = 0; k < Group.DimX; k++)
            {
                allWins += wins[k] + (touched[k] * allFree);
                allFree += free[k];
                allTouched += touched[k];
            }
            HeadTotals totals = Read(sums, (long)unit * (int)Total.Count);
            long at = (long)unit * HeadScore.Count;
            scores[at] = totals.Contact / totals.Touching;
            scores[at + 1] = totals.ImpactContact / totals.Impact;
            scores[at + 2] = totals.OffSelf / totals.Touching;
            scores[at + 3] = HeadTotals.Gate(totals);
            scores[at + 4] = totals.Hits / totals.Touching;
            scores[at + 5] = allWins / (allTouched * allFree);
            scores[at + 6] = HeadTotals.ContactCorrelation(totals);
            scores[at + 7] = HeadTotals.DistanceCorrelation(totals);
            scores[at + 8] = totals.AD / totals.Rows;
            scores[at + 9] = totals.Null / totals.Touching;
            scores[at + 10] = totals.Touching;
        }
    }

    private static HeadTotals Read(ArrayView<double> sums, long at) => new()
    {
        Rows = sums[at + (int)Total.Rows],
        Touching = sums[at + (int)Total.Touching],
        Contact = sums[at + (int)Total.Contact],
        Impact = sums[at + (int)Total.Impact],
        ImpactContact = sums[at + (int)Total.ImpactContact],
        OffSelf = sums[at + (int)Total.OffSelf],
        AwakeTouching = sums[at + (int)Total.AwakeTouching],
        AwakeFree = sums[at + (int)Total.AwakeFree],
        Null = sums[at + (int)Total.Null],
        Hits = sums[at + (int)Total.Hits],
        Pairs = sums[at + (int)Total.Pairs],
        A = sums[at + (int)Total.A],
        D = sums[at + (int)Total.D],
        AD = sums[at + (int)Total.AD],
        AA = sums[at + (int)Total.AA],
        DD = sums[at + (int)Total.DD],
        C = sums[at + (int)Total.C],
    };
}

/// <summary>How far apart neighbours lie along each axis of a pattern.</summary>
internal struct PatternStrides
{
    public long Replica, Frame, Head, Query, Key;
}
