using Handmade.Kernels;
using Handmade.Output;

namespace Handmade;

/// <summary>Turns exceptions into a sentence on the error stream and an exit code: 2 for what the user can set right, 1 for a fault of ours.</summary>
internal static class ErrorBoundary
{
    /// <summary>Exit code of input that is refused.</summary>
    public const int Refused = 2;

    /// <summary>Exit code of a fault of the program.</summary>
    public const int Fault = 1;

    /// <summary>Runs <paramref name="body"/> and returns its exit code, or that of the exception it threw.</summary>
    public static int Guard(Terminal terminal, Func<int> body)
    {
        try
        {
            return body();
        }
        catch (Exception e) when (IsClosedPipe(e))
        {
            return 0; // The reader has seen enough: handmade list | head.
        }
        catch (Exception e)
        {
            (string sentence, int code) = Answer(e);
            terminal.Error.WriteLine(sentence);
            if (Environment.GetEnvironmentVariable("HANDMADE_DEBUG") is { Length: > 0 } level && level != "0")
                terminal.Error.WriteLine(e);
            else if (code == Fault)
                terminal.Error.WriteLine("This is a fault in Handmade; HANDMADE_DEBUG=1 before the command shows where.");
            return code;
        }
    }

    private static (string Sentence, int Code) Answer(Exception e) => e switch
    {
        HandmadeException => (e.Message, Refused),
        IOException when Code(e) is 28 or 112 => ("The disk is full: free some space and give the same command again.", Refused),
        IOException or UnauthorizedAccessException => ($"{e.Message.TrimEnd('.')}.", Refused),
        OutOfMemoryException => ("The memory is used up: take fewer --seeds, a smaller preset or a smaller train.batch.", Refused),
        _ => ($"Unexpected {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}", Fault),
    };

    private static bool IsClosedPipe(Exception e) => e is IOException && Code(e) is 32 or 109 && !OperatingSystem.IsWindows();

    // errno on Unix, the low word of a Windows error code.
    private static int Code(Exception e) => e.HResult & 0xFFFF;
}
