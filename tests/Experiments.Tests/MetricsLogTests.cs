using Handmade.Kernels;

namespace Handmade.Experiments.Tests;

public sealed class MetricsLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string File => folder["metrics.csv"];

    private void Write(long from, long to, long resume)
    {
        using MetricsLog log = MetricsLog.Open(File, ["seed", "loss"], resume);
        for (long step = from; step <= to; step++)
            for (int seed = 1; seed <= 2; seed++) log.Add(step, seed, 1.0 / (step + seed));
    }

    [Test]
    public void Resume_drops_rows_beyond_the_checkpoint_and_ends_with_the_same_bytes()
    {
        Write(1, 20, -1);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int cut = 0; cut <= whole.Length; cut += 7)
        {
            // A kill left the first bytes; the checkpoint can only know rows that are whole.
            System.IO.File.WriteAllBytes(File, whole[..cut]);
            int rows = whole[..cut].Count(b => b == '\n') - 1;
            long checkpoint = Math.Max(0, rows / 2 / 5 * 5);
            Write(checkpoint + 1, 20, checkpoint == 0 ? -1 : checkpoint);
            Assert.That(System.IO.File.ReadAllBytes(File), Is.EqualTo(whole), $"cut at {cut}");
        }
    }

    [Test]
    public void Columns_are_read_back_exactly()
    {
        using (MetricsLog log = MetricsLog.Open(File, ["loss"], -1))
        {
            log.Add(0, 0.1);
            log.Add(5, double.NaN);
            log.Add(long.MaxValue / 4096, Math.BitIncrement(1.0));
        }
        var columns = MetricsLog.Read(File);
        Assert.That(columns.Keys, Is.EqualTo(new[] { "step", "loss" }));
        Assert.That(columns["loss"], Is.EqualTo(new[] { 0.1, double.NaN, Math.BitIncrement(1.0) }));
    }

    [Test]
    public void Rows_are_in_the_file_before_it_is_closed()
    {
        using MetricsLog log = MetricsLog.Open(File, ["loss"], -1);
        log.Add(1, 0.5);
        Assert.That(MetricsLog.Read(File)["loss"], Is.EqualTo(new[] { 0.5 }));
    }

    [TestCase("step,loss\n1,2\n", "has the columns step,loss")]
    [TestCase("step,seed,loss\nx,1,2\n", "\"x,1,2\" is no row")]
    [TestCase("step,seed,loss\nnonsense\n", "\"nonsense\" is no row")]
    public void A_file_of_another_kind_is_refused(string content, string part)
    {
        System.IO.File.WriteAllText(File, content);
        Assert.That(() => MetricsLog.Open(File, ["seed", "loss"], 5).Dispose(),
            Throws.TypeOf<HandmadeException>().With.Message.Contains(part));
        Assert.That(System.IO.File.ReadAllText(File), Is.EqualTo(content), "left as it was");
    }

    [Test]
    public void Rates_forget_a_slow_start()
    {
        var meter = new RateMeter();
        meter.Update(0, 0);
        double rate = 0;
        for (int second = 1; second <= 30; second++) rate = meter.Update(second < 10 ? second : 10 + (second - 10) * 100, second);
        Assert.That(rate, Is.EqualTo(100).Within(1));
    }
}
