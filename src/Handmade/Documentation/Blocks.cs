using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Documentation;

/// <summary>
/// The parts of the docs that the program writes. A page holds <c>&lt;!-- made by: handmade docs NAME --></c> and
/// <c>&lt;!-- end --></c>, each on a line of its own; what stands between them is replaced by the block of that name.
/// </summary>
internal sealed class Blocks
{
    private const string Start = "<!-- made by: handmade docs ", StartEnd = " -->", End = "<!-- end -->";
    private readonly Dictionary<string, Func<Page, string>> makers = [];

    /// <summary>Registers a block: Markdown, without the marks around it.</summary>
    public void Add(string name, Func<string> markdown) => Add(name, _ => markdown());

    /// <summary>Registers a block that depends on the page it is written into.</summary>
    public void Add(string name, Func<Page, string> markdown) => makers.Add(name, markdown);

    /// <summary>The text of a page with every block filled.</summary>
    /// <exception cref="HandmadeException">A block has no end, or a name that nobody makes.</exception>
    public string Fill(Page page, string text)
    {
        string[] lines = text.Split('\n');
        var filled = new List<string>(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            filled.Add(lines[i]);
            if (!lines[i].StartsWith(Start, StringComparison.Ordinal)) continue;
            string block = lines[i][Start.Length..].TrimEnd().Replace(StartEnd, "");
            if (!makers.TryGetValue(block, out Func<Page, string>? make))
                throw new HandmadeException($"{page.Name} line {i + 1}: nothing makes the block {block}{Nearest.Hint(block, makers.Keys)}; there is {string.Join(", ", makers.Keys)}.");
            int end = Array.FindIndex(lines, i + 1, l => l.TrimEnd() == End || l.StartsWith(Start, StringComparison.Ordinal));
            if (end < 0 || lines[end].TrimEnd() != End)
                throw new HandmadeException($"{page.Name} line {i + 1}: the block {block} has no line \"{End}\" after it.");
            filled.AddRange(make(page).TrimEnd('\n').Split('\n'));
            filled.Add(lines[end]);
            i = end;
        }
        return string.Join('\n', filled);
    }
}
