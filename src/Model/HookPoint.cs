using Handmade.Autograd;

namespace Handmade.Model;

/// <summary>
/// A named place in a network, as in TransformerLens: what flows through can be read, or replaced (ablation, patching).
/// Without a listener it costs one test.
/// </summary>
/// <param name="shape">Shape of the values, for readers: <c>[replica, batch, head, query, key]</c>.</param>
public sealed class HookPoint(string shape)
{
    private readonly List<Func<Tensor, Tensor?>> listeners = [];

    /// <summary>Shape of the values that pass.</summary>
    public string Shape => shape;

    /// <summary>True when somebody listens: modules skip making views that nobody sees.</summary>
    public bool IsHeard => listeners.Count > 0;

    /// <summary>Calls <paramref name="listener"/> with each value that passes until the result is disposed; a returned tensor replaces the value.</summary>
    public IDisposable Listen(Func<Tensor, Tensor?> listener)
    {
        listeners.Add(listener);
        return new Subscription(() => listeners.Remove(listener));
    }

    /// <summary>Passes a value through the listeners.</summary>
    internal Tensor Pass(Tensor value)
    {
        foreach (Func<Tensor, Tensor?> listener in listeners) value = listener(value) ?? value;
        return value;
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
