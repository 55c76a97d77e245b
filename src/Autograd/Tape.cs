using Handmade.Kernels;

namespace Handmade.Autograd;

/// <summary>The gradient rule of one op: from the op's result and its gradient to the gradients of the inputs (null: none).</summary>
internal delegate Tensor?[] GradientRule(Tensor y, Tensor dy);

/// <summary>One recorded op.</summary>
internal sealed class Node(string name, Tensor[] inputs, GradientRule rule)
{
    private static long last;

    /// <summary>Place in time: an op is recorded after everything that it reads.</summary>
    public long Order { get; } = Interlocked.Increment(ref last);

    public string Name => name;

    public Tensor[] Inputs => inputs;

    public GradientRule Rule => rule;
}

/// <summary>
/// Reverse-mode differentiation. Ops record themselves while a gradient is wanted; <see cref="Backward"/> walks the record
/// from the latest op to the earliest, so every gradient is complete, in one fixed order of additions, before it is passed on.
/// </summary>
public static class Tape
{
    [ThreadStatic]
    private static bool isPaused;

    [ThreadStatic]
    private static bool isComposed;

    [ThreadStatic]
    private static HashSet<Tensor>? onTheWay;

    /// <summary>True while ops are recorded on this thread.</summary>
    public static bool IsRecording => !isPaused;

    /// <summary>
    /// True inside a backward pass with createGraph: gradient rules then use ops that can be differentiated again, where
    /// they would otherwise launch a fused kernel.
    /// </summary>
    internal static bool IsComposed => isComposed;

    /// <summary>
    /// Whether the backward pass that runs wants this input's gradient: it requires one, and where only the gradients of some inputs were asked for, the tensor
    /// lies on the way to one of them. Rules of dear ops ask, so that gradients with respect to inputs cost no gradients of weights.
    /// </summary>
    internal static bool Wants(Tensor input) => input.RequiresGrad && (onTheWay is null || onTheWay.Contains(input));

    /// <summary>Switches recording off until the result is disposed: <c>using (Tape.NoGrad()) …</c></summary>
    public static IDisposable NoGrad() => new Mode(paused: true, composed: isComposed, onTheWay);

    /// <summary>Wraps an op's result, remembering the op when a gradient may be asked for.</summary>
    internal static Tensor Record(string name, TensorView value, Tensor[] inputs, GradientRule rule)
    {
        if (isPaused || !inputs.Any(input => input.RequiresGrad)) return new Tensor(value);
        return new Tensor(value, requiresGrad: true) { Node = new Node(name, inputs, rule) };
    }

    /// <summary>
    /// Gradients of <paramref name="root"/>: into the leaves' <see cref="Tensor.Grad"/>, or, when
    /// <paramref name="wanted"/> is given, only into its values.
    /// </summary>
    internal static void Backward(Tensor root, Tensor? gradient, bool createGraph, Dictionary<Tensor, Tensor>? wanted)
    {
        if (!root.RequiresGrad) throw new HandmadeException($"backward: no input of this {root.Shape} tensor requires a gradient");
        if (gradient is null && root.Shape.Rank > 1)
            throw new HandmadeException($"backward: shape {root.Shape} is no scalar (nor one value per replica); pass the gradient to start from");
        if (gradient is not null && gradient.Shape != root.Shape)
            throw new HandmadeException($"backward: the gradient has shape {gradient.Shape}, the tensor {root.Shape}; they must be equal");

        using var mode = new Mode(paused: !createGraph, composed: createGraph, wanted is null || createGraph ? null : Way(root, wanted));
        var gradients = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance) { [root] = gradient ?? Tensor.Ones(root.Device, root.Shape, root.DType) };
        // Latest op first; leaves last, in the order in which they were reached.
        var pending = new PriorityQueue<Tensor, long>();
        long leaves = 0;
        void Enqueue(Tensor tensor) => pending.Enqueue(tensor, tensor.Node is { } node ? -node.Order : ++leaves);
        Enqueue(root);

        // Rules may pass one tensor on to several inputs. Two that keep it must not share its memory: an update in place
        // of one would change the other.
        var kept = new HashSet<DeviceBuffer>();
        if (gradient is not null) kept.Add(gradient.View.Buffer);
        while (pending.TryDequeue(out Tensor? y, out _))
        {
            gradients.Remove(y, out Tensor? dy);
            dy = y.RunHooks(dy!);
            if (wanted is not null && wanted.ContainsKey(y)) wanted[y] = dy;
            if (wanted is null && (y.IsLeaf || y.RetainsGrad))
            {
                Tensor dense = dy.Contiguous();
                y.Grad = y.Grad is not null ? y.Grad + dy : kept.Add(dense.View.Buffer) ? dense : dense.Clone();
            }
            if (y.Node is not { } node) continue;
            Tensor?[] dx = node.Rule(y, dy);
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                Tensor x = node.Inputs[i];
                if (!Wants(x) || dx[i] is not { } part) continue;
                if (part.Shape != x.Shape) throw new InvalidOperationException($"{node.Name}: gradient {i} has shape {part.Shape}, the input {x.Shape}");
                if (gradients.TryGetValue(x, out Tensor? sum)) gradients[x] = sum + part;
                else
                {
                    gradients[x] = part;
                    Enqueue(x);
                }
            }
        }
    }

    // Every tensor between the root and the wanted ones: what the root was made from, then, from the earliest on, what was made from a wanted one.
    private static HashSet<Tensor> Way(Tensor root, Dictionary<Tensor, Tensor> wanted)
    {
        var made = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { root };
        var pending = new Stack<Tensor>([root]);
        while (pending.TryPop(out Tensor? y))
            foreach (Tensor x in y.Node?.Inputs ?? [])
                if (x.RequiresGrad && made.Add(x)) pending.Push(x);
        var way = new HashSet<Tensor>(wanted.Keys, ReferenceEqualityComparer.Instance);
        foreach (Tensor y in made.Where(y => y.Node is not null).OrderBy(y => y.Node!.Order))
            if (y.Node!.Inputs.Any(way.Contains)) way.Add(y);
        return way;
    }

    private sealed class Mode : IDisposable
    {
        private readonly bool wasPaused = isPaused, wasComposed = isComposed;
        private readonly HashSet<Tensor>? wasOnTheWay = onTheWay;

        public Mode(bool paused, bool composed, HashSet<Tensor>? way)
        {
            isPaused = paused;
            isComposed = composed;
            onTheWay = way;
        }

        public void Dispose()
        {
            isPaused = wasPaused;
            isComposed = wasComposed;
            onTheWay = wasOnTheWay;
        }
    }
}
