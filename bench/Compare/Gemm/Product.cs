namespace Handmade.Bench;

/// <summary>A matrix product to time. <c>Wide</c>: double instead of float; <c>Batch</c>: so many of them, which the rival does one by one.</summary>
internal sealed record Product(string Name, int M, int N, int K)
{
    public bool ATransposed { get; init; }

    public bool BTransposed { get; init; }

    public bool Wide { get; init; }

    public int Batch { get; init; } = 1;

    public int Threads { get; init; } = 1;

    /// <summary>The least ratio that is wanted.</summary>
    public double? AtLeast { get; init; }

    public double Work => 2.0 * Batch * M * N * K;

    public string Shape => $"{(Batch > 1 ? $"{Batch}×" : "")}{M}×{N}×{K} {(Wide ? "f64" : "f32")}";
}
