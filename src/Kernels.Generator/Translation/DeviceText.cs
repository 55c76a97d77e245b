using System.Text;
using Microsoft.CodeAnalysis;

namespace Handmade.Kernels.Generator.Translation;

/// <summary>
/// Lines of device text, kept in step with the lines of C# that they come from: what stands on one line there stands on one line here;
/// blank lines fill small gaps, #line tells of others.
/// </summary>
internal sealed class DeviceText
{
    private const int LargestGap = 3;
    private readonly StringBuilder text = new();

    // For each open brace: true if it stands on the line of what it belongs to.
    private readonly Stack<bool> braces = new();
    private string file = "";
    private int line;
    private bool isBracePending;

    /// <summary>A line that belongs to the C# at <paramref name="source"/>.</summary>
    public void Line(string code, SyntaxNode source)
    {
        FileLinePositionSpan span = source.GetLocation().GetLineSpan();
        string name = FileName(span.Path);
        int number = span.StartLinePosition.Line + 1;
        if (name == file && number == line && (isBracePending || (braces.Count > 0 && braces.Peek())))
        {
            // { x; } as it stands in C#.
            if (isBracePending) Open(" {", true);
            text.Length--;
            text.Append(' ').Append(code).Append('\n');
            return;
        }
        if (isBracePending) Open(null, false);
        int gap = number - line - 1;
        if (name == file && gap >= 0 && gap <= LargestGap) text.Append('\n', gap);
        else text.Append("#line ").Append(number).Append(" \"").Append(name).Append("\"\n");
        (file, line) = (name, number);
        Indented(code);
    }

    /// <summary>A line of its own.</summary>
    public void Line(string code)
    {
        if (code == "{" && !isBracePending)
        {
            isBracePending = true;
            return;
        }
        if (isBracePending) Open(null, false);
        if (code == "{")
        {
            isBracePending = true;
            return;
        }
        if (code == "}" && braces.Pop())
        {
            text.Length--;
            text.Append(" }\n");
            return;
        }
        Indented(code);
        line++;
    }

    /// <summary>What was written so far moves to a text of its own; this one goes on behind it.</summary>
    public DeviceText Fork()
    {
        if (isBracePending) Open(null, false);
        var head = new DeviceText();
        head.text.Append(text);
        for (int i = 0; i < braces.Count; i++) head.braces.Push(false);
        text.Clear();
        file = "";
        return head;
    }

    public override string ToString() => text.ToString();

    // Without the folder: the text must not depend on where the source was built.
    private static string FileName(string path) => path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);

    private void Open(string? joined, bool isJoined)
    {
        isBracePending = false;
        if (joined is null)
        {
            Indented("{");
            line++;
        }
        else
        {
            text.Length--;
            text.Append(joined).Append('\n');
        }
        braces.Push(isJoined);
    }

    private void Indented(string code) => text.Append(' ', 4 * braces.Count).Append(code).Append('\n');
}
