using Handmade.Documentation;

namespace Handmade.Bench;

/// <summary>
/// A table of comparisons. Adding a row: yield it from the topic's method, with a <see cref="Contest"/>; adding a topic: write such a method in a
/// file of its own and name it in <see cref="All"/>, then put the block <c>performance NAME</c> into docs/performance.md.
/// </summary>
/// <param name="Name">As the command line and the docs name it.</param>
/// <param name="What">What is compared with what.</param>
/// <param name="Rows">Measures; with <see cref="Budget.Quick"/> only rows that have a goal.</param>
internal sealed record Topic(string Name, string What, Func<Budget, IEnumerable<Comparison>> Rows)
{
    /// <summary>Every topic, in the order of the page.</summary>
    public static IReadOnlyList<Topic> All { get; } =
    [
        new("gemm", "matrix products against OpenBLAS", Gemm.Rows),
        new("dispatch", "the cost of a launch in a captured step", Dispatch.Rows),
        new("training", "training steps of the particle transformer against PyTorch", Training.Rows),
        new("modular", "training steps of the modular addition transformer against PyTorch", ModularAddition.Rows),
        new("replicas", "replicas in one captured step against our own lone runs", Replicas.Rows),
        new("simulator", "the disc simulator against LAMMPS", Simulator.Rows),
        new("discs", "a substep of the disc simulator against the number of discs", LargeScenes.Curve),
        new("reductions", "reductions on OpenCL and CUDA devices against the driver's copy", Reductions.Rows),
        new("cuda-gemm", "matrix products on an NVIDIA GPU against cuBLAS", CudaGemm.Rows),
        new("cuda-training", "training steps on an NVIDIA GPU against PyTorch there", CudaTraining.Rows),
        new("scaling", "the training step against each of its sizes", Scaling.Rows),
    ];
}
