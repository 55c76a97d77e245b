using System.Text.Json;

namespace Handmade.Experiments;

/// <summary>What a run found, as files: <c>claims.json</c> and <c>tables.json</c>.</summary>
public static class Results
{
    /// <summary>Writes the claims with their verdicts.</summary>
    public static void WriteClaims(string path, IEnumerable<Claim> claims) => JsonFile.Write(path, json =>
    {
        json.WriteStartArray();
        foreach (Claim claim in claims)
        {
            json.WriteStartObject();
            json.WriteString("id", claim.Id);
            json.WriteString("statement", claim.Statement);
            json.WriteString("paper", claim.Paper);
            json.WriteStartArray("interval");
            json.WriteNumberOrNull(claim.Low);
            json.WriteNumberOrNull(claim.High);
            json.WriteEndArray();
            json.WriteStartArray("measured");
            foreach (double value in claim.Measured) json.WriteNumberOrNull(value);
            json.WriteEndArray();
            json.WriteNumber("needed", claim.Needed);
            json.WriteBoolean("pass", claim.Passed);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>Reads claims; the verdict is computed again, not read.</summary>
    public static IReadOnlyList<Claim> ReadClaims(string path) => !File.Exists(path) ? [] : JsonFile.Read(path, json =>
        json.EnumerateArray().Select(claim =>
        {
            JsonElement interval = claim.GetProperty("interval");
            if (interval.GetArrayLength() != 2) throw new JsonException();
            return new Claim(
                Text(claim.GetProperty("id")), Text(claim.GetProperty("statement")), Text(claim.GetProperty("paper")),
                interval[0].NumberOr(double.NegativeInfinity), interval[1].NumberOr(double.PositiveInfinity),
                [.. claim.GetProperty("measured").EnumerateArray().Select(m => m.NumberOr(double.NaN))])
            { Needed = claim.GetProperty("needed").GetInt32() };
        }).ToArray());

    /// <summary>Writes the tables that the terminal shows at the end of a run.</summary>
    public static void WriteTables(string path, IEnumerable<Table> tables) => JsonFile.Write(path, json =>
    {
        json.WriteStartArray();
        foreach (Table table in tables)
        {
            json.WriteStartObject();
            json.WriteString("title", table.Title);
            json.WritePropertyName("columns");
            WriteTexts(json, table.Columns);
            json.WriteStartArray("rows");
            foreach (IReadOnlyList<string> row in table.Rows) WriteTexts(json, row);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>Reads the tables.</summary>
    public static IReadOnlyList<Table> ReadTables(string path) => !File.Exists(path) ? [] : JsonFile.Read(path, json =>
        json.EnumerateArray().Select(table => new Table(
            Text(table.GetProperty("title")), Texts(table.GetProperty("columns")),
            [.. table.GetProperty("rows").EnumerateArray().Select(Texts)])).ToArray());

    private static void WriteTexts(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteStartArray();
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static IReadOnlyList<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(Text)];

    private static string Text(JsonElement json) => json.GetString() ?? throw new JsonException();
}
