using Handmade.Kernels;

namespace Handmade.Analysis;

/// <summary>What the chains of one point met, draw by draw.</summary>
public sealed class LlcTrace
{
    private const int Fields = 5;
    private readonly double[] values;

    /// <summary>Room for so many chains and draws.</summary>
    public LlcTrace(int chains, int draws) : this(chains, draws, new double[chains * draws * Fields])
    {
    }

    /// <summary>The trace of numbers that <see cref="ToArray"/> gave.</summary>
    public LlcTrace(int chains, int draws, double[] values)
    {
        if (values.Length != chains * draws * Fields) throw new HandmadeException($"llc: a trace of {values.Length} numbers; {chains} chains of {draws} draws have {chains * draws * Fields}");
        (Chains, Draws, this.values) = (chains, draws, values);
    }

    /// <summary>Number of chains.</summary>
    public int Chains { get; }

    /// <summary>Draws of each.</summary>
    public int Draws { get; }

    /// <summary>Numbers of a trace of so many chains and draws.</summary>
    public static int Length(int chains, int draws) => chains * draws * Fields;

    /// <summary>L_b(w), the loss at a draw on its batch b.</summary>
    public double Loss(int chain, int draw) => At(chain, draw, 0);

    /// <summary>L_b(w*) on the same batch, or the mean over other batches.</summary>
    public double Baseline(int chain, int draw) => At(chain, draw, 1);

    /// <summary>|w − w*|².</summary>
    public double SquaredDistance(int chain, int draw) => At(chain, draw, 2);

    /// <summary>(w − w*)·∇U with U = nβ·L_b + γ/2·|w − w*|².</summary>
    public double Virial(int chain, int draw) => At(chain, draw, 3);

    /// <summary>log q(w → w') − log q(w' → w), w' the draw before and w this one: what <see cref="LlcEstimate.Acceptance"/> needs of the proposals.</summary>
    public double LogProposalRatio(int chain, int draw) => At(chain, draw, 4);

    /// <summary>All numbers, chain by chain and draw by draw.</summary>
    public double[] ToArray() => [.. values];

    /// <summary>The first draw of a chain whose loss is not finite, or −1.</summary>
    public int FirstNonFinite(int chain)
    {
        for (int draw = 0; draw < Draws; draw++)
            if (!double.IsFinite(Loss(chain, draw)) || !double.IsFinite(Baseline(chain, draw))) return draw;
        return -1;
    }

    internal void Set(int chain, int draw, double loss, double baseline, double squaredDistance, double virial, double logProposalRatio) =>
        (values[Place(chain, draw)], values[Place(chain, draw) + 1], values[Place(chain, draw) + 2], values[Place(chain, draw) + 3], values[Place(chain, draw) + 4]) =
            (loss, baseline, squaredDistance, virial, logProposalRatio);

    private double At(int chain, int draw, int field) => values[Place(chain, draw) + field];

    private int Place(int chain, int draw) => ((chain * Draws) + draw) * Fields;
}
