using System.Globalization;
using System.Text;
using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>
/// <c>metrics.csv</c>: a row of numbers at a step. A row reaches the file before <see cref="Add"/> returns, so a checkpoint
/// written after it never knows more than the file; after a kill the rows beyond the checkpoint are dropped and computed again.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private readonly FileStream file;
    private readonly int columns;
    private readonly StringBuilder line = new();

    private MetricsLog(FileStream file, int columns) => (this.file, this.columns) = (file, columns);

    /// <summary>Opens the file for rows after <paramref name="resumeStep"/>; later rows, and a torn last one, are dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Names of the values; the column <c>step</c> stands before them.</param>
    /// <param name="resumeStep">The step of the checkpoint that training goes on from; -1 starts an empty file.</param>
    /// <exception cref="HandmadeException">The file has other columns, or a row that is no row.</exception>
    public static MetricsLog Open(string path, IReadOnlyList<string> columns, long resumeStep)
    {
        string header = string.Join(',', columns.Prepend("step"));
        var kept = new StringBuilder(header).Append('\n');
        if (resumeStep >= 0 && File.Exists(path))
        {
            string text = File.ReadAllText(path);
            string[] lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines.Length > 0 && lines[0] != header)
                throw new HandmadeException($"{path} has the columns {lines[0]}, this run writes {header}: choose another folder with --out.");
            foreach (string line in lines.Skip(1))
                if (Step(path, line) <= resumeStep) kept.Append(line).Append('\n');
        }
        AtomicFile.WriteText(path, kept.ToString());
        return new MetricsLog(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read), columns.Count);
    }

    /// <summary>Appends a row.</summary>
    /// <param name="step">The step; several rows may share one.</param>
    /// <param name="values">One value for each column.</param>
    public void Add(long step, params ReadOnlySpan<double> values)
    {
        if (values.Length != columns) throw new ArgumentException($"metrics: {values.Length} values for {columns} columns");
        line.Clear().Append(CultureInfo.InvariantCulture, $"{step}");
        foreach (double value in values) line.Append(',').Append(CultureInfo.InvariantCulture, $"{value}");
        file.Write(Encoding.ASCII.GetBytes(line.Append('\n').ToString()));
        file.Flush();
    }

    /// <summary>Reads the file: each column by its name, <c>step</c> among them.</summary>
    /// <exception cref="HandmadeException">A row that is no row.</exception>
    public static IReadOnlyDictionary<string, double[]> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] names = lines.Length > 0 ? lines[0].Split(',') : throw Damaged(path, "");
        var columns = names.ToDictionary(n => n, _ => new double[lines.Length - 1]);
        for (int row = 1; row < lines.Length; row++)
        {
            string[] cells = lines[row].Split(',');
            if (cells.Length != names.Length) throw Damaged(path, lines[row]);
            for (int i = 0; i < cells.Length; i++)
                columns[names[i]][row - 1] = double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
                    ? x : throw Damaged(path, lines[row]);
        }
        return columns;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private static long Step(string path, string line) =>
        long.TryParse(line.AsSpan(0, Math.Max(0, line.IndexOf(','))), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? step : throw Damaged(path, line);

    private static HandmadeException Damaged(string path, string line) =>
        new($"{path} is damaged: \"{line}\" is no row of numbers; delete the run folder or choose another one with --out.");
}
