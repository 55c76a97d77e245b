using Handmade.Kernels.Emulation;
using Handmade.Kernels.Tests.OpenCl;

namespace Handmade.Kernels.Tests.Language;

/// <summary>Products on tensor cores and asynchronous copies, as the emulator does them: against plain loops over whole matrices.</summary>
public sealed class TensorCoreTests
{
    private const int Matrices = 6, Groups = Matrices / 2;
    private static readonly EmulatorDevice Device = new();

    [Test]
    public void A_warp_multiplies_16_by_8_by_8_of_TF32()
    {
        float[] a = Numbers(1, Matrices * 128), b = Numbers(2, Matrices * 64), c = Numbers(3, Matrices * 128);
        Assert.That(Run(a, b, c, (queue, y, left, right) => TensorCoreKernels.Tf32(queue, (Groups, TensorCoreKernels.Threads), y, left, right, isRounded: 1)),
            Is.EqualTo(Plain(a, b, c, 8, Intrinsics.RoundToTf32)));
    }

    [Test]
    public void Bits_that_TF32_has_not_are_ignored()
    {
        float[] a = Numbers(1, Matrices * 128), b = Numbers(2, Matrices * 64), c = Numbers(3, Matrices * 128);
        static float Cut(float x) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) & 0xFFFFE000);
        float[] found = Run(a, b, c, (queue, y, left, right) => TensorCoreKernels.Tf32(queue, (Groups, TensorCoreKernels.Threads), y, left, right, isRounded: 0));
        Assert.That(found, Is.EqualTo(Plain(a, b, c, 8, Cut)).And.Not.EqualTo(Plain(a, b, c, 8, Intrinsics.RoundToTf32)));
    }

    [Test]
    public void A_warp_multiplies_16_by_8_by_16_of_bfloat16_and_of_halves([Values] bool isBFloat16)
    {
        float[] a = Numbers(4, Matrices * 256), b = Numbers(5, Matrices * 128), c = Numbers(6, Matrices * 128);
        Func<float, float> round = isBFloat16 ? x => Intrinsics.FromBFloat16(Intrinsics.ToBFloat16(x)) : x => Intrinsics.FromHalf(Intrinsics.ToHalf(x));
        Assert.That(Run(a, b, c, (queue, y, left, right) => TensorCoreKernels.Half(queue, (Groups, TensorCoreKernels.Threads), y, left, right, isBFloat16 ? 1 : 0)),
            Is.EqualTo(Plain(a, b, c, 16, round)));
    }

    [TestCase(63, "threads of a warp of group (0, 0) met 0 to 1 products on tensor cores; all of them must meet the same")]
    [TestCase(1, "threads of a warp of group (0, 0) met 0 to 1 products on tensor cores; all of them must meet the same")]
    public void A_thread_that_misses_the_product_of_its_warp_is_an_error(int count, string sentence)
    {
        TensorView y = Device.Empty([64], DType.F32);
        Assert.That(() => Submit([], y, queue => TensorCoreKernels.Some(queue, (1, 64), y, count)), Throws.TypeOf<HandmadeException>().With.Message.EndsWith(sentence));
    }

    [Test]
    public void A_whole_warp_may_stay_away()
    {
        TensorView y = Device.Empty([64], DType.F32);
        Submit([], y, queue => TensorCoreKernels.Some(queue, (1, 64), y, 32));
        Assert.That(y.ToArray<float>(), Is.All.Zero);
    }

    [Test]
    public void A_part_of_a_warp_has_no_tensor_core()
    {
        TensorView y = Device.Empty([64], DType.F32);
        Assert.That(() => Submit([], y, queue => TensorCoreKernels.Some(queue, (1, 20), y, 20)),
            Throws.TypeOf<HandmadeException>().With.Message.EndsWith("a warp of 20 threads; a kernel that multiplies on tensor cores has groups of a multiple of 32"));
    }

    [Test]
    public void Copies_are_there_when_they_were_waited_for_and_no_sooner([Values(1, 3, 4)] int taken, [Values(0, 1, 2)] int pending)
    {
        const int Threads = TensorCoreKernels.Threads;
        float[] numbers = Numbers(7, 4 * Threads);
        TensorView x = Device.From<float>(numbers, [numbers.Length]), y = Device.Empty([8 * Threads], DType.F32);
        Submit([x], y, queue => TensorCoreKernels.Copies(queue, (1, Threads), y, x, taken, pending));
        float[] copied = [.. numbers.Select((number, i) => i % 4 < taken ? number : 0)], none = new float[copied.Length];
        Assert.That(y.ToArray<float>(), Is.EqualTo((float[])[.. pending < 2 ? copied : none, .. pending < 1 ? copied : none]));
    }

    [Test]
    public void Four_at_once_must_be_aligned()
    {
        const int Threads = TensorCoreKernels.Threads;
        TensorView x = Device.From<float>(Numbers(8, (4 * Threads) + 1), [(4 * Threads) + 1]).Slice(0, 1, 4 * Threads), y = Device.Empty([8 * Threads], DType.F32);
        Assert.That(() => Submit([x], y, queue => TensorCoreKernels.Copies(queue, (1, Threads), y, x, 4, 0)),
            Throws.TypeOf<HandmadeException>().With.Message.EndsWith("CopyAsync4 between places that are not aligned to 16 bytes; use CopyAsync there"));
    }

    [Test]
    public void OpenCL_has_no_words_for_tensor_cores()
    {
        KernelSource kernel = KernelCatalogue.All.Single(one => one.Name == "TensorCoreKernels.Tf32");
        Assert.That(() => KernelText.Compose(kernel, Dialect.OpenCl, [], []), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("TensorCoreKernels.Tf32 multiplies on tensor cores, for which OpenCL has no words"));
    }

    private static float[] Run(float[] a, float[] b, float[] c, Action<KernelQueue, TensorView, TensorView, TensorView> kernel)
    {
        TensorView left = Device.From<float>(a, [a.Length]), right = Device.From<float>(b, [b.Length]), y = Device.From<float>(c, [c.Length]);
        Submit([left, right, y], y, queue => kernel(queue, y, left, right));
        return y.ToArray<float>();
    }

    private static void Submit(TensorView[] inputs, TensorView output, Action<KernelQueue> enqueue) => Device.Submit(new TextLaunch("tensor_core_kernels", inputs, [output], enqueue));

    // c + a·b with rounded factors, every matrix by itself, in double and rounded once.
    private static float[] Plain(float[] a, float[] b, float[] c, int depth, Func<float, float> round)
    {
        var sums = new float[c.Length];
        for (int at = 0; at < c.Length; at++)
        {
            int matrix = at / 128, i = at % 128 / 8, j = at % 8;
            double sum = c[at];
            for (int k = 0; k < depth; k++) sum += (double)round(a[(((matrix * 16) + i) * depth) + k]) * round(b[(((matrix * depth) + k) * 8) + j]);
            sums[at] = (float)sum;
        }
        return sums;
    }

    private static float[] Numbers(int seed, int count)
    {
        var random = new System.Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
