using Handmade.Autograd;

namespace Handmade.Profiling;

/// <summary>The rows of docs/performance.md's table of kernels: every kind of kernel at a shape that memory or arithmetic bounds, and those of a training step at shapes of its size.</summary>
internal static class KernelShapes
{
    // The small ones are what a step of a small particle transformer has: 32 scenes of 20 discs, width 32, four heads.
    private static readonly (string Op, int[] Sizes, bool WithGradient)[] shapes =
    [
        ("add", [4096, 4096], false),
        ("add (constant)", [1 << 24], false),
        ("relu", [1 << 24], true),
        ("exp", [1 << 24], false),
        ("log", [1 << 24], false),
        ("tanh", [1 << 24], false),
        ("sin", [1 << 20], false),
        ("gelu", [1 << 24], true),
        ("gelu (tanh)", [1 << 24], true),
        ("sum", [4096, 4096], false),
        ("sum (rows)", [4096, 4096], false),
        ("sum (columns)", [4096, 4096], false),
        ("sum (axes apart)", [64, 256, 256], false),
        ("mean (middle axis)", [64, 256, 1024], false),
        ("max", [4096, 4096], false),
        ("argmax", [2048, 2048], false),
        ("softmax", [2048, 2048], true),
        ("softmax", [2560, 20], true),
        ("softmax (first axis)", [2048, 2048], false),
        ("log_softmax", [2048, 2048], true),
        ("cross_entropy", [8192, 1024], true),
        ("layer_norm", [8192, 512], true),
        ("layer_norm", [640, 32], true),
        ("contiguous", [2048, 2048], false),
        ("concat", [2048, 2048], false),
        ("index_select", [65536, 32768, 128], false),
        ("embedding", [64, 4096, 128], true),
        ("gather", [2048, 2048, 2048], false),
        ("cumsum", [2048, 2048], false),
        ("sort", [256, 2048], false),
        ("matmul", [1024, 1024, 1024], false),
        ("matmul", [640, 32, 32], true),
        ("linear", [4096, 512, 512], true),
        ("linear (gelu)", [640, 128, 32], true),
        ("attention", [8, 256, 8, 32], true),
        ("attention", [32, 20, 4, 8], true),
    ];

    /// <summary>What is timed, of this table of ops.</summary>
    public static Measurement[] Of(IReadOnlyList<OpCase> rows) =>
    [
        .. from shape in shapes
           let row = rows.Single(row => row.Name == shape.Op)
           from gradients in shape.WithGradient ? new[] { false, true } : [false]
           select new Measurement(row, shape.Sizes, gradients),
    ];
}
