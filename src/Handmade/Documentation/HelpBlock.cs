namespace Handmade.Documentation;

/// <summary>The block <c>help</c>: every help page, as the program prints it.</summary>
internal static class HelpBlock
{
    /// <summary>The pages of the command line and of each verb.</summary>
    public static string Text(CommandLine commandLine) =>
        string.Join("\n", commandLine.Verbs.Select(Help.Of).Prepend(Help.Of(commandLine)).Select(page => $"```\n{page}```\n"));
}
