namespace Handmade.Kernels;

/// <summary>
/// An error whose message is the answer: one sentence with what was found, where, and what would be right.
/// The executable prints the sentence alone and exits with code 2.
/// </summary>
public class HandmadeException : Exception
{
    /// <summary>An error with its one sentence.</summary>
    public HandmadeException(string message) : base(message) { }

    /// <summary>An error with its one sentence and the exception that it explains.</summary>
    public HandmadeException(string message, Exception inner) : base(message, inner) { }

    /// <summary>An error without a sentence; it exists because every exception type has one, and nothing here uses it.</summary>
    public HandmadeException() { }
}
