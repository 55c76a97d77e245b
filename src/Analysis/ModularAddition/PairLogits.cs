using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Analysis.ModularAddition;

/// <summary>What a network says to all p² pairs.</summary>
/// <param name="Cube">Its logits by places of the task's circle.</param>
/// <param name="Accuracy">Share of all p² pairs that it gets right among all its classes, also those that stand at no place.</param>
public sealed record PairLogits(LogitCube Cube, double Accuracy)
{
    /// <summary>The logits of each replica, computed in one batch on the network's device.</summary>
    public static PairLogits[] Of(PairNetwork network, ModularTask task)
    {
        double[] logits;
        int classes;
        using (Tape.NoGrad())
        using (network.First.Device.Scope())
        {
            Tensor all = network.ForwardAll();
            classes = all.Shape[^1];
            logits = all.ToDoubles();
        }
        if (network.Tokens != task.P || classes < task.P)
            throw new HandmadeException($"logits: a network of {network.Tokens} tokens and {classes} classes for numbers modulo {task.P}; it needs {task.P} tokens and at least as many classes");
        int size = task.P * task.P * classes;
        return [.. Enumerable.Range(0, network.Replicas).Select(r => Of(logits.AsSpan(r * size, size), classes, task))];
    }

    /// <summary>The logits of one network, p² pairs (a, then b) by its classes.</summary>
    public static PairLogits Of(ReadOnlySpan<double> logits, int classes, ModularTask task)
    {
        int n = task.Order, right = 0;
        for (int pair = 0; pair < task.P * task.P; pair++)
            if (Largest(logits.Slice(pair * classes, classes)) == task.Class(pair / task.P, pair % task.P)) right++;
        var cube = new double[n * n * n];
        for (int x = 0, i = 0; x < n; x++)
            for (int y = 0; y < n; y++)
            {
                ReadOnlySpan<double> scores = logits.Slice(((task.First[x] * task.P) + task.Second[y]) * classes, classes);
                for (int z = 0; z < n; z++) cube[i++] = scores[task.Classes[z]];
            }
        return new PairLogits(new LogitCube(n, cube), (double)right / (task.P * task.P));
    }

    private static int Largest(ReadOnlySpan<double> scores)
    {
        int best = 0;
        for (int c = 1; c < scores.Length; c++)
            if (scores[c] > scores[best]) best = c;
        return best;
    }
}
