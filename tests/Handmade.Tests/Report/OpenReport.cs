using Handmade.Experiments;
using Handmade.Report;

namespace Handmade.Tests.Report;

/// <summary>A report in a folder of its own, and a browser to read it with. Without Chromium tests that want one are skipped, except in CI.</summary>
internal sealed class OpenReport : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("report").FullName;
    private readonly string part;
    private readonly Chromium browser;

    private OpenReport(Chromium browser, string part) => (this.browser, this.part) = (browser, part);

    /// <summary>Writes the report and starts the browser. The page says in the data of the element <paramref name="part"/> when it is ready.</summary>
    public static async Task<OpenReport?> Of(ReportData data, string part)
    {
        if (Chromium.Find() is not { } path)
        {
            const string reason = "no chromium on the PATH; install it (Debian: apt-get install chromium) to test the report in a browser";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Ignore(reason);
            return null;
        }
        var report = new OpenReport(await Chromium.Start(path), part);
        ReportWriter.Write(report.Path, data);
        return report;
    }

    private string Path => System.IO.Path.Combine(folder, "report.html");

    /// <summary>A fresh view of the page.</summary>
    public async Task<Chromium.Page> Ready(string hash = "")
    {
        var page = await browser.Open(new Uri(Path).AbsoluteUri + hash);
        await page.Until($"document.getElementById('{part}').dataset.ready === 'yes'");
        return page;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
