using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Output;

namespace Handmade;

/// <summary>The whole command line: finds the verb, hands it its options, and answers what can't be read with one sentence.</summary>
internal sealed class CommandLine : RootCommand
{
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>The command line of these verbs.</summary>
    public CommandLine(params IReadOnlyList<Verb> verbs)
        : base("Physics-of-learning papers that run: simulate, train, look inside.")
    {
        Verbs = verbs;
        foreach (Verb verb in verbs) Add(verb);
        Options.Clear();
        Add(new HelpOption("--help", "-h") { Description = "shows this help", Action = new ShowHelp(this) });
        Add(new VersionOption("--version") { Description = "shows the version", Action = new ShowVersion() });
    }

    /// <summary>The verbs, in the order of the help.</summary>
    public IReadOnlyList<Verb> Verbs { get; }

    /// <summary>Runs what the arguments ask for and returns the exit code; no exception leaves it.</summary>
    public int Invoke(IReadOnlyList<string> args, Terminal terminal) => ErrorBoundary.Guard(terminal, () =>
    {
        ParseResult input = Parse(args, Parser);
        if (input.Errors.Count > 0) throw Misread(input);
        return input.Invoke(new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    });

    private HandmadeException Misread(ParseResult input)
    {
        Command command = input.CommandResult.Command;
        string help = command == this ? "\"handmade --help\"" : $"\"handmade {command.Name} --help\"";
        if (input.UnmatchedTokens is [var token, ..])
        {
            if (command == this && !token.StartsWith('-'))
                return new($"There is no verb {token}{Nearest.Hint(token, Verbs.Select(v => v.Name))}; {help} lists them.");
            string owner = command == this ? "handmade" : command.Name;
            return token.StartsWith('-')
                ? new($"{owner} has no option {token}{Nearest.Hint(token, command.Options.Select(o => o.Name))}; {help} shows those it has.")
                : new($"{owner} takes no {token} here; {help} shows what it takes.");
        }
        ParseError error = input.Errors[0];
        return error.SymbolResult switch
        {
            OptionResult { Tokens.Count: 0 } option => new($"{option.IdentifierToken?.Value ?? option.Option.Name} needs a value; {help} shows which."),
            OptionResult option => new($"{option.Option.Name} may be given once; {help} shows how."),
            ArgumentResult argument when argument.Tokens.Count == 0 => new($"{command.Name} needs {argument.Argument.Name}; {help} shows examples."),
            _ when command == this => new($"Name a verb; {help} lists them."),
            _ => new($"{error.Message.TrimEnd('.')}; {help} shows what is right."),
        };
    }

    private sealed class ShowHelp(CommandLine root) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult input)
        {
            TextWriter output = input.InvocationConfiguration.Output;
            output.Write(input.CommandResult.Command is Verb verb ? Help.Of(verb) : Help.Of(root));
            return 0;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult input)
        {
            input.InvocationConfiguration.Output.WriteLine($"handmade {RunConfig.ThisBuild}");
            return 0;
        }
    }
}
