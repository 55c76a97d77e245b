using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Autograd.Tests;

/// <summary>A launch that says it falls into replicas does: its blocks, in any order, write what the whole writes.</summary>
public unsafe class ReplicaCutTests
{
    [Test]
    public void The_blocks_of_a_launch_write_the_bits_of_the_whole([ValueSource(typeof(OpRows), nameof(OpRows.Names))] string name)
    {
        using var device = new HostDevice(threads: 1);
        OpCase row = OpRows.Row(name);
        for (int variant = 0; variant < row.Variants.Length; variant++)
        {
            Tensor[] leaves = OpCheck.Leaves(device, row, variant, DType.F32);
            using CapturedStep step = device.Capture(() => [.. OpRows.ForthAndBack(row, variant, leaves)]);
            foreach (Launch launch in step.Launches) Check(launch, OpRows.Variant(row, variant));
        }
    }

    private static void Check(Launch launch, string variant)
    {
        byte[][] before = [.. launch.Outputs.Select(Bytes)];
        launch.Run(0, launch.Grid);
        byte[][] whole = [.. launch.Outputs.Select(Bytes)];
        foreach (int replicas in launch.Outputs.Where(output => output.Shape.Rank > 0).SelectMany(output => Divisors(output.Shape[0])).Distinct())
            foreach (int size in new[] { 1, 2 })
            {
                for (int i = 0; i < before.Length; i++) before[i].CopyTo(Memory(launch.Outputs[i]));
                int blocks = (replicas + size - 1) / size;
                Launch?[] parts = [.. Enumerable.Range(0, blocks).Select(b => launch.For(new ReplicaBlock(replicas, b * size, Math.Min(size, replicas - (b * size)))))];
                if (parts[0] is null) continue;
                foreach (Launch? part in parts.Reverse()) part!.Run(0, part.Grid);
                Assert.That(launch.Outputs.Select(Bytes), Is.EqualTo(whole), $"{variant}: {launch} as {replicas} replicas, {size} at a time");
            }
    }

    private static IEnumerable<int> Divisors(int extent) => Enumerable.Range(2, Math.Max(extent - 1, 0)).Where(divisor => extent % divisor == 0);

    private static byte[] Bytes(TensorView tensor) => Memory(tensor).ToArray();

    private static Span<byte> Memory(TensorView tensor) => new((void*)tensor.Buffer.Address, checked((int)tensor.Buffer.Bytes));
}
