using Handmade.Autograd;

namespace Handmade.Model;

/// <summary>
/// R networks that read a pair of tokens and score classes, seen through the vectors of the tokens: analyses differentiate with respect to
/// them, or put others in their place (<c>network with { First = …, Second = … }</c>).
/// </summary>
/// <param name="First">The vector of each of the p tokens as first summand, before anything is added to it: [R, p, d].</param>
/// <param name="Second">The same as second summand; the same tensor where both share a table.</param>
/// <param name="Forward">Logits [R, batch, classes] of vectors [R, batch, d] of the first and of the second token.</param>
public sealed record PairNetwork(Tensor First, Tensor Second, Func<Tensor, Tensor, Tensor> Forward)
{
    /// <summary>Tokens p.</summary>
    public int Tokens => First.Shape[1];

    /// <summary>Networks R.</summary>
    public int Replicas => First.Shape[0];

    /// <summary>Whether both summands have one table.</summary>
    public bool IsShared => ReferenceEquals(First, Second);

    /// <summary>Logits of all p² pairs, [R, p² (a, then b), classes].</summary>
    public Tensor ForwardAll()
    {
        var (first, second) = AllPairs();
        return Forward(first, second);
    }

    /// <summary>The vectors of all p² pairs, a by a: [R, p², d] each.</summary>
    public (Tensor First, Tensor Second) AllPairs()
    {
        int p = Tokens, d = First.Shape[^1];
        return (First.Unsqueeze(2).Expand([Replicas, p, p, d]).Reshape([Replicas, p * p, d]),
            Second.Unsqueeze(1).Expand([Replicas, p, p, d]).Reshape([Replicas, p * p, d]));
    }
}
