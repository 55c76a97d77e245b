using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>
/// The folder of one run: <c>config.json</c>, <c>state.json</c>, <c>metrics.csv</c>, <c>checkpoints/*.safetensors</c>,
/// <c>figures/*.svg</c>, <c>claims.json</c>, <c>tables.json</c>, <c>report.html</c>. One process holds it at a time.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string ConfigName = "config.json", LockName = ".lock";

    // What AtomicFile leaves behind when it is killed.
    private const string Temporary = ".tmp";

    private readonly FileStream held;

    private RunFolder(string path, FileStream held, RunConfig config, bool existed)
    {
        (Root, this.held, Config, Existed) = (path, held, config, existed);
        foreach (string leftover in Directory.EnumerateFiles(path, "*" + Temporary, SearchOption.AllDirectories))
            File.Delete(leftover);
        Stages = new StageLog(PathOf("state.json"));
    }

    /// <summary>The folder's path, as the user gave it.</summary>
    public string Root { get; }

    /// <summary>The configuration of the run.</summary>
    public RunConfig Config { get; }

    /// <summary>Whether the run was begun earlier and now goes on.</summary>
    public bool Existed { get; }

    /// <summary>Which stages are done.</summary>
    public StageLog Stages { get; }

    /// <summary>The page that shows the run.</summary>
    public string ReportPath => PathOf("report.html");

    /// <summary>The measurements of every checkpoint, a row each.</summary>
    public string MetricsPath => PathOf("metrics.csv");

    /// <summary>A file of measurements beside <see cref="MetricsPath"/>.</summary>
    public string MetricsFile(string name) => PathOf(name);

    /// <summary>The folder a run has when the user names none: <c>runs/collisions-tiny-7</c>, <c>runs/collisions-tiny-1to5</c>.</summary>
    public static string DefaultPath(string experiment, string preset, IReadOnlyList<ulong> seeds) => Path.Combine(
        "runs", $"{experiment}-{preset}-{(seeds.Count == 1 ? $"{seeds[0]}" : $"{seeds[0]}to{seeds[^1]}")}");

    /// <summary>Creates the folder, or opens it if it holds a run of the same configuration.</summary>
    /// <exception cref="HandmadeException">
    /// The folder holds another run, something that is no run, or a run that another process is working on.
    /// </exception>
    public static RunFolder Open(string path, RunConfig config)
    {
        if (File.Exists(path)) throw new HandmadeException($"{path} is a file: --out takes a folder, new, empty or of the same run.");
        string configPath = Path.Combine(path, ConfigName);
        if (Directory.Exists(path) && !File.Exists(configPath) && Foreign(path) is { } foreign)
            throw new HandmadeException($"{path} is no run folder, it holds {foreign} and no {ConfigName}: choose a new or empty folder with --out.");
        Directory.CreateDirectory(path);
        FileStream held = Lock(path);
        try
        {
            bool existed = File.Exists(configPath);
            if (!existed) config.Write(configPath);
            else if (config.FirstDifference(RunConfig.Read(configPath)) is { } difference)
                throw new HandmadeException(
                    $"The run in {path} has {difference}: give the same options to go on with it, or choose another folder with --out.");
            return new RunFolder(path, held, config, existed);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Path of <c>checkpoints/NAME.safetensors</c>.</summary>
    public string CheckpointPath(string name) => PathOf("checkpoints", name + ".safetensors");

    /// <summary>Path of <c>figures/NAME.svg</c>.</summary>
    public string FigurePath(string name) => PathOf("figures", name + ".svg");

    /// <summary>The claims in <c>claims.json</c>; none before they are written.</summary>
    public IReadOnlyList<Claim> Claims
    {
        get => Results.ReadClaims(PathOf("claims.json"));
        set => Results.WriteClaims(PathOf("claims.json"), value);
    }

    /// <summary>The tables that the terminal shows when the run ends; none before they are written.</summary>
    public IReadOnlyList<Table> Tables
    {
        get => Results.ReadTables(PathOf("tables.json"));
        set => Results.WriteTables(PathOf("tables.json"), value);
    }

    /// <summary>Lets go of the folder; another process may open it now.</summary>
    public void Dispose() => held.Dispose();

    private string PathOf(params ReadOnlySpan<string> names) => Path.Combine([Root, .. names]);

    // The first thing in the folder that a run killed before its config.json was written can't have left.
    private static string? Foreign(string path) => Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName)
        .FirstOrDefault(n => n != LockName && !n!.EndsWith(Temporary, StringComparison.Ordinal));

    // The file stays when the run ends: removing it would let two processes hold two files of the same name.
    // The system drops the lock with its process, however that ends.
    private static FileStream Lock(string path)
    {
        string lockPath = Path.Combine(path, LockName);
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException) && IsHeld(e))
        {
            throw new HandmadeException($"Another process is working on the run in {path}: wait for it, or choose another folder with --out.", e);
        }
    }

    // EWOULDBLOCK (11 on Linux, 35 on macOS) or a sharing violation on Windows; anything else is a real input/output error.
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;
}
