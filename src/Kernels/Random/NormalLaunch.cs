using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>
/// Box and Muller: from uniform u in (0, 1] and v in [0, 1) the two numbers √(−2 ln u)·cos 2πv and √(−2 ln u)·sin 2πv, which stand side by side.
/// f32: a word for u and a word for v.
/// </summary>
internal sealed unsafe class NormalF32(TensorView state, TensorView y, double mean, double sd) : RandomLaunch("normal", state, y, wordsPerElement: 1)
{
    protected override void Convert(uint* words, TensorView y, nint start, int count)
    {
        const float Step = 1f / (1L << 32);
        float* target = y.Pointer<float>() + start, u = stackalloc float[Lanes<float>.Count], v = stackalloc float[Lanes<float>.Count];
        for (int i = 0; i < count; i += 2 * Lanes<float>.Count)
        {
            for (int p = 0; p < Lanes<float>.Count; p++)
            {
                u[p] = (words[i + (2 * p)] + 0.5f) * Step;
                v[p] = words[i + (2 * p) + 1] * Step;
            }
            NormalPairs<float, MathF32>.Write(u, v, target + i, Math.Min(count - i, 2 * Lanes<float>.Count), mean, sd);
        }
    }

    protected override void Enqueue(KernelQueue queue, KernelConfig config, TensorView y, TensorView state, int length) => RandomKernels.NormalF32(queue, config, y, state, (float)mean, (float)sd, length);
}

/// <summary>As <see cref="NormalF32"/> in f64: two words for u and two for v, 53 bits each.</summary>
internal sealed unsafe class NormalF64(TensorView state, TensorView y, double mean, double sd) : RandomLaunch("normal", state, y, wordsPerElement: 2)
{
    protected override void Convert(uint* words, TensorView y, nint start, int count)
    {
        double* target = y.Pointer<double>() + start, u = stackalloc double[Lanes<double>.Count], v = stackalloc double[Lanes<double>.Count];
        for (int i = 0; i < count; i += 2 * Lanes<double>.Count)
        {
            for (int p = 0; p < Lanes<double>.Count; p++)
            {
                uint* block = words + (2 * i) + (4 * p);
                u[p] = 1 - Philox.Unit(block[0], block[1]);
                v[p] = Philox.Unit(block[2], block[3]);
            }
            NormalPairs<double, MathF64>.Write(u, v, target + i, Math.Min(count - i, 2 * Lanes<double>.Count), mean, sd);
        }
    }

    protected override void Enqueue(KernelQueue queue, KernelConfig config, TensorView y, TensorView state, int length) => RandomKernels.NormalF64(queue, config, y, state, mean, sd, length);
}

/// <summary>A vector of pairs at once.</summary>
internal static unsafe class NormalPairs<T, TM> where T : unmanaged where TM : struct, IMath<Lanes<T>>
{
    /// <summary>Writes the first <paramref name="count"/> of mean + sd · (cos₀, sin₀, cos₁, sin₁, …); overwrites <paramref name="u"/> and <paramref name="v"/>.</summary>
    public static void Write(T* u, T* v, T* target, int count, double mean, double sd)
    {
        Lanes<T> radius = TM.Of(sd) * TM.Sqrt(TM.Of(-2) * TM.Log(Lanes<T>.Load(u))), angle = TM.Of(2 * Math.PI) * Lanes<T>.Load(v);
        (TM.Of(mean) + (radius * TM.Cos(angle))).Store(u);
        (TM.Of(mean) + (radius * TM.Sin(angle))).Store(v);
        for (int i = 0; i < count; i++) target[i] = (i & 1) == 0 ? u[i >> 1] : v[i >> 1];
    }
}
