using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handmade.Bench;
using Handmade.Kernels.Host;

// Matrix products against OpenBLAS: the products of a training step (batch 8: 128 tokens of the tiny preset, 320 of the paper's), then square
// ones. `default` is OpenBLAS as it comes; `best core` is the fastest of the kernels (OPENBLAS_CORETYPE) that this machine can run, each
// measured by a child process. Ratios above 1 mean that ours is faster. With --json: a JSON line per case and core instead of the table.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var json = new JsonSerializerOptions { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
Case[] cases =
[
    new("qkv      x·Wᵀ", 128, 96, 32, BTransposed: true),
    new("out      x·Wᵀ", 128, 32, 32, BTransposed: true),
    new("ff1      x·Wᵀ", 128, 128, 32, BTransposed: true),
    new("ff2      x·Wᵀ", 128, 32, 128, BTransposed: true),
    new("qkv      dy·W", 128, 32, 96),
    new("out      dy·W", 128, 32, 32),
    new("ff1      dy·W", 128, 32, 128),
    new("ff2      dy·W", 128, 128, 32),
    new("qkv      dyᵀ·x", 96, 32, 128, ATransposed: true),
    new("out      dyᵀ·x", 32, 32, 128, ATransposed: true),
    new("ff1      dyᵀ·x", 128, 32, 128, ATransposed: true),
    new("ff2      dyᵀ·x", 32, 128, 128, ATransposed: true),
    new("encoder  x·Wᵀ", 128, 32, 8, BTransposed: true),
    new("encoder  dyᵀ·x", 32, 8, 128, ATransposed: true),
    new("decoder  x·Wᵀ", 128, 2, 32, BTransposed: true),
    new("decoder  dy·W", 128, 32, 2),
    new("decoder  dyᵀ·x", 2, 32, 128, ATransposed: true),
    new("paper ff1 x·Wᵀ", 320, 256, 64, BTransposed: true),
    new("paper ff2 x·Wᵀ", 320, 64, 256, BTransposed: true),
    new("paper ff1 dyᵀ·x", 256, 64, 320, ATransposed: true),
    new("A·B", 256, 256, 256),
    new("A·B", 512, 512, 512),
    new("A·Bᵀ", 512, 512, 512, BTransposed: true),
    new("Aᵀ·B", 512, 512, 512, ATransposed: true),
    new("A·B", 1024, 1024, 1024),
    new("Aᵀ·Bᵀ", 1024, 1024, 1024, ATransposed: true, BTransposed: true),
    new("A·B", 512, 512, 512, Wide: true),
    new("A·B", 1024, 1024, 1024, Wide: true),
    new("A·B", 512, 512, 512, Threads: 2),
    new("A·B", 1024, 1024, 1024, Threads: 2),
];

OpenBlas? rival = OpenBlas.Find();
using var workers = new WorkerPool(2);
Result[] results = [.. cases.Select(c => Duel.Run(c, rival, workers))];
if (args.Contains("--one-core"))
{
    Console.WriteLine(JsonSerializer.Serialize(results, json));
    return;
}

(string Core, Result[] Results)[] others = [.. OtherCores().Select(core => (core, Child(core)))];
if (args.Contains("--json"))
{
    foreach (var (core, found) in others.Prepend((rival?.Core ?? "none", results)))
        foreach (Result r in found) Console.WriteLine(JsonSerializer.Serialize(new { name = "gemm", core, version = rival?.Version, work = r.Case.Work, r.Seconds, r.RivalSeconds, r.MedianRatio, r.Case }, json));
    return;
}

double ghz = Clock.Gigahertz(), perCycle = 2 * 2 * HostDevice.VectorBits / 32;
Console.WriteLine($"{RuntimeInformation.OSArchitecture}, {HostDevice.VectorBits}-bit vectors, about {ghz:F2} GHz (a chain of multiply-adds, 4 cycles each), {RuntimeInformation.FrameworkDescription}");
Console.WriteLine(rival is null
    ? "OpenBLAS: not found (Debian: libopenblas0-pthread); ours alone"
    : $"{rival.Version}, default core {rival.Core}{(others.Length > 0 ? $"; also forced: {string.Join(", ", others.Select(o => o.Core))}" : "")}");
Console.WriteLine($"{"",-16} {"M",5}x{"N",-5}x{"K",-5}type thr  {"ours us",9} {"GFLOP/s",8} {"of peak",8}   {"default: best",13} {"median",7}   {"best core: best",15} {"median",7}");
for (int i = 0; i < cases.Length; i++)
{
    Result r = results[i];
    (string core, Result strongest) = others.Select(o => (o.Core, o.Results[i])).Append((rival?.Core ?? "", r)).MinBy(o => o.Item2.BestRatio);
    double gflops = r.Case.Work / r.Seconds / 1e9, peak = ghz * perCycle / (r.Case.Wide ? 2 : 1) * r.Case.Threads;
    Console.WriteLine($"{r.Case.Name,-16} {r.Case.M,5}x{r.Case.N,-5}x{r.Case.K,-5}{(r.Case.Wide ? "f64" : "f32"),-4} {r.Case.Threads,3}  {r.Seconds * 1e6,9:F2} {gflops,8:F1} {gflops / peak,8:P0}   {r.BestRatio,13:F2} {r.MedianRatio,7:F2}   {strongest.BestRatio,8:F2} {core,-6} {strongest.MedianRatio,7:F2}");
}

// The kernels that this machine can run and that OpenBLAS did not choose by itself.
IEnumerable<string> OtherCores() =>
    rival is null ? [] : ((string[])[.. Fma.IsSupported ? ["Haswell", "Zen"] : Array.Empty<string>(), .. Avx512F.IsSupported ? ["SkylakeX"] : Array.Empty<string>()])
        .Where(core => !core.Equals(rival.Core, StringComparison.OrdinalIgnoreCase));

Result[] Child(string core)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
    if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(Duel).Assembly.Location);
    start.ArgumentList.Add("--one-core");
    start.Environment["OPENBLAS_CORETYPE"] = core;
    using Process child = Process.Start(start)!;
    string output = child.StandardOutput.ReadToEnd();
    child.WaitForExit();
    return JsonSerializer.Deserialize<Result[]>(output, json)!;
}
