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

    /// <summary>True while ops are recorded on this thread.</summary>
    public static bool IsRecording => !isPaused;

    /// <summary>
    /// True inside a backward pass with createGraph: gradient rules then use ops that can be differentiated again, where
    /// they would otherwise launch a fused kernel.
    /// </summary>
    internal static bool IsComposed => isComposed;

    /// <summary>Switches recording off until the result is disposed: <c>using (Tape.NoGrad()) …</c></summary>
    public static IDisposable NoGrad() => new Mode(paused: true, composed: isComposed);

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

        using var mode = new Mode(paused: !createGraph, composed: createGraph);
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
                if (!x.RequiresGrad || dx[i] is not { } part) continue;
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

    private sealed class Mode : IDisposable
    {
        private readonly bool wasPaused = isPaused, wasComposed = isComposed;

        public Mode(bool paused, bool composed)
        {
            isPaused = paused;
            isComposed = composed;
        }

        public void Dispose()
        {
            isPaused = wasPaused;
            isComposed = wasComposed;
        }
    }
}
