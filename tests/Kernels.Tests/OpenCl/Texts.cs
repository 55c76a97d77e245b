namespace Handmade.Kernels.Tests.OpenCl;

/// <summary>Kernels written in OpenCL C, and launches of them: what is tested here is the device, not the generator.</summary>
internal static class Texts
{
    /// <summary>y += a · x.</summary>
    public static readonly KernelSource AddScaled = new("Texts.AddScaled", "add_scaled",
        """
        __kernel void add_scaled(__global float *y, long y0, long yn, __global const float *x, long x0, long xn, float a)
        {
            size_t i = get_global_id(0);
            if (i < yn) y[y0 + i] += a * x[x0 + i];
        }
        """,
        [], [Elements("y"), Elements("x"), new("a", KernelParameterKind.Scalar, "float")], 256);

    /// <summary>y = x² − 1, a map that is chaotic when it is repeated with the right start.</summary>
    public static readonly KernelSource Square = new("Texts.Square", "square",
        """
        __kernel void square(__global float *y, long y0, long yn, __global const float *x, long x0, long xn)
        {
            size_t i = get_global_id(0);
            if (i < yn) y[y0 + i] = x[x0 + i] * x[x0 + i] * 1.9f - 1.0f;
        }
        """,
        [], [Elements("y"), Elements("x")], 256);

    /// <summary>What a kernel sees of a view and of its place in the grid.</summary>
    public static readonly KernelSource Seen = new("Texts.Seen", "seen",
        """
        __kernel void seen(__global int *y, long y0, long yn, __global const float *x, long x0, long xn)
        {
            if (get_global_id(0) == 0 && get_global_id(1) == 0) { y[y0] = (int)x0; y[y0 + 1] = (int)xn; }
            if (get_local_id(0) == 0 && get_local_id(1) == 0) atomic_add(y + y0 + 2, (int)(get_local_size(0) * 100 + get_local_size(1)));
        }
        """,
        [], [new("y", KernelParameterKind.View, "int"), Elements("x")], 256);

    /// <summary>1 / x.</summary>
    public static readonly KernelSource Inverse = new("Texts.Inverse", "inverse",
        """
        __kernel void inverse(__global float *y, long y0, long yn, __global const float *x, long x0, long xn)
        {
            size_t i = get_global_id(0);
            if (i < yn) y[y0 + i] = 1.0f / x[x0 + i];
        }
        """,
        [], [Elements("y"), Elements("x")], 256);

    public static TensorView Scaled(TensorView y, TensorView x, float a)
    {
        y.Device.Submit(new TextLaunch("add_scaled", [x, y], [y], queue =>
        {
            queue.Begin(AddScaled, [], []);
            queue.View(y);
            queue.View(x);
            queue.Scalar(a);
            queue.Run(KernelConfig.ForElements(y.Count, 64));
        }));
        return y;
    }

    public static TensorView Mapped(KernelSource map, TensorView x)
    {
        TensorView y = x.Device.Empty(x.Shape, DType.F32);
        x.Device.Submit(new TextLaunch(map.EntryPoint, [x], [y], queue =>
        {
            queue.Begin(map, [], []);
            queue.View(y);
            queue.View(x);
            queue.Run(KernelConfig.ForElements(y.Count, 64));
        }));
        return y;
    }

    private static KernelParameter Elements(string name) => new(name, KernelParameterKind.View, "float");
}

/// <summary>A launch whose kernels are put in by a delegate.</summary>
internal sealed class TextLaunch(string name, TensorView[] inputs, TensorView[] outputs, Action<KernelQueue> enqueue) : Launch(name, inputs, outputs)
{
    public override int Grid => 1;

    public override void Run(int begin, int end) => throw new InvalidOperationException("this launch is for accelerators");

    public override void Enqueue(KernelQueue queue) => enqueue(queue);
}
