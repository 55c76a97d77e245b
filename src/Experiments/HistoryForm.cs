using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;

namespace Handmade.Experiments;

/// <summary>How a training's measurements are kept in its checkpoint: a row of numbers for each milestone.</summary>
/// <param name="Milestones">Steps at which it is measured: 0, others in order, the last.</param>
/// <param name="RowLength">Numbers of a row.</param>
/// <param name="ToRow">A measurement as numbers.</param>
/// <param name="FromRow">And back.</param>
/// <typeparam name="T">What a milestone measures.</typeparam>
internal sealed record HistoryForm<T>(IReadOnlyList<long> Milestones, int RowLength, Func<T, IEnumerable<double>> ToRow, Func<double[], T> FromRow)
{
    /// <summary>Rows for all milestones, f64.</summary>
    public TensorView Rows(Device device) => Copy.Full(device, [Milestones.Count, RowLength], DType.F64, 0);

    /// <summary>The measurements up to a step, which fill the first rows.</summary>
    public T[] Read(TensorView rows, long step) =>
        [.. rows.ToArray<double>().Chunk(RowLength).Take(Milestones.Count(milestone => milestone <= step)).Select(FromRow)];

    /// <summary>The measurements in the last checkpoint of a training.</summary>
    public T[] Load(string path, string config, Device device)
    {
        using Scope scope = device.Scope();
        TensorView rows = Rows(device);
        var checkpoint = new Checkpoint();
        checkpoint.Add("history", rows);
        return Read(rows, checkpoint.Load(path, config, ignoreOthers: true));
    }
}
