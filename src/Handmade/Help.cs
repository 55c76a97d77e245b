using System.CommandLine;
using System.Text;

namespace Handmade;

/// <summary>Help pages: usage, what it does, arguments, options, examples. The docs hold the same text.</summary>
internal static class Help
{
    /// <summary>The page of <c>handmade --help</c>.</summary>
    public static string Of(CommandLine root)
    {
        var page = new StringBuilder("handmade VERB [options]\n\n").Append(root.Description).Append('\n');
        Section(page, "Verbs", root.Verbs.Select(v => (Usage(v), v.Description ?? "")));
        Section(page, "Options", root.Options.Select(Line));
        Examples(page, root.Verbs.Select(v => v.Examples[0]));
        return page.Append("\n\"handmade VERB --help\" shows a verb's options and more examples.\n").ToString();
    }

    /// <summary>The page of <c>handmade VERB --help</c>.</summary>
    public static string Of(Verb verb)
    {
        var page = new StringBuilder($"handmade {Usage(verb)}\n\n").Append(verb.Description).Append('\n');
        Section(page, "Arguments", verb.Arguments.Select(a => (a.Name, a.Description ?? "")));
        Section(page, "Options", verb.Options.Select(Line));
        Examples(page, verb.Examples);
        return page.ToString();
    }

    private static string Usage(Verb verb)
    {
        string arguments = string.Concat(verb.Arguments.Select(a => a.Arity.MinimumNumberOfValues > 0 ? " " + a.Name : $" [{a.Name}]"));
        return verb.Name + arguments + (verb.Options.Count > 0 ? " [options]" : "");
    }

    private static (string, string) Line(Option option) =>
        (string.Join(", ", option.Aliases.Prepend(option.Name)) + (option.HelpName is { } value ? " " + value : ""), option.Description ?? "");

    private static void Section(StringBuilder page, string title, IEnumerable<(string Term, string Meaning)> lines)
    {
        (string Term, string Meaning)[] all = [.. lines];
        if (all.Length == 0) return;
        page.Append('\n').Append(title).Append('\n');
        int width = all.Max(l => l.Term.Length) + 3;
        foreach ((string term, string meaning) in all)
            page.Append("  ").Append(term.PadRight(width)).Append(meaning).Append('\n');
    }

    private static void Examples(StringBuilder page, IEnumerable<string> examples)
    {
        page.Append("\nExamples\n");
        foreach (string example in examples) page.Append("  handmade ").Append(example).Append('\n');
    }
}
