using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>Literals and selects of one integer: TM of the kernels over int.</summary>
public readonly struct I32 : ICompare<int>
{
    /// <inheritdoc/>
    public static int Of(double x) => (int)x;

    /// <inheritdoc/>
    public static int SelectLess(int a, int b, int x, int y) => a < b ? x : y;

    /// <inheritdoc/>
    public static int SelectLessOrEqual(int a, int b, int x, int y) => a <= b ? x : y;

    /// <inheritdoc/>
    public static int SelectEqual(int a, int b, int x, int y) => a == b ? x : y;
}
