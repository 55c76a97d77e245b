using System.Text.Json;
using Handmade.Experiments;
using Handmade.Experiments.Tests;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Profiling;
using Handmade.Testing;

namespace Handmade.Tests;

public sealed class ProfileTests : IDisposable
{
    private static readonly Roofline Round = new(Bandwidth: 1e9, PeakF32: 1e9, PeakF64: 1e8);
    private readonly TemporaryFolder folder = new();
    private readonly HostDevice host = new(1);

    public void Dispose()
    {
        host.Dispose();
        folder.Dispose();
    }

    // The launches of a product [2, 3]·[3, 4] and of a copy.
    private List<LaunchTime> Observed()
    {
        var times = new List<LaunchTime>();
        using Scope scope = host.Scope();
        TensorView a = Copy.Full(host, [2, 3], DType.F32, 1), b = Copy.Full(host, [3, 4], DType.F32, 1);
        host.Profile(times.Add);
        Gemm.MatMul(a, b);
        Copy.Clone(a);
        host.Profile(null);
        Gemm.MatMul(a, b);
        return times;
    }

    [Test]
    public void The_host_tells_of_each_launch_while_it_is_asked_to()
    {
        List<LaunchTime> times = Observed();
        Assert.That(times.Select(time => time.Launch!.Name), Is.EqualTo(new[] { "matmul", "copy" }));
        Assert.That(times[0].Duration, Is.GreaterThanOrEqualTo(0));
        Assert.That(times[1].Start, Is.GreaterThanOrEqualTo(times[0].Start + times[0].Duration));
    }

    [Test]
    public void The_tally_adds_calls_bytes_and_operations()
    {
        Launch matmul = Observed()[0].Launch!, copy = Observed()[1].Launch!;
        var tally = new LaunchTally(Round);
        // As the host tells: the same launch twice is two replays.
        tally.Add(new LaunchTime(matmul, matmul.Name, 0, 100));
        tally.Add(new LaunchTime(matmul, matmul.Name, 100, 300));
        // As a device tells: two kernels of one launch.
        tally.Add(new LaunchTime(copy, "First", 400, 50));
        tally.Add(new LaunchTime(copy, "Second", 450, 50));
        Assert.That(tally.ToTable("t").Rows, Is.EqualTo(new[]
        {
            // 2·2·3·4 operations and (6 + 12 + 8)·4 bytes a call, 104 ns at least; 48 bytes of a copy.
            new[] { "matmul", "2", "0.0", "80.0 %", "0.2", "0.5", "0.2", "52 %" },
            ["copy", "1", "0.0", "20.0 %", "0.1", "0.5", "0.0", "48 %"],
        }));
    }

    [Test]
    public void A_trace_is_JSON_with_bytes_operations_and_shares()
    {
        using var text = new MemoryStream();
        List<LaunchTime> times = Observed();
        using (var trace = new ChromeTrace(text, host, Round))
        {
            trace.Add(new LaunchTime(times[0].Launch, "matmul", 5_000, 208));
            trace.Add(new LaunchTime(null, "ByHand", 7_500, 1_000));
        }
        using var json = JsonDocument.Parse(text.ToArray());
        JsonElement[] events = [.. json.RootElement.GetProperty("traceEvents").EnumerateArray().Where(one => one.GetProperty("ph").GetString() == "X")];
        JsonElement args = events[0].GetProperty("args");
        Assert.Multiple(() =>
        {
            Assert.That(events.Select(one => one.GetProperty("name").GetString()), Is.EqualTo(new[] { "matmul", "ByHand" }));
            Assert.That(events.Select(one => one.GetProperty("ts").GetDouble()), Is.EqualTo(new[] { 0, 2.5 }));
            Assert.That(events.Select(one => one.GetProperty("dur").GetDouble()), Is.EqualTo(new[] { 0.208, 1 }));
            Assert.That((args.GetProperty("bytes").GetInt64(), args.GetProperty("flops").GetInt64()), Is.EqualTo((104L, 48L)));
            Assert.That((args.GetProperty("GB/s").GetDouble(), args.GetProperty("share of bound").GetDouble()), Is.EqualTo((0.5, 0.5)));
        });
    }

    [Test]
    public void Kernels_of_one_launch_share_its_bytes()
    {
        using var text = new MemoryStream();
        Launch launch = Observed()[0].Launch!;
        using (var trace = new ChromeTrace(text, NeedsDevice.Shared("opencl"), Round))
        {
            trace.Add(new LaunchTime(launch, "first", 0, 100));
            trace.Add(new LaunchTime(launch, "second", 100, 108));
        }
        using var json = JsonDocument.Parse(text.ToArray());
        JsonElement[] events = [.. json.RootElement.GetProperty("traceEvents").EnumerateArray().Where(one => one.GetProperty("ph").GetString() == "X")];
        Assert.That(events.Select(one => one.GetProperty("dur").GetDouble()), Is.EqualTo(new[] { 0.1, 0.108 }));
        Assert.That(events.Select(one => one.GetProperty("args").GetProperty("GB/s").GetDouble()), Is.EqualTo(new[] { 0.5, 0.5 }));
    }

    [Test]
    public void A_run_writes_its_trace_and_ends_as_without()
    {
        Answer answer = Cli.Run("run", "walk", "--preset", "smoke", "--out", folder["x"], "--profile", folder["trace.json"]);
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.Contain($"Trace: {folder["trace.json"]}").And.Contain("Claims: 1 of 1 pass"));
        using var json = JsonDocument.Parse(File.ReadAllText(folder["trace.json"]));
        Assert.That(json.RootElement.GetProperty("otherData").GetProperty("device").GetString(), Does.StartWith("host"));
        Assert.That(Directory.EnumerateFiles(folder.Root, "*.tmp"), Is.Empty);
    }

    [Test]
    public void A_trace_that_cannot_be_written_is_refused_before_the_run()
    {
        Directory.CreateDirectory(folder["trace.json"]);
        Answer answer = Cli.Run("run", "walk", "--preset", "smoke", "--out", folder["x"], "--profile", folder["trace.json"]);
        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Error, Does.Contain("name a file in it"));
        File.WriteAllText(folder["file"], "");
        answer = Cli.Run("run", "walk", "--preset", "smoke", "--out", folder["x"], "--profile", folder["file/trace.json"]);
        Assert.That((answer.ExitCode, answer.Out), Is.EqualTo((2, "")));
        Assert.That(Directory.Exists(folder["x"]), Is.False, "no run was begun");
    }

    [Test]
    public void A_run_that_breaks_keeps_its_own_error_and_its_trace()
    {
        var walk = new Walk { AfterStep = step => { if (step == 5) throw new IOException("broken pipe", 32); } };
        Answer answer = Cli.Run(new Catalogue(walk), "run", "walk", "--preset", "smoke", "--out", folder["x"], "--profile", folder["trace.json"]);
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")), "a reader that has seen enough is no error of the trace");
        using var json = JsonDocument.Parse(File.ReadAllText(folder["trace.json"]));
        Assert.That(json.RootElement.GetProperty("traceEvents").GetArrayLength(), Is.Positive);
    }

    [Test]
    public void Profile_shows_a_table_with_the_measured_bounds_and_leaves_no_folder()
    {
        int before = Leftovers();
        Answer answer = Cli.Run("profile", "walk");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.StartWith("walk, preset smoke, on host").And.Match("kernel +calls +total ms +share").And.Match(@"copy [\d.]+ GB/s, multiply-add \d+ GFLOP/s in f32, \d+ in f64"));
        Assert.That(Leftovers(), Is.LessThanOrEqualTo(before));
    }

    [Test]
    public void An_emulator_is_not_profiled() =>
        Assert.That(Cli.Run("profile", "walk", "--device", "emulator"), Is.EqualTo(new Answer(2, "", "emulator: its times say nothing about a device; profile on host, opencl or cuda" + Environment.NewLine)));

    private static int Leftovers() => Directory.EnumerateDirectories(Path.GetTempPath(), "handmade-profile-*").Count();
}
