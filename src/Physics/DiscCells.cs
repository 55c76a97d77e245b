using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Handmade.Physics;

/// <summary>
/// The cell list: a grid of cells at least as wide as the range of the neighbor list, and all discs sorted by cell, row by row. A disc's
/// neighbours then lie in three runs of memory: one in its own row of cells and one in each of the rows beside.
/// </summary>
internal sealed unsafe class DiscCells
{
    private readonly int particles;
    private readonly double height;
    private readonly bool isPeriodic;
    private NativeList<double> x, y;
    private NativeList<int> start, cell, unsorted;

    public DiscCells(LargeDiscScene scene)
    {
        (particles, Width, height, isPeriodic) = (scene.Particles, scene.Width, scene.Height, scene.PeriodicX);
        // Vectors read up to 3 elements past the end, and what they find there is not used.
        x.Ensure(particles + 4);
        y.Ensure(particles + 4);
        NativeMemory.Clear(x.Data, (nuint)x.Capacity * sizeof(double));
        NativeMemory.Clear(y.Data, (nuint)y.Capacity * sizeof(double));
        cell.Ensure(particles);
        unsorted.Ensure(particles);
    }

    /// <summary>Side of the box along x.</summary>
    public double Width { get; }

    /// <summary>Cells in a row; an empty one stands before each row, so that runs need no look at the sides.</summary>
    public int Columns { get; private set; }

    /// <summary>Rows of cells.</summary>
    public int Rows { get; private set; }

    /// <summary>Places when the discs were sorted.</summary>
    public double* X => x.Data;

    /// <inheritdoc cref="X"/>
    public double* Y => y.Data;

    /// <summary>The cell of each sorted disc.</summary>
    public int* Cell => cell.Data;

    /// <summary>The first disc of each cell; discs of neighbouring cells of a row follow each other.</summary>
    public int* Start => start.Data;

    /// <summary>Number of the cell before a row's first one.</summary>
    public int Row(int row) => row * (Columns + 1);

    /// <summary>Sorts discs and their ids from one memory into another.</summary>
    public void Sort(DiscState* from, int* fromIds, DiscState* to, int* toIds, double range)
    {
        // Cells smaller than a disc's share of the box would only cost memory.
        double size = Math.Max(range, Math.Sqrt(Width * height / particles));
        Columns = Math.Max(isPeriodic ? 3 : 1, (int)Math.Min(Width / size, 1 << 20));
        Rows = Math.Max(1, (int)Math.Min(height / size, 1 << 20));
        int cells = Row(Rows + 1) + 3;
        start.Ensure(cells + 2);
        NativeMemory.Clear(start.Data, (nuint)(cells + 2) * sizeof(int));
        int* counts = start.Data + 2, where = unsorted.Data;
        double perX = Columns / Width, perY = Rows / height;
        for (int i = 0; i < particles; i++)
        {
            double left = isPeriodic ? Wrapped(from[i].X) : from[i].X;
            int c = Row(Index(from[i].Y * perY, Rows)) + 1 + Index(left * perX, Columns);
            where[i] = c;
            counts[c]++;
        }
        for (int c = 1; c <= cells; c++) start.Data[c + 1] += start.Data[c];
        int* next = start.Data + 1;
        for (int i = 0; i < particles; i++)
        {
            int c = where[i], place = next[c]++;
            to[place] = from[i];
            toIds[place] = fromIds[i];
            x.Data[place] = from[i].X;
            y.Data[place] = from[i].Y;
            cell.Data[place] = c;
        }
    }

    /// <summary>The image of a place inside a periodic box.</summary>
    public double Wrapped(double left) => left - (Width * Math.Floor(left / Width));

    /// <summary>Gives the memory back.</summary>
    public void Free()
    {
        x.Free();
        y.Free();
        start.Free();
        cell.Free();
        unsorted.Free();
    }

    // What is pressed into a wall or beyond it counts to the cell there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Index(double place, int count) => Math.Clamp(double.ConvertToIntegerNative<int>(place), 0, count - 1);
}
