using Handmade.Autograd;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Analysis.ModularAddition;

/// <summary>The token vectors of one network in the order of the task's places, in double: a row for each place of the circle.</summary>
/// <param name="First">Vectors of the first summand, n rows of d.</param>
/// <param name="Second">Vectors of the second; the same object where they share a table.</param>
public sealed record TokenTables(double[][] First, double[][] Second)
{
    /// <summary>The tables of each replica.</summary>
    public static TokenTables[] Of(PairNetwork network, ModularTask task)
    {
        double[][][] first = Tables(network.First), second = network.IsShared ? first : Tables(network.Second);
        return
        [
            .. Enumerable.Range(0, network.Replicas).Select(r =>
            {
                double[][] ofFirst = [.. task.First.Select(token => first[r][token])];
                return new TokenTables(ofFirst, network.IsShared ? ofFirst : [.. task.Second.Select(token => second[r][token])]);
            }),
        ];
    }

    /// <summary>Whether both summands have one table.</summary>
    public bool IsShared => ReferenceEquals(First, Second);

    /// <summary>The tables that differ: one or two.</summary>
    public IReadOnlyList<double[][]> Distinct => IsShared ? [First] : [First, Second];

    private static double[][][] Tables(Tensor tokens)
    {
        int p = tokens.Shape[1], d = tokens.Shape[2];
        double[] values = tokens.ToDoubles();
        return [.. values.Chunk(p * d).Select(table => table.Chunk(d).ToArray())];
    }
}
