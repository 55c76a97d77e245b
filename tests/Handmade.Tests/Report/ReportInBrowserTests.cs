namespace Handmade.Tests.Report;

/// <summary>The report of a made-up run, opened as its reader does: its player, its figures and its tables.</summary>
[Category("browser")]
[NonParallelizable]
public class ReportInBrowserTests
{
    private const string Picture = "document.getElementById('scene').toDataURL()";

    private static OpenReport? report;

    [OneTimeSetUp]
    public static async Task Open() => report = await OpenReport.Of(SyntheticReport.Make(), "scene");

    [OneTimeTearDown]
    public static async Task Close()
    {
        if (report is not null) await report.DisposeAsync();
    }

    [Test]
    public async Task Play_moves_the_particles_and_pause_stops_them()
    {
        var page = await report!.Ready();
        var still = await page.Text(Picture);
        Assert.That(still, Has.Length.GreaterThan(5000), "the canvas is drawn");
        await page.Click("#play");
        await page.Until($"{Picture} !== '{still}'");
        Assert.That(await page.Text("document.getElementById('play').textContent"), Is.EqualTo("Pause"));
        await page.Click("#play");
        var paused = await page.Text(Picture);
        Assert.That(paused, Is.Not.EqualTo(still));
        await Task.Delay(200);
        Assert.That(await page.Text(Picture), Is.EqualTo(paused));
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task Head_checkpoint_seed_and_scene_can_be_chosen()
    {
        var page = await report!.Ready();
        foreach (var (act, chosen) in new[]
        {
            ("document.querySelector('#heads input[value=\"5\"]').click()", "document.getElementById('chosen').textContent.startsWith('Block 2, head 2')"),
            ("(e => { e.value = 3; e.dispatchEvent(new Event('input')); })(document.getElementById('step'))", "document.getElementById('step-text').textContent === '4000'"),
            ("(e => { e.value = '2'; e.dispatchEvent(new Event('change')); })(document.getElementById('seed'))", "document.getElementById('seed').value === '2'"),
            ("(e => { e.selectedIndex = 1; e.dispatchEvent(new Event('change')); })(document.getElementById('which'))", "document.getElementById('which').value.endsWith('2')"),
        })
        {
            var before = await page.Text(Picture);
            await page.Evaluate(act);
            await page.Until(chosen);
            await page.Until($"{Picture} !== '{before}'");
        }
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task Hovering_shows_the_attention_that_a_particle_gives()
    {
        var page = await report!.Ready();
        // The first particle that touches another in the shown frame; its place comes from the drawing's own data.
        await page.Middle("#scene");
        var box = (await page.Text("(b => `${b.left} ${b.top} ${b.width} ${b.height}`)(document.getElementById('scene').getBoundingClientRect())"))
            .Split(' ').Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var clock = await page.Text("document.getElementById('clock').textContent");
        var frame = int.Parse(clock.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) - 1;
        var scene = SyntheticReport.Make().Scenes[0];
        var contact = scene.Contacts.First(c => c.Frame == frame);
        var place = 2 * (frame * scene.MomentsPerFrame * scene.Particles + contact.I);
        await page.Move(box[0] + box[2] * scene.Positions[place], box[1] + box[3] * (1 - scene.Positions[place + 1]));
        await page.Until($"document.getElementById('row').textContent.startsWith('Particle {contact.I} attends to')");
        Assert.That(await page.Text("document.querySelectorAll('#row .hit').length"), Is.Not.EqualTo("0"), "its partner is marked");
        if (Environment.GetEnvironmentVariable("HANDMADE_SCREENSHOTS") is { Length: > 0 } shots) await page.Screenshot(Path.Combine(shots, "hover.png"));
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task Every_checkpoint_shows_its_own_attention()
    {
        var page = await report!.Ready();
        await page.Evaluate("document.getElementById('scene').focus()");
        await page.Press("ArrowDown");
        await page.Until("document.getElementById('row').textContent.startsWith('Particle 0 attends to')");
        var scene = SyntheticReport.Make().Scenes[0];
        var views = scene.Views.Where(view => view.Seed == 1).OrderBy(view => view.Step).ToArray();
        Assert.That(await page.Text("document.getElementById('step').max"), Is.EqualTo($"{views.Length - 1}"));
        var frame = int.Parse((await page.Text("document.getElementById('clock').textContent")).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) - 1;
        for (var step = 0; step < views.Length; step++)
        {
            await page.Evaluate($"(e => {{ e.value = {step}; e.dispatchEvent(new Event('input')); }})(document.getElementById('step'))");
            for (var head = 0; head < views[step].Heads.Count; head += 3)
            {
                await page.Evaluate($"document.querySelector('#heads input[value=\"{head}\"]').click()");
                var most = Enumerable.Range(1, scene.Particles - 1).Max(j => views[step].Attention[((head * scene.Frames) + frame) * scene.Particles * scene.Particles + j]);
                var shown = double.Parse(await page.Text("document.querySelector('#row li span:nth-child(2)').textContent"), System.Globalization.CultureInfo.InvariantCulture);
                Assert.That(shown, Is.EqualTo(most).Within(0.00501), $"step {views[step].Step}, head {head}, in hundredths");
            }
        }
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task Keys_work_on_the_scene()
    {
        var page = await report!.Ready();
        await page.Evaluate("document.getElementById('scene').focus()");
        var frame = await page.Text("document.getElementById('clock').textContent");
        await page.Press("ArrowRight");
        await page.Until($"document.getElementById('clock').textContent !== '{frame}'");
        await page.Press("ArrowDown");
        await page.Until("document.getElementById('row').textContent.startsWith('Particle 0 attends to')");
        var head = await page.Text("document.getElementById('chosen').textContent");
        await page.Press("[");
        await page.Until($"document.getElementById('chosen').textContent !== '{head}'");
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task The_switch_turns_page_figures_and_scene()
    {
        var page = await report!.Ready("#light");
        const string figure = "getComputedStyle(document.querySelector('.hm-figure .title, .hm-figure .panel')).fill";
        var (light, ink, scene) = (await page.Text("getComputedStyle(document.body).backgroundColor"), await page.Text(figure), await page.Text(Picture));
        await page.Click("#theme");
        await page.Until($"getComputedStyle(document.body).backgroundColor !== '{light}'");
        Assert.That(await page.Text(figure), Is.Not.EqualTo(ink));
        await page.Until($"{Picture} !== '{scene}'");
        Assert.That(await page.Text("document.documentElement.dataset.theme"), Is.EqualTo("dark"));
        Assert.That(page.Complaints, Is.Empty);
    }

    [Test]
    public async Task Tables_sort_by_a_click_on_a_column()
    {
        var page = await report!.Ready();
        await page.Click("table.sortable th:nth-child(4) button");
        var scores = (await page.Text("[...document.querySelectorAll('table.sortable td:nth-child(4)')].map(c => c.textContent).join(' ')")).Split(' ');
        Assert.That(scores.Select(s => double.Parse(s, System.Globalization.CultureInfo.InvariantCulture)), Is.Ordered.Descending);
        Assert.That(page.Complaints, Is.Empty);
    }
}
