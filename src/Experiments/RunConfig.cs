using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>
/// Everything that decides the bits of a run, and what is needed to repeat it: experiment, every option, seeds, device, version.
/// It is the content of <c>config.json</c>.
/// </summary>
/// <param name="Experiment">Name of the experiment.</param>
/// <param name="Preset">Name of the preset the options started from.</param>
/// <param name="Seeds">The seeds, one replica each.</param>
/// <param name="Device">The device that was taken: <c>host</c>.</param>
/// <param name="Threads">Worker threads; the bits do not depend on them.</param>
/// <param name="Version">Version of Handmade.</param>
/// <param name="Build">Version with the commit it was built from.</param>
/// <param name="Options">Every option as name and JSON token, in the order of declaration.</param>
public sealed record RunConfig(
    string Experiment, string Preset, IReadOnlyList<ulong> Seeds, string Device, int Threads,
    string Version, string Build, IReadOnlyList<(string Name, string Json)> Options)
{
    private const int Format = 1;

    /// <summary>The version of this build with its commit: <c>0.1.0+3f2a…</c>, or the bare version.</summary>
    public static string ThisBuild { get; } =
        typeof(RunConfig).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The version of this build: <c>0.1.0</c>.</summary>
    public static string ThisVersion { get; } = ThisBuild.Split('+')[0];

    /// <summary>The configuration of a run of this build.</summary>
    public static RunConfig Of(
        Experiment experiment, string preset, ExperimentOptions options, IReadOnlyList<ulong> seeds, string device, int threads) =>
        new(experiment.Name, preset, seeds, device, threads, ThisVersion, ThisBuild, [.. options.All.Select(o => (o.Name, o.Json))]);

    /// <summary>
    /// The first thing that keeps a run begun with <paramref name="begun"/> from going on with this configuration, as the rest
    /// of "the run there has …", or null if nothing does. Threads, build and the preset's name do not matter: they do not change
    /// the bits.
    /// </summary>
    public string? FirstDifference(RunConfig begun)
    {
        if (begun.Experiment != Experiment) return $"the experiment {begun.Experiment}, not {Experiment}";
        if (begun.Version != Version) return $"been begun by version {begun.Version}, not {Version}";
        if (begun.Device != Device) return $"the device {begun.Device}, not {Device}";
        if (!begun.Seeds.SequenceEqual(Seeds)) return $"the seeds {List(begun.Seeds)}, not {List(Seeds)}";
        foreach ((string name, string json) in Options)
        {
            string there = begun.Options.FirstOrDefault(o => o.Name == name).Json ?? "nothing";
            if (there != json) return $"{name} = {there}, not {json}";
        }
        if (begun.Options.Count != Options.Count)
            return $"the option {begun.Options.First(o => Options.All(p => p.Name != o.Name)).Name}, which is unknown here";
        return null;
    }

    /// <summary>Writes <c>config.json</c>.</summary>
    public void Write(string path) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("experiment", Experiment);
        json.WriteString("preset", Preset);
        json.WriteStartArray("seeds");
        foreach (ulong seed in Seeds) json.WriteNumberValue(seed);
        json.WriteEndArray();
        json.WriteString("device", Device);
        json.WriteNumber("threads", Threads);
        json.WriteString("version", Version);
        json.WriteString("build", Build);
        json.WriteStartObject("options");
        foreach ((string name, string value) in Options)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="HandmadeException">The file is damaged, or of another format.</exception>
    public static RunConfig Read(string path) => JsonFile.Read(path, json =>
    {
        if (json.GetProperty("format").GetInt32() is var format && format != Format)
            throw new HandmadeException($"{path} has format {format} and this version reads format {Format}: choose another folder with --out.");
        return new RunConfig(
            Text(json, "experiment"), Text(json, "preset"),
            [.. json.GetProperty("seeds").EnumerateArray().Select(s => s.GetUInt64())],
            Text(json, "device"), json.GetProperty("threads").GetInt32(), Text(json, "version"), Text(json, "build"),
            [.. json.GetProperty("options").EnumerateObject().Select(o => (o.Name, Canonical(o.Value)))]);
    });

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new JsonException();

    // 6e-2 written by hand is 0.06.
    private static string Canonical(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble().ToString(CultureInfo.InvariantCulture)
        : value.GetRawText();

    private static string List(IReadOnlyList<ulong> seeds) => string.Join(", ", seeds);
}
