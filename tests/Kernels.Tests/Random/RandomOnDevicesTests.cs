using Handmade.Kernels.Tests.Ops;

namespace Handmade.Kernels.Tests;

public sealed class RandomOnDevicesTests(string word) : DeviceOpTests(word)
{
    [Test]
    public void Uniform_numbers_and_integers_have_the_bits_of_the_host() => Agree(device =>
    {
        var stream = new RandomStream(device, [5, 1UL << 40], stream: 3);
        return
        [
            stream.Uniform([2, 1, 263], -3, 7),
            stream.Uniform([2, 17], 1, 1 + MathF.ScaleB(1, -22)),
            stream.Uniform([2, 259], -1e300, 0.5, DType.F64),
            stream.Integers([2, 263], 120_000),
            stream.Integers([2, 2], int.MaxValue),
            stream.Integers([2, 0], 3),
            stream.Uniform([2]),
            stream.State,
        ];
    });

    [Test]
    public void Normal_numbers_are_those_of_the_host_but_for_rounding()
    {
        Agree(device => [new RandomStream(device, [5, 9]).Normal([2, 263], 3, 2)], within: 1e-5);
        Agree(device => [new RandomStream(device, [5, 9]).Normal([2, 131], -3, 0.5, DType.F64)], within: 1e-14);
    }

    [Test]
    public void Permutations_are_those_of_the_host() => Agree(device =>
    {
        var stream = new RandomStream(device, [5, 9, 1234567890123]);
        return [.. new[] { 0, 1, 2, 3, 9, 300, IsEmulator ? 301 : 20_011 }.Select(stream.Permutation), stream.State];
    });

    [Test]
    public void The_position_carries_into_its_upper_word() => Agree(device =>
    {
        var stream = new RandomStream(device, [1]);
        stream.State.CopyFrom<int>([1, 0, 0, 0, -2, 0]);
        return [stream.Integers([1, 13], 1000), stream.State, stream.Integers([1, 3], 1000)];
    });

    [Test]
    public void A_replay_draws_fresh_numbers_with_the_bits_of_the_eager_step()
    {
        RandomStream eager = new(Device, [3, 4]), captured = new(Device, [3, 4]);
        TensorView[] Step(RandomStream stream) => [stream.Normal([2, 17]), stream.Integers([2, 8], 120_000), stream.Permutation(9), stream.Uniform([2, 1], -1, 1, DType.F64)];
        using CapturedStep step = Device.Capture(() => Step(captured));
        for (int i = 0; i < 3; i++)
        {
            TensorView[] expected = Step(eager);
            step.Replay();
            for (int k = 0; k < expected.Length; k++) Assert.That(Numbers(step.Results[k]), Is.EqualTo(Numbers(expected[k])));
        }
    }
}
