using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Handmade.Kernels;

namespace Handmade.Bench;

/// <summary>
/// A script of bench/rivals, run by Debian's own Python and kept alive: it gets ready once and then works when it is told to, so that its turns
/// stand beside ours. bench/rivals/bursts.py is its half of the talk.
/// </summary>
internal sealed class ScriptRival : IDisposable
{
    private const string Interpreter = "/usr/bin/python3";
    private readonly Process process;
    private readonly string script;
    private readonly Task<string> errors;

    private ScriptRival(Process process, string script)
    {
        (this.process, this.script) = (process, script);
        errors = process.StandardError.ReadToEndAsync();
        using JsonDocument greeting = Answer();
        Missing = greeting.RootElement.TryGetProperty("missing", out JsonElement missing) ? missing.GetString() : null;
        Name = greeting.RootElement.GetProperty("name").GetString()!;
    }

    /// <summary>Name and version, or only the name where it is missing.</summary>
    public string Name { get; }

    /// <summary>What has to be installed before the script can run; null where it can.</summary>
    public string? Missing { get; }

    /// <summary>Starts a script with its options; the talk begins when it is ready.</summary>
    public static ScriptRival Start(string script, params IEnumerable<string> options)
    {
        if (!File.Exists(Interpreter)) throw new HandmadeException($"{Interpreter} is missing, which runs bench/rivals/{script} (Debian: python3-minimal).");
        string[] words = [Path.Combine(Repository.Root, "bench", "rivals", script), .. options];
        return new(Process.Start(new ProcessStartInfo(Interpreter, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!, script);
    }

    /// <summary>The script's turn.</summary>
    public double Burst(double seconds)
    {
        process.StandardInput.WriteLine(seconds.ToString(CultureInfo.InvariantCulture));
        using JsonDocument answer = Answer();
        return answer.RootElement.GetProperty("seconds").GetDouble();
    }

    /// <summary>Ends the script.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private JsonDocument Answer() => process.StandardOutput.ReadLine() is { } line
        ? JsonDocument.Parse(line)
        : throw new InvalidOperationException($"bench/rivals/{script} ended: {errors.Result}");
}
