namespace Handmade.Kernels.Tests.Gemm;

/// <summary>Small products that meet full, narrow and ragged tiles, and two blocks of the depth.</summary>
internal static class GemmDigests
{
    public static IReadOnlyDictionary<string, Func<ulong>> All { get; } = new Dictionary<string, Func<ulong>>
    {
        ["f32 gemm"] = () => Digest.Of<float>(new GemmProblem<float>(13, 37, 23, Order.Rows, Order.Columns, Extras.All).Run()),
        ["f32 deep gemm"] = () => Digest.Of<float>(new GemmProblem<float>(3, 5, 401, Order.Columns, Order.Rows, Extras.All).Run()),
        ["f64 gemm"] = () => Digest.Of<double>(new GemmProblem<double>(13, 21, 23, Order.Columns, Order.Rows, Extras.All).Run()),
    };
}
