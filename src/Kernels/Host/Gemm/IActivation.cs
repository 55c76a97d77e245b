namespace Handmade.Kernels.Host;

/// <summary>What follows a product in its kernel, row by row while C is in the cache.</summary>
public unsafe interface IActivation<T> where T : unmanaged
{
    /// <summary>Writes f(sums) to <paramref name="activated"/>; may leave in <paramref name="sums"/>, which is C, what the gradient of f needs instead.</summary>
    static abstract void Apply(T* sums, T* activated, int count);
}
