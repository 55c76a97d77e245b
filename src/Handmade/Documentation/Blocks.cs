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
    private readonly Dictionary<string, Func<Page, string, string>> families = [];

    /// <summary>Registers a block: Markdown, without the marks around it.</summary>
    public void Add(string name, Func<string> markdown) => Add(name, _ => markdown());

    /// <summary>Registers a block that depends on the page it is written into.</summary>
    public void Add(string name, Func<Page, string> markdown) => makers.Add(name, markdown);

    /// <summary>Registers the blocks <c>FAMILY MEMBER</c>, whose members only the page's repository knows.</summary>
    public void AddFamily(string name, Func<Page, string, string> markdown) => families.Add(name, markdown);

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
            if (Maker(block) is not { } make)
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

    private Func<Page, string>? Maker(string block)
    {
        if (makers.TryGetValue(block, out Func<Page, string>? make)) return make;
        string[] words = block.Split(' ', 2);
        return words.Length == 2 && families.TryGetValue(words[0], out Func<Page, string, string>? family) ? page => family(page, words[1]) : null;
    }
}
