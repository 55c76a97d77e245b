using System.Xml.Linq;
using Handmade.Analysis.Figures;

namespace Handmade.Analysis.Tests.Figures;

/// <summary>Boxes and arrows as SVG that any reader of XML takes, and as data.</summary>
public class DiagramTests
{
    private static Diagram Make() => new Diagram("A <network>", 300, 120)
        .Box(20, 40, 90, 40, "encoder", "4 → 32\ngelu", 160).Group(10, 30, 280, 80, "all").Sum(150, 60).Arrow((110, 60), (141, 60)).Dot(200, 60, 4, Ink.Orange).Text(250, 60, "out").Note("made by hand");

    [Test]
    public void Every_word_stands_in_the_drawing_once()
    {
        string[] words = [.. XDocument.Parse(Make().ToSvg()).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        Assert.That(words, Is.EqualTo(new[] { "A <network>", "encoder", "4 → 32", "gelu", "all", "out", "made by hand" }));
    }

    [Test]
    public void Everything_lies_within_the_drawing()
    {
        foreach (XElement box in XDocument.Parse(Make().ToSvg()).Descendants().Where(element => element.Name.LocalName == "rect"))
        {
            Assert.That((double?)box.Attribute("x") ?? 0, Is.GreaterThanOrEqualTo(0));
            Assert.That(((double?)box.Attribute("x") ?? 0) + (double)box.Attribute("width")!, Is.LessThanOrEqualTo(300));
        }
    }

    [Test]
    public void Data_name_every_box_with_its_number() => Assert.That(Make().ToCsv(), Is.EqualTo("mark,series,x,value\nbox,encoder,4 → 32 gelu,160\n"));
}
