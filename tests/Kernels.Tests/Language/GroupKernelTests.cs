using Handmade.Kernels.Emulation;
using Handmade.Kernels.OpenCl;
using Handmade.Kernels.Tests.OpenCl;

namespace Handmade.Kernels.Tests.Language;

/// <summary>On the emulator, which runs the C# with a thread for each work item.</summary>
public sealed class GroupOnEmulatorTests : GroupKernelTests
{
    private static readonly EmulatorDevice Shared = new();

    private protected override Device Device => Shared;
}

/// <summary>On OpenCL, which runs the text that the generator made.</summary>
public sealed class GroupOnOpenClTests : GroupKernelTests
{
    private static readonly Lazy<OpenClDevice> Shared = new(() => new OpenClDevice());

    private protected override Device Device => Shared.Value;

    [SetUp]
    public void Need()
    {
        if (ClDevices.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Ignore(missing);
    }
}

/// <summary>Kernels whose threads work together agree with plain loops. All numbers are whole and small, so that every order gives the same bits.</summary>
public abstract class GroupKernelTests
{
    private const int Groups = 5, Threads = GroupKernels.Threads, Count = Groups * Threads;

    private static readonly int[] Numbers = [.. Enumerable.Range(0, Count).Select(i => ((i * 7919) + 13) % 101)];

    private protected abstract Device Device { get; }

    [Test]
    public void Shared_memory_is_seen_by_the_whole_group_behind_a_barrier()
    {
        TensorView x = Ints(Numbers), y = Zeros(Count);
        Run([x], [y], queue => GroupKernels.Reverse(queue, (Groups, Threads), y, x, Threads));
        Assert.That(y.ToArray<int>(), Is.EqualTo(Numbers.Chunk(Threads).SelectMany(group => group.Reverse())));
    }

    [Test]
    public void Group_reductions_reach_every_thread()
    {
        float[] numbers = [.. Numbers.Select(n => n - 50f)];
        TensorView x = Device.From<float>(numbers, [Count]), y = Device.Empty([Count], DType.F32);
        Run([x], [y], queue => GroupKernels.Extremes<float, F32>(queue, (Groups, Threads), y, x));
        Assert.That(y.ToArray<float>(), Is.EqualTo(numbers.Chunk(Threads).SelectMany(group => group.Select(n => n + group.Sum() + (1000 * group.Max()) + (100000 * group.Min())))));
    }

    [Test]
    public void Group_reductions_take_groups_that_are_no_power_of_two()
    {
        double[] numbers = [.. Numbers.Select(n => n - 50.0)];
        TensorView x = Device.From<double>(numbers, [Count]), y = Device.Empty([Count], DType.F64);
        Run([x], [y], queue => GroupKernels.Extremes<double, F64>(queue, (Count / 20, 20), y, x));
        Assert.That(y.ToArray<double>(), Is.EqualTo(numbers.Chunk(20).SelectMany(group => group.Select(n => n + group.Sum() + (1000 * group.Max()) + (100000 * group.Min())))));
    }

    [Test]
    public void Atomics_count_in_shared_and_in_global_memory()
    {
        int taken = Count - 7;
        TensorView x = Ints(Numbers), counts = Zeros(GroupKernels.Bins), ends = Ints([int.MinValue, int.MaxValue, 0]);
        Run([x], [counts, ends], queue => GroupKernels.Count(queue, (Groups, Threads), counts, ends, x, taken));
        int[] seen = Numbers[..taken];
        Assert.Multiple(() =>
        {
            Assert.That(counts.ToArray<int>(), Is.EqualTo(Enumerable.Range(0, GroupKernels.Bins).Select(bin => seen.Count(n => n % GroupKernels.Bins == bin))));
            Assert.That(ends.ToArray<int>(), Is.EqualTo(new[] { seen.Max(), seen.Min(), seen.Aggregate((a, b) => a ^ b) }));
        });
    }

    [Test]
    public void A_loop_of_compare_and_exchange_loses_no_update()
    {
        int[] numbers = [.. Numbers.Select(n => n * 997)];
        TensorView x = Ints(numbers), total = Zeros(1);
        Run([x], [total], queue => GroupKernels.Fold(queue, (Groups, Threads), total, x));
        Assert.That(total.ToArray<int>()[0], Is.EqualTo(numbers.Sum() & 0xFFFF));
    }

    [TestCase(5)]
    [TestCase(40)]
    public void Each_thread_has_local_memory_of_its_own(int width)
    {
        int rows = Count / width;
        TensorView x = Ints(Numbers), y = Zeros(Count);
        Run([x], [y], queue => GroupKernels.SortRows(queue, KernelConfig.ForElements(rows, Threads), y, x, rows, width));
        Assert.That(y.ToArray<int>(), Is.EqualTo(Numbers.Chunk(width).SelectMany(row => row.Order())));
    }

    [Test]
    public void Parts_of_views_are_views_in_every_kind_of_memory()
    {
        TensorView x = Ints(Numbers), y = Zeros(Groups * 4);
        Run([x], [y], queue => GroupKernels.Parts(queue, (Groups, Threads), y, x));
        Assert.That(y.ToArray<int>(), Is.EqualTo(Numbers.Chunk(Threads).SelectMany((group, g) => new[]
        {
            group[2..7].Sum(), group[(Threads / 2)..].Sum(n => n + 1), 3 + 6, Count - (g * Threads),
        })));
    }

    private TensorView Ints(int[] values) => Device.From<int>(values, [values.Length]);

    private TensorView Zeros(int count) => Ints(new int[count]);

    // What an output held before is read too by the kernels that count, so every output is an input.
    private void Run(TensorView[] inputs, TensorView[] outputs, Action<KernelQueue> enqueue) =>
        Device.Submit(new TextLaunch("group_kernels", [.. inputs, .. outputs], outputs, enqueue));
}
