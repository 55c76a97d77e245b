using System.Text.Json;
using Handmade.Analysis.ModularAddition;

namespace Handmade.Experiments.ClockPizza;

/// <summary>What one circle of a network does when all others are taken away.</summary>
/// <param name="Frequency">k, folded.</param>
/// <param name="Step">Neighbours on the circle are t and t + step; 0 where the frequency shares a factor with the circle's order.</param>
/// <param name="Share">Its share of the embeddings' variance.</param>
/// <param name="Accuracy">Share of all pairs that it gets right alone.</param>
/// <param name="Clock">FVE of its logits by the Clock's formula.</param>
/// <param name="Pizza">By the Pizza's.</param>
/// <param name="TwoAbsolute">By the Pizza's of two absolute values.</param>
/// <param name="Accompanying">By the accompanying Pizza's, at the frequency that this circle accompanies.</param>
/// <param name="Turn">By how many degrees the first number's circle is turned against the second's; NaN where both share a table.</param>
/// <param name="Verdict">The algorithm that it runs.</param>
internal sealed record CircleFindings(int Frequency, int Step, double Share, double Accuracy, double Clock, double Pizza, double TwoAbsolute, double Accompanying, double Turn, string Verdict)
{
    /// <summary>What an isolated circle showed.</summary>
    public static CircleFindings Of(IsolatedCircle alone) => new(
        alone.Circle.Frequency, alone.Circle.Step ?? 0, alone.Circle.Share, alone.Logits.Accuracy(), alone.Clock, alone.Pizza, alone.TwoAbsolutePizza, alone.AccompanyingPizza,
        alone.Circle.IsShared ? double.NaN : alone.Circle.Turn.Degrees, $"{alone.Role(new AdditionThresholds())}");

    /// <summary>The better of the two formulas that are told apart.</summary>
    public double Best => Math.Max(Clock, Pizza);
}

/// <summary>What the analysis of one trained network found.</summary>
/// <param name="Which">The network.</param>
/// <param name="Accuracy">Share of all p² pairs that it gets right.</param>
/// <param name="BestTestAccuracy">Highest accuracy on held-out pairs over training.</param>
/// <param name="GradientSymmetricity">GS over all triples.</param>
/// <param name="DistanceIrrelevance">DI of the right class's logit; NaN where it is 0/0.</param>
/// <param name="Circularity">Circularity of the embeddings.</param>
/// <param name="Verdict">Clock, Pizza or neither.</param>
/// <param name="Reasons">Why, in words.</param>
/// <param name="Circles">Its circles, the strongest first.</param>
internal sealed record NetworkFindings(
    Which Which, double Accuracy, double BestTestAccuracy, double GradientSymmetricity, double DistanceIrrelevance, double Circularity,
    string Verdict, string Reasons, IReadOnlyList<CircleFindings> Circles)
{
    /// <summary>What was measured of a network.</summary>
    public static NetworkFindings Of(TraineeHistory history, AdditionFindings found) => new(
        history.Which, found.Accuracy, history.BestTestAccuracy, found.Symmetricity.Value, found.Irrelevance.Value, found.Circularity,
        $"{found.Verdict.Algorithm}", string.Join("; ", found.Verdict.Reasons), [.. found.Circles.Select(CircleFindings.Of)]);

    /// <summary>The circle whose logits one of the two formulas explains best, accompanying ones aside; null where there is none.</summary>
    public CircleFindings? BestCircle => Circles.Where(circle => circle.Verdict != $"{CircleRole.Accompanying}").MaxBy(circle => circle.Best);

    /// <summary>Writes the findings of all networks of a run.</summary>
    public static void Write(RunFolder folder, IReadOnlyList<NetworkFindings> networks) => JsonFile.Write(Path(folder.Root), json =>
    {
        json.WriteStartArray();
        foreach (NetworkFindings network in networks)
        {
            json.WriteStartObject();
            json.WritePropertyName("attention_rate");
            json.WriteNumberOrNull(network.Which.Rate);
            json.WriteNumber("seed", network.Which.Seed);
            Number(json, "accuracy", network.Accuracy);
            Number(json, "best_test_accuracy", network.BestTestAccuracy);
            Number(json, "gradient_symmetricity", network.GradientSymmetricity);
            Number(json, "distance_irrelevance", network.DistanceIrrelevance);
            Number(json, "circularity", network.Circularity);
            json.WriteString("verdict", network.Verdict);
            json.WriteString("reasons", network.Reasons);
            json.WriteStartArray("circles");
            foreach (CircleFindings circle in network.Circles)
            {
                json.WriteStartObject();
                json.WriteNumber("frequency", circle.Frequency);
                json.WriteNumber("step", circle.Step);
                Number(json, "share", circle.Share);
                Number(json, "accuracy", circle.Accuracy);
                Number(json, "clock", circle.Clock);
                Number(json, "pizza", circle.Pizza);
                Number(json, "two_absolute", circle.TwoAbsolute);
                Number(json, "accompanying", circle.Accompanying);
                if (!double.IsNaN(circle.Turn)) json.WriteNumber("turn", circle.Turn);
                json.WriteString("verdict", circle.Verdict);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>Reads the findings from a run's folder.</summary>
    public static NetworkFindings[] Read(string folder) => JsonFile.Read(Path(folder), json => json.EnumerateArray().Select(network => new NetworkFindings(
        new Which(Number(network, "attention_rate"), network.GetProperty("seed").GetUInt64()),
        Number(network, "accuracy"), Number(network, "best_test_accuracy"), Number(network, "gradient_symmetricity"), Number(network, "distance_irrelevance"),
        Number(network, "circularity"), network.GetProperty("verdict").GetString()!, network.GetProperty("reasons").GetString()!,
        [
            .. network.GetProperty("circles").EnumerateArray().Select(circle => new CircleFindings(
                circle.GetProperty("frequency").GetInt32(), circle.GetProperty("step").GetInt32(), Number(circle, "share"), Number(circle, "accuracy"),
                Number(circle, "clock"), Number(circle, "pizza"), Number(circle, "two_absolute"), Number(circle, "accompanying"),
                circle.TryGetProperty("turn", out JsonElement turn) ? turn.GetDouble() : double.NaN, circle.GetProperty("verdict").GetString()!)),
        ])).ToArray());

    private static string Path(string folder) => System.IO.Path.Combine(folder, "networks.json");

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        json.WriteNumberOrNull(value);
    }

    private static double Number(JsonElement json, string name) => json.GetProperty(name).NumberOr(double.NaN);
}
