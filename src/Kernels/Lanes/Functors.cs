namespace Handmade.Kernels.Lanes;

/// <summary>An elementwise function of one value. Implementations are empty structs, so that the call is inlined.</summary>
[KernelFunctor]
public interface IUnary<T>
{
    /// <summary>The function's value at <paramref name="x"/>.</summary>
    static abstract T Apply(T x);
}

/// <summary>An elementwise function of two values.</summary>
[KernelFunctor]
public interface IBinary<T>
{
    /// <summary>The function's value at (<paramref name="a"/>, <paramref name="b"/>).</summary>
    static abstract T Apply(T a, T b);
}

/// <summary>An elementwise function of three values.</summary>
[KernelFunctor]
public interface ITernary<T>
{
    /// <summary>The function's value at (<paramref name="a"/>, <paramref name="b"/>, <paramref name="c"/>).</summary>
    static abstract T Apply(T a, T b, T c);
}
