using System.Text.RegularExpressions;
using Handmade.Experiments;
using Handmade.Report;

namespace Handmade.Tests.Report;

public class ReportWriterTests
{
    private static readonly string Html = ReportWriter.Html(SyntheticReport.Make());

    [Test]
    public void The_page_asks_the_network_for_nothing()
    {
        Assert.That(Html, Does.Contain("default-src 'none'"));
        Assert.That(Regex.Matches(Html, """(src|href)="(?!#)([^"]*)""").Select(m => m.Groups[2].Value), Is.All.Not.Contains("://"));
        Assert.That(Html, Does.Not.Contain("@import").And.Not.Contain("url("));
    }

    [Test]
    public void Every_placeholder_is_filled() => Assert.That(Html, Does.Not.Match(@"\{\{\w+\}\}"));

    [Test]
    public void Text_is_escaped()
    {
        Assert.That(Html, Does.Contain("collisions &lt;emerge&gt; in").And.Not.Contain("<emerge>"));
        var scene = new SceneRecording("</script><b>", 1, 1, 0.1, 1, [0.5f, 0.5f]);
        Assert.That(SceneData.Json([scene]), Does.Not.Contain("</script>"));
    }

    [Test]
    public void A_placeholder_in_the_data_stays_text()
    {
        var html = ReportWriter.Html(SyntheticReport.Make() with { Summary = ["see {{js}}"] });
        Assert.That(html, Does.Contain("<p>see {{js}}</p>"));
    }

    [Test]
    public void Claims_show_paper_interval_and_measured_values()
    {
        Assert.That(Html, Does.Contain("2 of 3 claims hold in this run."));
        Assert.That(Html, Does.Contain("near 0.95").And.Contain("≥ 0.85").And.Contain("in 1 of 2"));
        Assert.That(Html, Does.Contain("<td class=\"measured\">0.937, <span class=\"outside\">0.843</span></td>"));
    }

    [Test]
    public void Columns_are_read_off_their_cells()
    {
        Assert.That(Html, Does.Contain("<span class=\"label partial\">partial</span>"));
        Assert.That(Html, Does.Contain("<td class=\"number score\" style=\"--score:0.921\">0.921</td>"));
    }

    [Test]
    public void The_page_tells_how_to_repeat_the_run() =>
        Assert.That(Html, Does.Contain("handmade run collisions --preset tiny --seed 1 --seeds 2 --device host --set train.rate=0.002</code>"));

    [Test]
    public void Figures_share_one_style_sheet() => Assert.That(Regex.Count(Html, "prefers-color-scheme:dark"), Is.EqualTo(1));

    [Test]
    public void Equal_data_give_equal_bytes() => Assert.That(ReportWriter.Html(SyntheticReport.Make()), Is.EqualTo(Html));

    [Test]
    public void An_empty_report_is_a_page()
    {
        var config = new RunConfig("fall", "smoke", [1], "host", 1, "0.1.0", "0.1.0", []);
        var html = ReportWriter.Html(new("Nothing", "", config, DateTimeOffset.UnixEpoch, TimeSpan.Zero));
        Assert.That(html, Does.Contain("<h1>Nothing</h1>").And.Not.Contain("<section").And.Not.Contain("<canvas"));
    }

    [Test]
    public void Ten_views_of_a_scene_stay_small() => Assert.That(SceneData.Json([SyntheticReport.Scene("a", 5)]).Length, Is.LessThan(200_000));

    [Test]
    public void A_scene_whose_counts_do_not_fit_is_refused()
    {
        Assert.That(() => new SceneRecording("s", 2, 3, 0.1, 1, new float[11]).Check(), Throws.ArgumentException.With.Message.Contains("need 12 or 16"));
        Assert.That(() => new SceneRecording("s", 2, 3, 0.1, 1, new float[12]) { Contacts = [(3, 0, 1)] }.Check(), Throws.ArgumentException);
        Assert.That(() => new SceneRecording("s", 2, 3, 0.1, 1, new float[12]) { Views = [new(1, 1, [new(1, 1, 0, "none")], new float[11])] }.Check(), Throws.ArgumentException);
        Assert.That(() => new SceneRecording("s", 2, 3, 0.1, 1, new float[12]).Check(), Throws.Nothing);
    }
}
