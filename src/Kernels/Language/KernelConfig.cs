namespace Handmade.Kernels;

/// <summary>How many groups a kernel is launched with and how many threads a group has, along up to two axes.</summary>
/// <param name="GridX">Groups along X.</param>
/// <param name="GridY">Groups along Y.</param>
/// <param name="GroupX">Threads of a group along X.</param>
/// <param name="GroupY">Threads of a group along Y; GroupX · GroupY is at most 256.</param>
public readonly record struct KernelConfig(int GridX, int GridY, int GroupX, int GroupY)
{
    /// <summary>Groups along Y that every device takes; a long axis belongs along X.</summary>
    public const int MostGroupsY = 65_535;

    /// <summary>Bytes that a group gets by <see cref="SharedMemory.GetDynamic"/>; 0 but for kernels that say <see cref="KernelAttribute.ExceedsSharedLimit"/>.</summary>
    public int SharedBytes { get; init; }

    /// <summary>One axis: groups, and threads in each.</summary>
    public static implicit operator KernelConfig((int Grid, int Group) config) => new(config.Grid, 1, config.Group, 1);

    /// <summary>One thread for each of <paramref name="count"/> elements, in groups of <paramref name="group"/>.</summary>
    public static KernelConfig ForElements(long count, int group = 256) => (checked((int)((count + group - 1) / group)), group);
}
