namespace Handmade.Documentation;

/// <summary>The lines that differ between two texts, as <c>- old</c> and <c>+ new</c>, each run headed by its line number.</summary>
internal static class LineDifference
{
    /// <summary>The differing lines by the longest common subsequence.</summary>
    public static IEnumerable<string> Of(string before, string after)
    {
        string[] a = before.Split('\n'), b = after.Split('\n');
        var common = new int[a.Length + 1, b.Length + 1];
        for (int i = a.Length - 1; i >= 0; i--)
            for (int j = b.Length - 1; j >= 0; j--)
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);

        bool inRun = false;
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                (i, j, inRun) = (i + 1, j + 1, false);
                continue;
            }
            if (!inRun) yield return $"@ line {i + 1}";
            inRun = true;
            if (j == b.Length || (i < a.Length && common[i + 1, j] >= common[i, j + 1])) yield return "- " + a[i++];
            else yield return "+ " + b[j++];
        }
    }
}
