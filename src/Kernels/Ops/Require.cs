namespace Handmade.Kernels.Ops;

/// <summary>What every op checks first, with the one sentence it answers.</summary>
public static class Require
{
    /// <summary>Both tensors lie on one device and hold one dtype.</summary>
    public static void Same(string op, TensorView a, TensorView b)
    {
        if (a.Device != b.Device) throw new HandmadeException($"{op}: one tensor lies on {a.Device.Name}, the other on {b.Device.Name}; copy one of them over");
        if (a.DType != b.DType) throw new HandmadeException($"{op}: {a.DType.Text()} {a.Shape} and {b.DType.Text()} {b.Shape} are of different types; cast one of them");
    }

    /// <summary>The tensor holds f32 or f64.</summary>
    public static void Float(string op, TensorView x)
    {
        if (!x.DType.IsFloat()) throw new HandmadeException($"{op}: takes f32 or f64, not {x.DType.Text()} {x.Shape}; cast it");
    }

    /// <summary>The tensor has the dtype.</summary>
    public static void Is(string op, TensorView x, DType dtype)
    {
        if (x.DType != dtype) throw new HandmadeException($"{op}: takes {dtype.Text()}, not {x.DType.Text()} {x.Shape}; cast it");
    }

    /// <summary>The tensor has exactly this shape.</summary>
    public static void Shaped(string op, string what, TensorView x, Shape shape)
    {
        if (x.Shape != shape) throw new HandmadeException($"{op}: {what} has shape {x.Shape}; it must be {shape}");
    }

    /// <summary>The tensor has at least this many axes.</summary>
    public static void Rank(string op, TensorView x, int atLeast)
    {
        if (x.Shape.Rank < atLeast) throw new HandmadeException($"{op}: {x.Shape} has {x.Shape.Rank} axes; it needs at least {atLeast}");
    }
}
