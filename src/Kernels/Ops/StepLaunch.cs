using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// One optimiser step over all parameters of a network: the rule is elementwise in a parameter, its gradient and up to
/// two tensors of state, with a few coefficients per replica that are worked out once per launch. A thread of a device does a few neighbouring elements.
/// </summary>
internal abstract unsafe partial class StepLaunch<T>(
    string name, TensorView[] parameters, TensorView[] gradients, TensorView[] first, TensorView[] second, TensorView[] scalars, TensorView[] outputs, Segments segments, int replicas,
    int perThread = 1)
    : Launch(name, [.. gradients, .. scalars, .. parameters, .. first, .. second], outputs)
    where T : unmanaged
{
    private const int Slots = 4;

    /// <summary>Room for what a rule needs per replica.</summary>
    protected const int Coefficients = 8;

    /// <summary>What is updated, and by what.</summary>
    protected (TensorView[] Parameters, TensorView[] Gradients, TensorView[] First, TensorView[] Second) Tensors => (parameters, gradients, first, second);

    /// <summary>Elements of a thread on devices.</summary>
    protected int PerThread => perThread;

    public override int Grid => segments.Count;

    public override long Work => 20 * segments.Elements;

    public override void Run(int begin, int end)
    {
        double* coefficients = Scratch.Take<double>((replicas * (long)Coefficients) + (Slots * Lanes<T>.Count));
        T* pad = (T*)(coefficients + (replicas * (nint)Coefficients));
        for (int r = 0; r < replicas; r++) Prepare(r, coefficients + (r * (nint)Coefficients));
        T** at = stackalloc T*[Slots];
        for (int unit = begin; unit < end; unit++)
        {
            (int replica, int tensor, nint start, int length) = segments[unit];
            at[0] = parameters[tensor].Pointer<T>() + start;
            at[1] = gradients[tensor].Pointer<T>() + start;
            at[2] = first.Length == 0 ? null : first[tensor].Pointer<T>() + start;
            at[3] = second.Length == 0 ? null : second[tensor].Pointer<T>() + start;
            int whole = length / Lanes<T>.Count * Lanes<T>.Count;
            var place = new StepPlace(replica, tensor, start - (nint)(replica * segments.LengthOf(tensor)));
            Update(at[0], at[1], at[2], at[3], whole, coefficients + (replica * (nint)Coefficients), place);
            if (whole < length) Tail(at, whole, length - whole, pad, coefficients + (replica * (nint)Coefficients), place with { Start = place.Start + whole });
        }
    }

    /// <summary>Works out the coefficients of a replica.</summary>
    protected abstract void Prepare(int replica, double* coefficients);

    /// <summary>The rule, on whole vectors; state that the rule has not is null.</summary>
    protected abstract void Update(T* p, T* g, T* first, T* second, int count, double* coefficients, StepPlace place);

    // The last elements of a piece are worked on in padded memory.
    private void Tail(T** at, int whole, int count, T* pad, double* coefficients, StepPlace place)
    {
        uint bytes = (uint)(count * sizeof(T));
        for (int slot = 0; slot < Slots; slot++)
            if (at[slot] != null) Unsafe.CopyBlockUnaligned(pad + (slot * Lanes<T>.Count), at[slot] + whole, bytes);
        Update(pad, pad + Lanes<T>.Count, at[2] == null ? null : pad + (2 * Lanes<T>.Count), at[3] == null ? null : pad + (3 * Lanes<T>.Count), Lanes<T>.Count, coefficients, place);
        for (int slot = 0; slot < Slots; slot++)
            if (slot != 1 && at[slot] != null) Unsafe.CopyBlockUnaligned(at[slot] + whole, pad + (slot * Lanes<T>.Count), bytes);
    }
}

/// <summary>Where the elements of an update lie, for rules whose noise hangs on it. Start counts the elements of the replica.</summary>
internal readonly record struct StepPlace(int Replica, int Tensor, nint Start);
