using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics.Tests;

public class LargeDiscFramesTests
{
    private static readonly LargeDiscScene Scene = LargeDiscScene.Of(400) with { Frames = 3 };

    [Test]
    public void Frames_are_what_the_discs_reach()
    {
        var start = new DiscState[400];
        LargeDiscStart.Random(Scene, 6, 0, start);
        using var discs = new LargeDiscs(Scene);
        discs.Set(start);
        using var workers = new WorkerPool(2);
        int frames = 0;
        foreach (LargeDiscFrame frame in DiscSimulator.Frames(Scene, seed: 6, workers))
        {
            if (frames > 0) discs.Advance(Scene.SubstepsPerFrame);
            Assert.That((frame.Number, frame.Time), Is.EqualTo((frames, frames * Scene.FrameInterval)));
            for (int i = 0; i < 400; i++) Assert.That(frame.States[i], Is.EqualTo(discs.Get(i)));
            Assert.That(frame.Contacts.ToArray(), Is.EqualTo(discs.Contacts.ToArray()));
            Assert.That(frame.WallContacts.ToArray(), Is.EqualTo(discs.WallContacts.ToArray()));
            frames++;
        }
        Assert.That(frames, Is.EqualTo(4));
    }

    [Test]
    public void Memory_does_not_grow_with_the_frames()
    {
        using IEnumerator<LargeDiscFrame> frames = DiscSimulator.Frames(Scene with { Frames = 60 }, seed: 6).GetEnumerator();
        for (int i = 0; i < 20; i++) frames.MoveNext();
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (frames.MoveNext()) { }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Progress_counts_frames_a_cancelled_run_stops_and_errors_come_at_once()
    {
        var seen = new Seen();
        foreach (LargeDiscFrame _ in DiscSimulator.Frames(Scene, seed: 1, progress: seen)) { }
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen.Counts, Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(() => DiscSimulator.Frames(Scene, seed: 1, cancel: new CancellationToken(true)).Count(), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(() => DiscSimulator.Frames(Scene, new DiscState[3]), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("large discs: 3 starting states; use 400, one for each disc"));
            Assert.That(() => DiscSimulator.Frames(Scene with { Height = -1 }, seed: 1), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("disc scene: box is 1 × -1"));
        }
    }

    private sealed class Seen : IProgress<int>
    {
        public List<int> Counts { get; } = [];

        public void Report(int value) => Counts.Add(value);
    }
}
