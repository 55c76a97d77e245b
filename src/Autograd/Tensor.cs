using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Autograd;

/// <summary>
/// A tensor that remembers how it was made, so that <see cref="Backward"/> can follow the making back to the leaves.
/// Its ops stand in <c>Autograd/Ops</c>, one file each: the forward launch and the gradient rule side by side.
/// </summary>
public sealed partial class Tensor
{
    private bool requiresGrad;

    /// <summary>A leaf around existing elements.</summary>
    public Tensor(TensorView view, bool requiresGrad = false)
    {
        if (requiresGrad) Require.Float("requires_grad", view);
        View = view;
        this.requiresGrad = requiresGrad;
    }

    /// <summary>A leaf from host values in row-major order; <typeparamref name="T"/> sets the dtype.</summary>
    public static Tensor From<T>(Device device, ReadOnlySpan<T> elements, Shape shape, bool requiresGrad = false) where T : unmanaged =>
        new(device.From(elements, shape), requiresGrad);

    /// <summary>A leaf of one value.</summary>
    public static Tensor Full(Device device, Shape shape, double value, DType dtype = DType.F32, bool requiresGrad = false) =>
        new(Copy.Full(device, shape, dtype, value), requiresGrad);

    /// <summary>A leaf of zeros.</summary>
    public static Tensor Zeros(Device device, Shape shape, DType dtype = DType.F32, bool requiresGrad = false) => Full(device, shape, 0, dtype, requiresGrad);

    /// <summary>A leaf of ones.</summary>
    public static Tensor Ones(Device device, Shape shape, DType dtype = DType.F32, bool requiresGrad = false) => Full(device, shape, 1, dtype, requiresGrad);

    /// <summary>The elements.</summary>
    public TensorView View { get; }

    /// <summary>Extents.</summary>
    public Shape Shape => View.Shape;

    /// <summary>Element type.</summary>
    public DType DType => View.DType;

    /// <summary>The device of the elements.</summary>
    public Device Device => View.Device;

    /// <summary>True when gradients flow to or through this tensor. A leaf may be switched: a frozen parameter costs a later backward pass nothing.</summary>
    public bool RequiresGrad
    {
        get => requiresGrad;
        set
        {
            if (!IsLeaf) throw new HandmadeException($"requires_grad: this {Shape} tensor was made by {Node!.Name}; switch the leaves that it was made from");
            if (value) Require.Float("requires_grad", View);
            requiresGrad = value;
        }
    }

    /// <summary>
    /// The gradient that <see cref="Backward"/> left here: for leaves that require it, and for tensors that called
    /// <see cref="RetainGrad"/>. Set it to null to start anew.
    /// </summary>
    public Tensor? Grad { get; set; }

    /// <summary>How this tensor was made; null for leaves.</summary>
    internal Node? Node { get; init; }

    /// <summary>True when this tensor was not made by a recorded op.</summary>
    public bool IsLeaf => Node is null;

    /// <summary>The same elements, cut off from the tape.</summary>
    public Tensor Detach() => new(View);

    /// <summary>Asks <see cref="Backward"/> to leave this intermediate tensor's gradient in <see cref="Grad"/>, after all hooks.</summary>
    public void RetainGrad()
    {
        RequireGradient("retain_grad");
        RetainsGrad = true;
    }

    internal bool RetainsGrad { get; private set; }

    /// <summary>
    /// Calls <paramref name="hook"/> with this tensor's gradient when it is complete; what the hook returns replaces the
    /// gradient, null leaves it. Several hooks run in the order of their registration, each on what the one before left.
    /// </summary>
    public void RegisterHook(Func<Tensor, Tensor?> hook)
    {
        RequireGradient("hook");
        hooks.Add(hook);
    }

    private void RequireGradient(string what)
    {
        if (!RequiresGrad) throw new HandmadeException($"{what}: a tensor of shape {Shape} that needs no gradient never gets one; make it with requiresGrad");
    }

    private readonly List<Func<Tensor, Tensor?>> hooks = [];

    internal Tensor RunHooks(Tensor gradient)
    {
        foreach (Func<Tensor, Tensor?> hook in hooks) gradient = hook(gradient) ?? gradient;
        return gradient;
    }

    /// <summary>
    /// Adds the gradient of this tensor to <see cref="Grad"/> of every leaf it was made from. A scalar (or one value per
    /// replica) starts from ones; other shapes need <paramref name="gradient"/>. With <paramref name="createGraph"/>
    /// the gradients are themselves recorded and can be differentiated again.
    /// </summary>
    public void Backward(Tensor? gradient = null, bool createGraph = false) => Tape.Backward(this, gradient, createGraph, null);

    /// <summary>
    /// The gradients of <paramref name="output"/> with respect to <paramref name="inputs"/>, leaving every
    /// <see cref="Grad"/> as it was; null where the output does not depend on an input.
    /// </summary>
    public static Tensor?[] Gradients(Tensor output, IReadOnlyList<Tensor> inputs, Tensor? gradient = null, bool createGraph = false)
    {
        var found = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor input in inputs) found[input] = null!;
        Tape.Backward(output, gradient, createGraph, found);
        return [.. inputs.Select(input => (Tensor?)found[input])];
    }

    /// <summary>Copies the elements to a new array in row-major order.</summary>
    public T[] ToArray<T>() where T : unmanaged => View.ToArray<T>();

    /// <summary>The one element.</summary>
    public T Item<T>() where T : unmanaged => View.Item<T>();

    /// <summary>dtype and shape.</summary>
    public override string ToString() => View.ToString();
}
