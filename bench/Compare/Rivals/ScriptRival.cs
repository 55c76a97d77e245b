using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Handmade.Kernels;

namespace Handmade.Bench;

/// <summary>
/// A script of bench/rivals, run by Debian's own Python, or by the one that RIVAL_PYTHON names, and kept alive: it gets ready once and then works when
/// it is told to, so that its turns stand beside ours. bench/rivals/bursts.py is its half of the talk.
/// </summary>
internal sealed class ScriptRival : IDisposable
{
    // Debian's PyTorch has no CUDA.
    private static readonly string Interpreter = Environment.GetEnvironmentVariable("RIVAL_PYTHON") is { Length: > 0 } chosen ? chosen : "/usr/bin/python3";
    private readonly Process? process;
    private readonly string script;
    private readonly Task<string>? errors;

    // There is no interpreter.
    private ScriptRival(string script) => (this.script, Name, Missing) = (script, "a Python script", "python3-minimal");

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

    /// <summary>Starts a script on so many threads, with its options; the talk begins when it is ready.</summary>
    public static ScriptRival Start(string script, int threads, params IEnumerable<string> options)
    {
        if (!File.Exists(Interpreter)) return new(script);
        string[] words = [Path.Combine(Repository.Root, "bench", "rivals", script), "--threads", $"{threads}", .. options];
        var start = new ProcessStartInfo(Interpreter, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // PyTorch sets the threads of its own loops alone; its matrix products are those of a library with threads of its own.
        foreach (string name in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]) start.Environment[name] = $"{threads}";
        return new(Process.Start(start)!, script);
    }

    /// <summary>The script's turn.</summary>
    public double Burst(double seconds)
    {
        process!.StandardInput.WriteLine(seconds.ToString(CultureInfo.InvariantCulture));
        using JsonDocument answer = Answer();
        return answer.RootElement.GetProperty("seconds").GetDouble();
    }

    /// <summary>Ends the script.</summary>
    public void Dispose()
    {
        if (process is null) return;
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private JsonDocument Answer() => process!.StandardOutput.ReadLine() is { } line
        ? JsonDocument.Parse(line)
        : throw new HandmadeException($"bench/rivals/{script} ended: {errors!.Result.Trim().Split('\n')[^1]}");
}
