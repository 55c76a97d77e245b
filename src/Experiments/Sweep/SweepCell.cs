using System.Globalization;

namespace Handmade.Experiments;

/// <summary>One point of a sweep: a run of its own, with a folder of its own.</summary>
/// <param name="Values">The swept options with their values, in the order of the axes.</param>
/// <param name="Folder">The run's folder.</param>
public sealed record SweepCell(IReadOnlyList<(string Option, string Value)> Values, string Folder)
{
    /// <summary>The name of a point: <c>attention-rate=0.5,width=64</c>. It is the name of its folder.</summary>
    public string Name => string.Join(',', Values.Select(v => $"{v.Option[(v.Option.LastIndexOf('.') + 1)..]}={v.Value}"));

    /// <summary>Why the run broke, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether the run ended well.</summary>
    public bool IsDone { get; init; }

    /// <summary>The claims that its run checked.</summary>
    public IReadOnlyList<Claim> Claims => Results.ReadClaims(Path.Combine(Folder, "claims.json"));

    /// <summary>The value of a swept option.</summary>
    public string this[string option] => Values.First(v => v.Option == option).Value;

    /// <summary>The same as a number.</summary>
    public double Number(string option) => double.Parse(this[option], CultureInfo.InvariantCulture);
}
