using System.Globalization;
using System.Numerics;

namespace Handmade.Experiments;

/// <summary>
/// One typed, documented option of an experiment. It is declared once, beside the property it sets; parsing, range check,
/// <c>config.json</c> and <c>handmade list</c> all read this declaration.
/// </summary>
/// <example><code>Option.Int("model.layers", () => Layers, v => Layers = v, 1, 12, "transformer blocks", "L")</code></example>
public abstract class Option
{
    private Option(string name, string initial, string doc, string symbol, string unit)
    {
        Name = name;
        Default = initial;
        Doc = doc;
        Symbol = symbol;
        Unit = unit;
    }

    /// <summary>Dotted name, its group first: <c>model.layers</c>.</summary>
    public string Name { get; }

    /// <summary>What the option is, in a few words.</summary>
    public string Doc { get; }

    /// <summary>The letter that the paper or the formulas use, or an empty string.</summary>
    public string Symbol { get; }

    /// <summary>The unit, or an empty string for a pure number.</summary>
    public string Unit { get; }

    /// <summary>The part of the name before the dot.</summary>
    public string Group => Name[..Name.IndexOf('.')];

    /// <summary>The allowed values, for people: <c>1…12</c>, <c>adam|sgd</c>, <c>true|false</c>.</summary>
    public abstract string Range { get; }

    /// <summary>The value of an untouched options object, as text.</summary>
    public string Default { get; }

    /// <summary>The present value as text, in the one spelling that compares equal exactly when the values are equal.</summary>
    public abstract string Value { get; }

    /// <summary>The present value as a JSON token; <see cref="Value"/>, quoted where JSON wants quotes.</summary>
    public virtual string Json => Value;

    /// <summary>Sets the value from text.</summary>
    /// <exception cref="Kernels.HandmadeException">The text is no value of this type, or out of range.</exception>
    public abstract void Set(string text);

    /// <summary>An integer within [<paramref name="min"/>, <paramref name="max"/>].</summary>
    public static Option Int(
        string name, Func<int> get, Action<int> set, int min, int max, string doc, string symbol = "", string unit = "") =>
        new Number<int>(name, get, set, min, max, "an integer", NumberStyles.AllowLeadingSign, doc, symbol, unit);

    /// <summary>A finite real number within [<paramref name="min"/>, <paramref name="max"/>].</summary>
    public static Option Double(
        string name, Func<double> get, Action<double> set, double min, double max, string doc, string symbol = "", string unit = "") =>
        new Number<double>(name, get, set, min, max, "a number", NumberStyles.Float, doc, symbol, unit);

    /// <summary>A list of different real numbers within [<paramref name="min"/>, <paramref name="max"/>], written with commas: <c>0,0.5,1</c>.</summary>
    public static Option Doubles(
        string name, Func<IReadOnlyList<double>> get, Action<IReadOnlyList<double>> set, double min, double max, string doc, string symbol = "") =>
        new Numbers(name, get, set, min, max, doc, symbol);

    /// <summary>One word of <paramref name="choices"/>.</summary>
    public static Option Choice(
        string name, Func<string> get, Action<string> set, IReadOnlyList<string> choices, string doc, string symbol = "") =>
        new Word(name, get, set, choices, doc, symbol);

    /// <summary>A switch, <c>true</c> or <c>false</c>.</summary>
    public static Option Bool(string name, Func<bool> get, Action<bool> set, string doc) =>
        new Switch(name, get, set, doc);

    private Kernels.HandmadeException Refuse(string text, string allowed) =>
        new($"{Name}={text} is not possible: it must be {allowed}{(Unit.Length > 0 ? $" (in {Unit})" : "")}.");

    private sealed class Number<T>(string name, Func<T> get, Action<T> set, T min, T max, string kind, NumberStyles style,
        string doc, string symbol, string unit) : Option(name, Text(get()), doc, symbol, unit)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        public override string Value => Text(get());

        public override string Range => (min == T.MinValue, max == T.MaxValue) switch
        {
            (true, true) => "any",
            (true, false) => $"≤ {Text(max)}",
            (false, true) => $"≥ {Text(min)}",
            _ => $"{Text(min)}…{Text(max)}",
        };

        public override void Set(string text)
        {
            // The comparison is written so that NaN fails it.
            if (!T.TryParse(text, style, CultureInfo.InvariantCulture, out T value) || !(value >= min && value <= max))
                throw Refuse(text, (min == T.MinValue, max == T.MaxValue) switch
                {
                    (true, true) => kind,
                    (false, false) => $"{kind} from {Text(min)} to {Text(max)}",
                    _ => $"{kind} {Range}",
                });
            set(value);
        }

        private static string Text(T value) => value.ToString(null, CultureInfo.InvariantCulture);
    }

    private sealed class Numbers(string name, Func<IReadOnlyList<double>> get, Action<IReadOnlyList<double>> set, double min, double max, string doc, string symbol)
        : Option(name, Text(get()), doc, symbol, "")
    {
        public override string Value => Text(get());

        public override string Json => $"\"{Value}\"";

        public override string Range => FormattableString.Invariant($"{min}…{max}, with commas");

        public override void Set(string text)
        {
            string[] words = text.Split(',', StringSplitOptions.TrimEntries);
            var values = new double[words.Length];
            for (int i = 0; i < words.Length; i++)
                if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !(values[i] >= min && values[i] <= max))
                    throw Refuse(text, FormattableString.Invariant($"numbers from {min} to {max} with commas between them"));
            if (values.Distinct().Count() < values.Length) throw Refuse(text, "numbers of which no two are equal");
            set(values);
        }

        private static string Text(IReadOnlyList<double> values) => string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
    }

    private sealed class Word(string name, Func<string> get, Action<string> set, IReadOnlyList<string> choices, string doc, string symbol)
        : Option(name, get(), doc, symbol, "")
    {
        public override string Value => get();

        public override string Json => $"\"{Value}\"";

        public override string Range => string.Join('|', choices);

        public override void Set(string text)
        {
            if (!choices.Contains(text)) throw Refuse(text, $"one of {string.Join(", ", choices)}");
            set(text);
        }
    }

    private sealed class Switch(string name, Func<bool> get, Action<bool> set, string doc) : Option(name, Text(get()), doc, "", "")
    {
        public override string Value => Text(get());

        public override string Range => "true|false";

        public override void Set(string text) => set(text switch
        {
            "true" => true,
            "false" => false,
            _ => throw Refuse(text, "true or false"),
        });

        private static string Text(bool value) => value ? "true" : "false";
    }
}
