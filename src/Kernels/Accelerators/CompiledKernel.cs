namespace Handmade.Kernels.Accelerators;

/// <summary>A kernel compiled for its types and sizes on one device.</summary>
internal abstract class CompiledKernel
{
    private readonly KernelParameterKind[] passed;

    protected CompiledKernel(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes, int groupLimit, long dynamicLimit)
    {
        Source = source;
        Name = NameOf(source, types, sizes);
        GroupLimit = Math.Min(groupLimit, source.GroupSize);
        DynamicLimit = dynamicLimit;
        // Sizes are part of the text: they are never passed.
        passed = [.. source.Parameters.Select(parameter => parameter.Kind).Where(kind => kind != KernelParameterKind.Spec)];
    }

    public KernelSource Source { get; }

    /// <summary>C# name with what it was compiled for: <c>Softmax.Rows&lt;Single, MathF32&gt;(128)</c>.</summary>
    public string Name { get; }

    /// <summary>The most threads that a group of this kernel can have: what it was written for, or less where the device has less.</summary>
    public int GroupLimit { get; }

    /// <summary>The most bytes that a launch may ask for (<see cref="KernelConfig.SharedBytes"/>): what the device has beside the kernel's own arrays; 0 for most kernels.</summary>
    public long DynamicLimit { get; }

    /// <summary>How the parameters that are passed reach the device, in order.</summary>
    public ReadOnlySpan<KernelParameterKind> Passed => passed;

    public static string NameOf(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes)
    {
        string bound = types.Length == 0 ? "" : $"<{string.Join(", ", types.ToArray().Select(Plain))}>";
        return source.Name + bound + (sizes.Length == 0 ? "" : $"({string.Join(", ", sizes.ToArray())})");

        static string Plain(Type type)
        {
            string name = type.Name;
            if (!type.IsGenericType) return name;
            int mark = name.IndexOf('`');
            return $"{(mark < 0 ? name : name[..mark])}<{string.Join(", ", type.GenericTypeArguments.Select(Plain))}>";
        }
    }
}
