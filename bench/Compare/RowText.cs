using Handmade.Documentation;

namespace Handmade.Bench;

/// <summary>A row on the terminal: one line, goal and verdict last.</summary>
internal static class RowText
{
    public static string Of(Comparison row)
    {
        string rival = row.RivalFigure is { } figure ? $"{row.Rival} {Comparison.Three(figure)}" : row.Rival;
        string line = $"  {row.What,-18} {row.Shape,-24} {row.Threads} thr  {$"{Comparison.Three(row.Ours)} {row.Unit}",-26} {rival,-34} {row.RatioText,-20} {row.Goal,-8} {row.Verdict}";
        return line.TrimEnd();
    }
}
