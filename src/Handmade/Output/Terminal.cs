using Spectre.Console;

namespace Handmade.Output;

/// <summary>Where the program writes: plain text into files and pipes, colour and live progress on a terminal.</summary>
internal sealed class Terminal
{
    /// <summary>Output into these writers: plain, or watched on a console.</summary>
    public Terminal(TextWriter output, TextWriter error, IAnsiConsole? live = null) => (Out, Error, Live) = (output, error, live);

    /// <summary>Results and progress.</summary>
    public TextWriter Out { get; }

    /// <summary>Errors and what becomes of Ctrl-C.</summary>
    public TextWriter Error { get; }

    /// <summary>The console, if somebody watches; null when the output is a file or a pipe.</summary>
    public IAnsiConsole? Live { get; }

    /// <summary>The process's own terminal. <c>NO_COLOR</c> takes the colours away, <c>TERM=dumb</c> the live progress as well.</summary>
    public static Terminal OfProcess()
    {
        bool watched = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        if (!watched) return new Terminal(Console.Out, Console.Error);
        bool colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Terminal(Console.Out, Console.Error, AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Out),
            ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        }));
    }

    /// <summary>Writes a line.</summary>
    public void WriteLine(string line = "") => Out.WriteLine(line);

    /// <summary>Writes a table with its title, and an empty line after it.</summary>
    public void Write(Experiments.Table table)
    {
        if (Live is { } console) console.Write(Drawn(table));
        else PlainTable.Write(Out, table);
        WriteLine();
    }

    private static Spectre.Console.Table Drawn(Experiments.Table table)
    {
        var drawn = new Spectre.Console.Table { Border = TableBorder.Rounded, Title = new TableTitle(Markup.Escape(table.Title), Style.Plain) };
        foreach (string column in table.Columns) drawn.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        foreach (IReadOnlyList<string> row in table.Rows) drawn.AddRow(row.Select(Cell));
        return drawn;
    }

    private static Text Cell(string text) => new(text, text switch
    {
        Verdict.Pass => new Style(Color.Green),
        Verdict.Fail => new Style(Color.Red),
        _ => Style.Plain,
    });
}
