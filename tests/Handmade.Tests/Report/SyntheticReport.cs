using System.Globalization;
using Handmade.Analysis.Figures;
using Handmade.Experiments;

namespace Handmade.Tests.Report;

/// <summary>A report as the collisions experiment would fill it, from made-up numbers: soft discs under gravity, and heads whose attention sharpens with training.</summary>
internal static class SyntheticReport
{
    public const int Particles = 16, Frames = 12, MomentsPerFrame = 5;
    private const double Radius = 0.06, FrameTime = 0.05;
    private static readonly long[] Steps = [100, 500, 1500, 4000, 24000];

    public static ReportData Make()
    {
        var options = new Option[]
        {
            Option.Int("physics.particles", () => Particles, _ => { }, 2, 1000, "particles in the box", "N"),
            Option.Double("physics.radius", () => Radius, _ => { }, 0.001, 0.5, "radius of a disc", "r", "box"),
            Option.Double("physics.frame", () => FrameTime, _ => { }, 0.001, 1, "length of a frame", "Δt", "time"),
            Option.Int("model.layers", () => 2, _ => { }, 1, 12, "transformer blocks", "L"),
            Option.Double("train.rate", () => 2e-3, _ => { }, 0, 1, "learning rate after warm-up"),
        };
        var config = new RunConfig("collisions", "tiny", [1, 2], "host", 2, "0.1.0", "0.1.0+3f2a9c1", [.. options.Select(o => (o.Name, o.Json))]);
        return new("Heads that foresee collisions <emerge> in a particle transformer", "Hitchcock, Delaney, Manton, Scalzo, Zhu (2025), arXiv 2504.11830", config,
            new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.Zero), TimeSpan.FromSeconds(163.4))
        {
            Summary =
            [
                "A transformer with one token for each particle learned to predict how sixteen discs change their velocity under gravity. Three of the four heads of its second block became collision heads: they give more than nine tenths of their attention to the discs that they are about to hit.",
                "The first block stays at the level of chance. The heads use velocity, not only distance: the nearest disc is the partner in 86 % of the touching rows, the disc that a true head looks at in 95 %.",
            ],
            Claims =
            [
                new("loss", "The loss falls far below that of the free-fall predictor.", "not given", double.NegativeInfinity, 0.15, [0.108, 0.104]),
                new("two-true-heads", "Two or more heads end with a contact score near the paper's.", "near 0.95", 0.85, double.PositiveInfinity, [0.937, 0.843]) { Needed = 1 },
                new("block-1-none", "Every head of block 1 stays near the uniform level.", "about 0.02", double.NegativeInfinity, 0.1, [0.081, 0.153]),
            ],
            Tables = [HeadTable()],
            Figures = [LossFigure(), HeadsFigure()],
            Options = options,
            Assignments = ["train.rate=0.002"],
            Scenes = [Scene("test trajectory 1", 5), Scene("test trajectory 2", 8)],
        };
    }

    public static SceneRecording Scene(string name, int seed)
    {
        var (positions, contacts) = Fall(new Random(seed));
        var views = new List<SceneView>();
        foreach (var network in new ulong[] { 1, 2 })
            foreach (var step in Steps)
            {
                var heads = Enumerable.Range(0, 8).Select(h => new SceneHead(h / 4 + 1, h % 4 + 1, Score(network, h, step), LabelOf(Score(network, h, step)))).ToArray();
                views.Add(new(network, step, heads, [.. heads.SelectMany(head => Attention(positions, head.Score))]));
            }
        return new(name, Particles, Frames, Radius, FrameTime, positions) { MomentsPerFrame = MomentsPerFrame, Contacts = contacts, Views = views };
    }

    private static double Score(ulong seed, int head, long step)
    {
        var end = head < 4 ? 0.08 + 0.01 * head : new[] { 0.93, 0.11, 0.48, 0.91 }[(head + (int)seed) % 4];
        return 0.077 + (end - 0.077) / (1 + Math.Pow(2500.0 / step, 2));
    }

    private static string LabelOf(double score) => score >= 0.85 ? "true" : score < 0.2 ? "none" : "partial";

    // Softmax over the distance at the frame's end: the sharper, the higher the score.
    private static IEnumerable<float> Attention(float[] positions, double score)
    {
        var sharpness = 60 * Math.Max(0, score - 0.08);
        for (var frame = 0; frame < Frames; frame++)
            for (var i = 0; i < Particles; i++)
            {
                var weights = Enumerable.Range(0, Particles).Select(j => i == j ? 0 : Math.Exp(-sharpness * Distance(positions, (frame + 1) * MomentsPerFrame, i, j))).ToArray();
                foreach (var weight in weights) yield return (float)(weight / weights.Sum());
            }
    }

    private static double Distance(float[] positions, int moment, int i, int j)
    {
        var (a, b) = (2 * (moment * Particles + i), 2 * (moment * Particles + j));
        return Math.Sqrt(Math.Pow(positions[a] - positions[b], 2) + Math.Pow(positions[a + 1] - positions[b + 1], 2));
    }

    // Discs on a jittered grid fall and push each other apart: enough of a simulation to look at.
    private static (float[] Positions, List<(int, int, int)> Contacts) Fall(Random random)
    {
        var x = Enumerable.Range(0, Particles).SelectMany(i => new[] { 0.14 + 0.24 * (i % 4) + 0.08 * random.NextDouble(), 0.3 + 0.17 * (i / 4) + 0.04 * random.NextDouble() }).ToArray();
        var v = Enumerable.Range(0, 2 * Particles).Select(_ => 1.6 * (random.NextDouble() - 0.5)).ToArray();
        var positions = new List<float>();
        var contacts = new SortedSet<(int, int, int)>();
        const int substeps = 20;
        for (var moment = 0; moment <= Frames * MomentsPerFrame; moment++)
        {
            positions.AddRange(x.Select(p => (float)p));
            for (var s = 0; s < substeps && moment < Frames * MomentsPerFrame; s++)
            {
                Push(x, v, FrameTime / MomentsPerFrame / substeps, pair => contacts.Add((moment / MomentsPerFrame, pair.I, pair.J)));
            }
        }
        return ([.. positions], [.. contacts]);
    }

    private static void Push(double[] x, double[] v, double dt, Action<(int I, int J)> touch)
    {
        const double stiffness = 2e4;
        for (var k = 0; k < v.Length; k++)
        {
            v[k] += dt * (stiffness * (Math.Max(0, Radius - x[k]) - Math.Max(0, x[k] - 1 + Radius)) - (k % 2 == 1 ? 1 : 0));
        }
        for (var i = 0; i < Particles; i++)
            for (var j = i + 1; j < Particles; j++)
            {
                var (dx, dy) = (x[2 * i] - x[2 * j], x[2 * i + 1] - x[2 * j + 1]);
                var far = Math.Sqrt(dx * dx + dy * dy);
                if (far >= 2 * Radius) continue;
                touch((i, j));
                var push = dt * stiffness * (2 * Radius - far) / far;
                (v[2 * i], v[2 * i + 1]) = (v[2 * i] + push * dx, v[2 * i + 1] + push * dy);
                (v[2 * j], v[2 * j + 1]) = (v[2 * j] - push * dx, v[2 * j + 1] - push * dy);
            }
        for (var k = 0; k < x.Length; k++) x[k] += dt * v[k];
    }

    private static Table HeadTable() => new(
        "Heads at the end of training. Labels: true S ≥ 0.85, none S < 0.2 (null 0.077), partial between.",
        ["Seed", "Block", "Head", "Contact score", "Impact-weighted score", "Label"],
        [.. from seed in new ulong[] { 1, 2 }
            from head in Enumerable.Range(0, 8)
            let score = Score(seed, head, 24000)
            select new[] { $"{seed}", $"{head / 4 + 1}", $"{head % 4 + 1}", Fixed(score), Fixed(Math.Min(0.98, score * 1.05)), LabelOf(score) }]);

    private static ReportFigure LossFigure()
    {
        var steps = Enumerable.Range(0, 40).Select(i => (int)Math.Exp(i * 0.2586)).Distinct().ToArray();
        var figure = new Figure("Test loss").XLog("training step").YLog("loss / free fall").HorizontalLine(1, "free fall");
        foreach (var seed in new[] { 1, 2 }) figure.Line($"seed {seed}", steps, steps.Select(s => 0.1 + 1.2 / (1 + s / (600.0 + 200 * seed))));
        return new(figure.ToSvg(), "Test loss of both seeds, as a share of the loss of a predictor that knows gravity only.", "figures/loss.csv");
    }

    private static ReportFigure HeadsFigure()
    {
        var panels = new Panels("", 3);
        foreach (var (name, score) in new[] { ("block 2, head 1: true", 0.93), ("block 2, head 3: partial", 0.48), ("block 1, head 2: none", 0.09) })
        {
            var scene = Scene("", 5);
            const int frame = 4;
            var start = 2 * Particles * frame * MomentsPerFrame;
            var places = Enumerable.Range(0, Particles).Select(i => (X: scene.Positions[start + 2 * i], Y: scene.Positions[start + 2 * i + 1])).ToArray();
            panels.Add(new Figure(name, 300, 320).Particles(places.Select(p => p.X), places.Select(p => p.Y), Radius,
                Attention([.. scene.Positions], score).Skip(frame * Particles * Particles).Take(Particles * Particles),
                scene.Contacts.Where(c => c.Frame == frame).Select(c => (c.I, c.J))));
        }
        return new(panels.ToSvg(), "Attention of three heads in one frame. Blue rims: discs that touch within it.");
    }

    private static string Fixed(double x) => x.ToString("F3", CultureInfo.InvariantCulture);
}
