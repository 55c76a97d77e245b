using System.Globalization;
using System.Text.Json;

namespace Handmade.Documentation;

/// <summary>A row of the performance tables: one piece of work, done by us and by a rival, turn by turn.</summary>
/// <param name="What">What is done: <c>A·B</c>, <c>tiny step</c>.</param>
/// <param name="Shape">Sizes and type: <c>512×512×512 f32</c>.</param>
/// <param name="Threads">Threads on both sides.</param>
/// <param name="Unit">Unit of both figures: <c>GFLOP/s</c>, <c>µs</c>.</param>
internal sealed record Comparison(string What, string Shape, int Threads, string Unit)
{
    /// <summary>Our figure, the median of our turns.</summary>
    public required double Ours { get; init; }

    /// <summary>Name and version of the other side.</summary>
    public required string Rival { get; init; }

    /// <summary>The rival's figure, the median of its turns; null where it is missing or is a limit.</summary>
    public double? RivalFigure { get; init; }

    /// <summary>How often as fast we are: ratios of neighbouring turns. Above 1 we are faster, whatever the unit.</summary>
    public Spread? Ratio { get; init; }

    /// <summary>The goal: the least median ratio.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The goal of a row that has no rival: the greatest figure of ours.</summary>
    public double? AtMost { get; init; }

    /// <summary>What would have to be installed for the rival to take part: a Debian package.</summary>
    public string? Missing { get; init; }

    /// <summary>Where the row stands in a sweep of one size; rows of one name are then a curve.</summary>
    public double? At { get; init; }

    /// <summary>Floating-point operations of a run, where a curve is held against them.</summary>
    public double? Work { get; init; }

    /// <summary>The goal in words, or nothing.</summary>
    public string Goal => AtLeast is { } least ? $"≥ {Three(least)}×" : AtMost is { } most ? $"≤ {Three(most)} {Unit}" : "";

    /// <summary><c>pass</c>, <c>short</c>, <c>missing: PACKAGE</c>, or nothing for a row without a goal.</summary>
    public string Verdict =>
        Missing is not null ? $"missing: {Missing}"
        : AtLeast is { } least ? Word(Ratio!.Value.Median >= least)
        : AtMost is { } most ? Word(Ours <= most)
        : "";

    /// <summary>The ratio and its quartiles: <c>1.03 (1.01–1.05)</c>.</summary>
    public string RatioText => Ratio is { } ratio ? $"{Three(ratio.Median)} ({Three(ratio.Lower)}–{Three(ratio.Upper)})" : "";

    /// <summary>A number with three digits.</summary>
    public static string Three(double value) => Math.Abs(value) switch
    {
        >= 99.95 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 0.9995 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("G3", CultureInfo.InvariantCulture),
    };

    /// <summary>The row as a JSON object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("what", What);
        json.WriteString("shape", Shape);
        json.WriteNumber("threads", Threads);
        json.WriteString("unit", Unit);
        json.WriteNumber("ours", Rounded(Ours));
        json.WriteString("rival", Rival);
        WriteIf("rivalFigure", RivalFigure);
        WriteIf("ratio", Ratio?.Median);
        WriteIf("lower", Ratio?.Lower);
        WriteIf("upper", Ratio?.Upper);
        WriteIf("atLeast", AtLeast);
        WriteIf("atMost", AtMost);
        WriteIf("at", At);
        WriteIf("work", Work);
        if (Missing is not null) json.WriteString("missing", Missing);
        json.WriteEndObject();

        void WriteIf(string name, double? value)
        {
            if (value is { } number) json.WriteNumber(name, Rounded(number));
        }
    }

    /// <summary>The row that <see cref="Write"/> wrote.</summary>
    public static Comparison Read(JsonElement row) => new(row.GetProperty("what").GetString()!, row.GetProperty("shape").GetString()!, row.GetProperty("threads").GetInt32(), row.GetProperty("unit").GetString()!)
    {
        Ours = row.GetProperty("ours").GetDouble(),
        Rival = row.GetProperty("rival").GetString()!,
        RivalFigure = Number(row, "rivalFigure"),
        Ratio = Number(row, "ratio") is { } median ? new(median, Number(row, "lower")!.Value, Number(row, "upper")!.Value) : null,
        AtLeast = Number(row, "atLeast"),
        AtMost = Number(row, "atMost"),
        At = Number(row, "at"),
        Work = Number(row, "work"),
        Missing = row.TryGetProperty("missing", out JsonElement missing) ? missing.GetString() : null,
    };

    private static string Word(bool isReached) => isReached ? "pass" : "short";

    private static double? Number(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;

    // Four digits: more would only be noise in the repository's history.
    private static double Rounded(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
