using System.Text;
using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>Lines of device text, kept in step with the lines of C# that they come from: blank lines for small gaps, #line for others.</summary>
internal sealed class DeviceText
{
    private const int LargestGap = 3;
    private readonly StringBuilder text = new();
    private string file = "";
    private int next;
    private int depth;

    /// <summary>A line that belongs to the C# at <paramref name="source"/>.</summary>
    public void Line(string line, SyntaxNode source)
    {
        FileLinePositionSpan span = source.GetLocation().GetLineSpan();
        string name = FileName(span.Path);
        int number = span.StartLinePosition.Line + 1;
        if (name == file && number >= next && number - next <= LargestGap) text.Append('\n', number - next);
        else if (name != file || number != next) text.Append("#line ").Append(number).Append(" \"").Append(name).Append("\"\n");
        (file, next) = (name, number);
        Line(line);
    }

    /// <summary>A line of its own.</summary>
    public void Line(string line)
    {
        if (line == "}") depth--;
        text.Append(' ', 4 * depth).Append(line).Append('\n');
        if (line == "{") depth++;
        next++;
    }

    /// <summary>What was written so far moves to a text of its own; this one goes on behind it.</summary>
    public DeviceText Fork()
    {
        var head = new DeviceText { depth = depth };
        head.text.Append(text);
        text.Clear();
        file = "";
        return head;
    }

    public override string ToString() => text.ToString();

    // Without the folder: the text must not depend on where the source was built.
    private static string FileName(string path) => path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
}
