namespace Handmade.Experiments;

/// <summary>Finds the name that somebody probably meant.</summary>
public static class Nearest
{
    /// <summary><c>" (did you mean model.layers?)"</c>, to stand behind the wrong word, or nothing when no name is near.</summary>
    public static string Hint(string word, IEnumerable<string> names) =>
        Find(word, names) is { } name ? $" (did you mean {name}?)" : "";

    /// <summary>
    /// The name at the smallest edit distance, if that is small enough to be a slip: at most a third of the word, and at least
    /// one edit. A name whose last dotted part is the word itself is always near (<c>layers</c> for <c>model.layers</c>).
    /// </summary>
    public static string? Find(string word, IEnumerable<string> names)
    {
        string? best = null;
        int bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (string name in names)
        {
            int distance = name.EndsWith('.' + word, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(word, name);
            if (distance < bestDistance) (best, bestDistance) = (name, distance);
        }
        return best;
    }

    /// <summary>Edits (insert, delete, replace, swap neighbours) that turn one word into the other, case ignored.</summary>
    public static int Distance(string a, string b)
    {
        (a, b) = (a.ToUpperInvariant(), b.ToUpperInvariant());
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
