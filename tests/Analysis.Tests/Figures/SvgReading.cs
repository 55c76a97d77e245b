using System.Globalization;
using System.Xml.Linq;

namespace Handmade.Analysis.Tests.Figures;

/// <summary>Reads a figure back as XML, as another program would.</summary>
internal static class SvgReading
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static XElement Parse(string svg) => XDocument.Parse(svg).Root!;

    public static string[] Classes(this XElement element) => ((string?)element.Attribute("class") ?? "").Split(' ');

    public static IEnumerable<XElement> With(this XElement root, string name, string cssClass) =>
        root.Descendants(Svg + name).Where(e => e.Classes().Contains(cssClass));

    public static double Number(this XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    /// <summary>The inner svg that clips: its children have coordinates of the plot area.</summary>
    public static XElement Plot(this XElement root) => root.Descendants(Svg + "svg").First();

    /// <summary>Size of the plot area, without the bleed of four pixels on each side.</summary>
    public static (double Width, double Height) Size(this XElement plot) => (plot.Number("width") - 8, plot.Number("height") - 8);

    /// <summary>The points of a path that was written as "Mx y x y …".</summary>
    public static (double X, double Y)[] Points(this XElement path)
    {
        var numbers = path.Attribute("d")!.Value.TrimStart('M').Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return [.. Enumerable.Range(0, numbers.Length / 2).Select(i => (numbers[2 * i], numbers[2 * i + 1]))];
    }

    public static string[] Ticks(this XElement root, bool alongX) =>
        [.. root.With("text", "tick").Where(t => t.Classes().Contains(alongX ? "mid" : "end")).Select(t => t.Value)];
}
