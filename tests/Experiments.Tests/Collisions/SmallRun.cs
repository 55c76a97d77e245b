using Handmade.Experiments.Collisions;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Paper = Handmade.Experiments.Collisions.Collisions;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>The main experiment at a size that trains in a second, seeds 3 and 4.</summary>
internal static class SmallRun
{
    private static readonly string[] sizes =
    [
        "physics.particles=5", "data.frames=3", "data.trajectories=40", "data.test-trajectories=6", "model.width=8", "model.heads=2",
        "train.steps=120", "train.batch=2", "train.control-steps=60", "train.warm-up=5", "llc.run=off",
    ];

    public static RunOutcome Go(
        string path, Device device, WorkerPool workers, string[] extra, IProgressSink? sink = null, CancellationTokenSource? interrupt = null, Action<ReportData>? report = null)
    {
        var paper = new Paper();
        ExperimentOptions options = paper.Configure("tiny", [.. sizes, .. extra]);
        using RunFolder folder = RunFolder.Open(path, RunConfig.Of(paper, "tiny", options, [3, 4], device.Name, workers.Threads));
        return paper.Run(new RunContext(options, folder, device, workers, sink ?? new NoProgress(), interrupt?.Token ?? CancellationToken.None) { ReportWriter = (_, data) => report?.Invoke(data) });
    }

    /// <summary>The options of a finished run and the files of one of its trainees.</summary>
    public static (CollisionsOptions Options, TraineeFiles Files, Action Close) Reopen(string path, string trainee)
    {
        var paper = new Paper();
        ExperimentOptions options = paper.Configure("tiny", sizes);
        RunFolder folder = RunFolder.Open(path, RunConfig.Of(paper, "tiny", options, [3, 4], "host", 2));
        string config = string.Join('\n', folder.Config.Options.Select(option => $"{option.Name}={option.Json}"));
        return ((CollisionsOptions)options, new TraineeFiles(folder, trainee, config), folder.Dispose);
    }

    /// <summary>Every file of a run except those that tell of time and threads.</summary>
    public static Dictionary<string, string> Bits(string path) =>
        Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is not ("state.json" or "config.json"))
            .ToDictionary(f => Path.GetRelativePath(path, f), f => Convert.ToHexString(File.ReadAllBytes(f)));
}
