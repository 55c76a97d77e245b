using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;

namespace Handmade.Experiments.Collisions;

/// <summary>What the controls measured, as a file of the run keeps it.</summary>
/// <param name="Shuffled">Scores under shuffled contact labels, for each seed.</param>
/// <param name="Transfers">Loss and scores in each setting, and there for each seed.</param>
/// <param name="Ablated">Which seed's heads were ablated: the one with the best head.</param>
/// <param name="Whole">Errors of its whole network.</param>
/// <param name="Heads">Errors without each of its heads.</param>
internal sealed record ControlResults(
    IReadOnlyList<Measurement> Shuffled, IReadOnlyList<Measurement[]> Transfers, int Ablated, RowErrors Whole, IReadOnlyList<AblatedHead> Heads)
{
    /// <summary>Writes the file, whole or not at all.</summary>
    public void Save(RunFolder folder, string config, Device device)
    {
        using Scope scope = device.Scope();
        var file = new Checkpoint();
        file.Add("shuffled", Rows(Shuffled.Select(measurement => measurement.ToRow())));
        file.Add("transfers", Rows(Transfers.SelectMany(seeds => seeds).Select(measurement => measurement.ToRow())));
        file.Add("ablated", Rows([[Ablated]]));
        file.Add("whole", Rows([Whole.ToArray()]));
        file.Add("heads", Rows(Heads.Select(head => head.Mean.ToArray().Concat(head.Zero.ToArray()))));
        file.Save(Path(folder), 0, config);

        TensorView Rows(IEnumerable<IEnumerable<double>> rows)
        {
            double[][] values = [.. rows.Select(row => row.ToArray())];
            return device.From<double>([.. values.SelectMany(row => row)], [values.Length, values[0].Length]);
        }
    }

    /// <summary>Reads the file of a run of these options with as many seeds.</summary>
    public static ControlResults Load(RunFolder folder, string config, CollisionsOptions options, int seeds, Device device)
    {
        using Scope scope = device.Scope();
        var file = new Checkpoint();
        int length = Measurement.RowLength(options), settings = TransferSetting.Of(options).Length;
        TensorView shuffled = Add("shuffled", seeds, length), transfers = Add("transfers", settings * seeds, length);
        TensorView ablated = Add("ablated", 1, 1), whole = Add("whole", 1, RowErrors.Count), heads = Add("heads", options.Blocks * options.Heads, 2 * RowErrors.Count);
        file.Load(Path(folder), config);
        double[] errors = heads.ToArray<double>();
        return new ControlResults(
            Measurements(shuffled), [.. Measurements(transfers).Chunk(seeds)], (int)ablated.Item<double>(), RowErrors.FromArray(whole.ToArray<double>()),
            [.. errors.Chunk(2 * RowErrors.Count).Select((row, i) => new AblatedHead(i / options.Heads, i % options.Heads, RowErrors.FromArray(row), RowErrors.FromArray(row.AsSpan(RowErrors.Count))))]);

        TensorView Add(string name, int rows, int columns)
        {
            TensorView tensor = Copy.Full(device, [rows, columns], DType.F64, 0);
            file.Add(name, tensor);
            return tensor;
        }

        Measurement[] Measurements(TensorView rows) => [.. rows.ToArray<double>().Chunk(length).Select(row => Measurement.FromRow(row, options))];
    }

    private static string Path(RunFolder folder) => folder.CheckpointPath("controls");
}

/// <summary>Errors of a network without one of its heads.</summary>
/// <param name="Block">The head's block, from 0.</param>
/// <param name="Head">Its place in the block, from 0.</param>
/// <param name="Mean">With its z replaced by its mean over the held-out tokens.</param>
/// <param name="Zero">With its z replaced by zeros.</param>
internal sealed record AblatedHead(int Block, int Head, RowErrors Mean, RowErrors Zero);
