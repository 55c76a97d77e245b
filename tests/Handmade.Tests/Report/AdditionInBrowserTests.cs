using Handmade.Experiments;

namespace Handmade.Tests.Report;

/// <summary>The walk through a Clock and a Pizza, opened as its reader does.</summary>
[Category("browser")]
[NonParallelizable]
public class AdditionInBrowserTests
{
    private static OpenReport? report;

    [OneTimeSetUp]
    public static async Task Open()
    {
        var config = new RunConfig("clock-pizza", "quick", [1], "host", 2, "0.1.0", "0.1.0", []);
        report = await OpenReport.Of(
            new ReportData("Two ways to add", "", config, new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.Zero), TimeSpan.Zero) { Walk = new AdditionWalk(59, [17, 3, 15]) }, "addition");
    }

    [OneTimeTearDown]
    public static async Task Close()
    {
        if (report is not null) await report.DisposeAsync();
    }

    [Test]
    public async Task Both_algorithms_give_the_sum_and_the_margins_of_their_formulas()
    {
        var page = await report!.Ready();
        await Choose(page, a: 40, b: 30, k: 17);
        Assert.That(await page.Text("document.getElementById('add-clock-text').textContent"), Does.StartWith("The Clock says 11. Logit of 11: 1.000, ahead of the best other by 0.0057"), "1 − cos(2π/59)");
        Assert.That(await page.Text("document.getElementById('add-pizza-text').textContent"), Does.StartWith("The Pizza says 11."));
        Assert.That(await page.Text("document.querySelectorAll('#add-pizza rect').length"), Is.EqualTo("59"), "a bar for each class");
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_pizza_is_thin_where_the_numbers_stand_opposite_and_other_circles_help()
    {
        var page = await report!.Ready();
        // On the circle of frequency 3 the numbers 0 and 10 are 30/59 of a turn apart.
        await Choose(page, a: 0, b: 10, k: 3);
        Assert.That(await page.Text("document.getElementById('add-mean-text').textContent"), Does.Contain("= 0.027: nearly opposite"));
        double alone = Margin(await page.Text("document.getElementById('add-pizza-text').textContent"));
        await page.Click("#add-all");
        await page.Until("document.getElementById('add-all').checked");
        double together = Margin(await page.Text("document.getElementById('add-pizza-text').textContent"));
        Assert.That(together, Is.GreaterThan(100 * alone));
        if (Environment.GetEnvironmentVariable("HANDMADE_SCREENSHOTS") is { Length: > 0 } shots) await page.Screenshot(Path.Combine(shots, "addition.png"));
        Assert.That(page.Complaints, Is.Empty);
    }

    private static double Margin(string text) => double.Parse(text[(text.LastIndexOf(' ') + 1)..].TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture);

    private static Task Choose(Chromium.Page page, int a, int b, int k) => page.Evaluate(
        $"for (const [id, value] of [['a', {a}], ['b', {b}], ['k', {k}]]) {{ const e = document.getElementById('add-' + id); e.value = value; e.dispatchEvent(new Event('input')); }}");
}
