using Handmade.Documentation;

namespace Handmade.Bench;

/// <summary>A piece of work that we and a rival do in turn.</summary>
/// <param name="What">What is done: <c>A·B</c>, <c>tiny step</c>.</param>
/// <param name="Shape">Sizes and type: <c>512×512×512 f32</c>.</param>
/// <param name="Threads">Threads on both sides.</param>
/// <param name="Unit">How seconds become the figures of the row.</param>
/// <param name="AtLeast">The goal, a ratio; a row without one is left out of <c>--quick</c>.</param>
internal sealed record Contest(string What, string Shape, int Threads, Unit Unit, double? AtLeast = null)
{
    // A rival's threads go on looking for work for some milliseconds after its turn (OpenBLAS, OpenMP), and ours for microseconds.
    private static readonly TimeSpan UntilThreadsSleep = TimeSpan.FromMilliseconds(40);

    /// <summary>Turn by turn in one process or in alternating ones, after a turn of each that only warms up.</summary>
    public Comparison Against(string rival, Burst theirs, Burst ours, Budget budget) => AgainstBest([(rival, theirs)], ours, budget);

    /// <summary>The same against several, of which the one counts that does best.</summary>
    public Comparison AgainstBest(IReadOnlyList<(string Name, Burst Burst)> rivals, Burst ours, Budget budget)
    {
        var our = new double[budget.Rounds];
        double[][] their = [.. rivals.Select(_ => new double[budget.Rounds])];
        for (int round = -1; round < budget.Rounds; round++)
        {
            double seconds = Turn(ours, budget);
            if (round >= 0) our[round] = seconds;
            for (int i = 0; i < rivals.Count; i++)
            {
                seconds = Turn(rivals[i].Burst, budget);
                if (round >= 0) their[i][round] = seconds;
            }
        }
        int best = Enumerable.Range(0, rivals.Count).MinBy(i => Ratio(their[i], our).Median);
        return Row(rivals[best].Name, Spread.Of(our).Median) with { RivalFigure = Unit.Figure(Spread.Of(their[best]).Median), Ratio = Ratio(their[best], our) };
    }

    /// <summary>Our figure alone, for want of the rival, which a Debian package would bring.</summary>
    public Comparison Without(string rival, string package, Burst ours, Budget budget) => Alone(ours, budget) with { Rival = rival, Missing = package };

    /// <summary>Our figure, which has no rival but perhaps a limit: <see cref="Comparison.AtMost"/>.</summary>
    public Comparison Alone(Burst ours, Budget budget)
    {
        Turn(ours, budget);
        return Row("", Spread.Of(Enumerable.Range(0, budget.Rounds).Select(_ => Turn(ours, budget))).Median);
    }

    private double Turn(Burst burst, Budget budget)
    {
        if (Threads > 1) Thread.Sleep(UntilThreadsSleep);
        return burst(budget.Turn);
    }

    private Comparison Row(string rival, double seconds) => new(What, Shape, Threads, Unit.Name) { Ours = Unit.Figure(seconds), Rival = rival, AtLeast = AtLeast };

    private static Spread Ratio(double[] theirs, double[] ours) => Spread.Of(theirs.Zip(ours, (rival, own) => rival / own));
}
