using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// Everything that is measured of one network that adds (Zhong et al. 2023, arXiv 2306.17844), and what it amounts to. Forward and backward passes run in
/// batches over pairs and replicas on the network's device, the rest, tables of some thousand numbers, in double on the host.
/// </summary>
public sealed class AdditionFindings
{
    private AdditionFindings(PairLogits logits, GradientSymmetricity symmetricity, IReadOnlyList<PrincipalComponents> components, IReadOnlyList<IsolatedCircle> circles,
        IReadOnlyList<IsolatedCircle> componentCircles, LogitCube together, AdditionThresholds thresholds)
    {
        (Logits, Accuracy, Symmetricity, Components, Circles, ComponentCircles, Together) = (logits.Cube, logits.Accuracy, symmetricity, components, circles, componentCircles, together);
        Irrelevance = DistanceIrrelevance.Of(Logits);
        TopWrongIrrelevance = DistanceIrrelevance.OfTopWrong(Logits);
        Circularity = components.Average(Spectrum.Circularity);
        Verdict = AdditionVerdict.Of(this, thresholds);
    }

    /// <summary>Logits of all pairs.</summary>
    public LogitCube Logits { get; }

    /// <summary>Share of all p² pairs that the network gets right.</summary>
    public double Accuracy { get; }

    /// <summary>Gradient symmetricity over all triples.</summary>
    public GradientSymmetricity Symmetricity { get; }

    /// <summary>Distance irrelevance of the right class's logit: the paper's.</summary>
    public DistanceIrrelevance Irrelevance { get; }

    /// <summary>The same of the largest wrong logit, which the authors' training script logs.</summary>
    public DistanceIrrelevance TopWrongIrrelevance { get; }

    /// <summary>How much of the first four principal components is one wave each; the mean over tables where there are two.</summary>
    public double Circularity { get; }

    /// <summary>Twenty principal components of the token vectors, for each table.</summary>
    public IReadOnlyList<PrincipalComponents> Components { get; }

    /// <summary>Circles by Fourier planes, strongest first, each alone.</summary>
    public IReadOnlyList<IsolatedCircle> Circles { get; }

    /// <summary>Circles by pairs of principal components, as in the paper; none where components mix frequencies or summands have tables of their own.</summary>
    public IReadOnlyList<IsolatedCircle> ComponentCircles { get; }

    /// <summary>What the network says with the planes of all <see cref="Circles"/> together, without the rest of the embedding.</summary>
    public LogitCube Together { get; }

    /// <summary>Clock, Pizza or undecided.</summary>
    public AdditionVerdict Verdict { get; }

    /// <summary>The circle that a formula explains best, accompanying ones aside; null where there is none.</summary>
    public IsolatedCircle? MainCircle(AdditionThresholds thresholds) =>
        Circles.Where(circle => circle.Role(thresholds) != CircleRole.Accompanying).MaxBy(circle => Math.Max(circle.Clock, circle.Pizza));

    /// <summary>The findings of each replica.</summary>
    public static AdditionFindings[] Of(PairNetwork network, ModularTask task, AdditionThresholds? thresholds = null)
    {
        PairLogits[] logits = PairLogits.Of(network, task);
        GradientSymmetricity[] symmetricity = GradientSymmetricity.Of(network);
        TokenTables[] tables = TokenTables.Of(network, task);
        PrincipalComponents[][] components = [.. tables.Select(table => table.Distinct.Select(rows => PrincipalComponents.Of(rows)).ToArray())];
        IReadOnlyList<Circle>[] byFourier = [.. tables.Select(table => Circle.ByFourier(table))];
        IReadOnlyList<Circle>[] byComponents = [.. components.Select(each => network.IsShared ? Circle.ByComponents(each[0]) : [])];
        IReadOnlyList<IsolatedCircle>[] circles = IsolatedCircle.Of(network, task, tables, byFourier), pairs = IsolatedCircle.Of(network, task, tables, byComponents);
        LogitCube[] together = IsolatedCircle.Keeping(network, task, tables, byFourier);
        return
        [
            .. Enumerable.Range(0, network.Replicas).Select(r =>
                new AdditionFindings(logits[r], symmetricity[r], components[r], circles[r], pairs[r], together[r], thresholds ?? new AdditionThresholds())),
        ];
    }
}
