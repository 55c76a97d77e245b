namespace Handmade.Model.Data;

/// <summary>
/// How a pair of numbers modulo p is written as tokens (Zhong et al. 2023, the variants of their appendix). The answer is read at the last position.
/// </summary>
/// <param name="P">The modulus p.</param>
/// <param name="IsSeparate">Whether the second number has tokens of its own, p … 2p − 1.</param>
/// <param name="HasSign">Whether an equals sign follows, the last token of the vocabulary.</param>
public readonly record struct PairTokens(int P, bool IsSeparate = false, bool HasSign = false)
{
    /// <summary>How many tokens there are. The network has as many classes; those from p on are never right.</summary>
    public int Vocabulary => (IsSeparate ? 2 * P : P) + (HasSign ? 1 : 0);

    /// <summary>Tokens of an example.</summary>
    public int Positions => HasSign ? 3 : 2;

    /// <summary>The token of the second number.</summary>
    public int Second(int b) => IsSeparate ? P + b : b;

    /// <summary>The tokens of (a, b).</summary>
    public int[] Of(int a, int b) => HasSign ? [a, Second(b), Vocabulary - 1] : [a, Second(b)];
}
