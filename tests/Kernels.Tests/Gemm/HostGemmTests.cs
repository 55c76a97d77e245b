using System.Numerics;
using Handmade.Kernels.Host;

namespace Handmade.Kernels.Tests.Gemm;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
internal sealed unsafe class HostGemmTests<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Tiles are 6×16, 12×32 or 8×8 floats (half as wide in double): sizes around all of them, primes, and what a training step uses.
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 37, 47, 48, 49];

    // Several blocks of the depth, of rows and of columns; A packed and in place, B packed and in place.
    private static readonly (int M, int N, int K)[] Large = [(7, 523, 391), (9, 65, 769), (257, 17, 200), (1030, 3, 2), (3, 2080, 5)];

    // Both operands packed, more than one block of rows.
    private static readonly (int M, int N, int K) TwoBlocks = (250, 65, 390);

    private static readonly (int M, int N, int K)[] Empty = [(0, 5, 3), (5, 0, 3), (5, 17, 0), (0, 0, 0)];

    public static IEnumerable<(int M, int N, int K)> Shapes()
    {
        for (int i = 0; i < Sizes.Length; i++)
        {
            yield return (Sizes[i], Sizes[(5 * i + 3) % Sizes.Length], Sizes[(7 * i + 1) % Sizes.Length]);
            yield return (Sizes[(11 * i + 2) % Sizes.Length], Sizes[i], Sizes[(13 * i + 5) % Sizes.Length]);
        }
        foreach (var shape in Large) yield return shape;
        foreach (var shape in Empty) yield return shape;
    }

    [Test]
    public void Every_element_is_its_chain_of_fused_multiply_adds([Values] Order a, [Values] Order b, [Values(Extras.None, Extras.All)] Extras extras)
    {
        foreach (var (m, n, k) in Shapes())
        {
            var problem = new GemmProblem<T>(m, n, k, a, b, extras);
            // All of memory is compared, so a write beside C is an error too.
            Assert.That(problem.Run().AsSpan().SequenceEqual(problem.Chain()), $"[{m}x{k}]·[{k}x{n}]");
        }
    }

    [Test]
    public void Bias_residual_and_accumulation_combine([Range(0, 7)] int extras)
    {
        foreach (var (m, n, k) in Large.Append(TwoBlocks))
        {
            var problem = new GemmProblem<T>(m, n, k, Order.Rows, Order.Rows, (Extras)extras);
            Assert.That(problem.Run().AsSpan().SequenceEqual(problem.Chain()), $"[{m}x{k}]·[{k}x{n}] with {(Extras)extras}");
        }
    }

    [Test]
    public void Products_agree_with_a_naive_double_reference()
    {
        double epsilon = typeof(T) == typeof(float) ? 1.2e-7 : 2.3e-16;
        foreach (var (m, n, k) in Shapes())
        {
            var problem = new GemmProblem<T>(m, n, k, Order.PaddedRows, Order.Columns, Extras.All);
            T[] found = problem.Run(), expected = problem.Naive();
            double tolerance = 16 * epsilon * Math.Sqrt(k + 10);
            for (int i = 0; i < found.Length; i++)
                Assert.That(double.CreateChecked(found[i]), Is.EqualTo(double.CreateChecked(expected[i])).Within(tolerance), $"[{m}x{k}]·[{k}x{n}], element {i}");
        }
    }

    [TestCase(512)]
    [TestCase(256)]
    [TestCase(128)]
    public void Vectors_of_any_width_give_the_same_bits(int bits)
    {
        foreach (var (m, n, k) in Shapes())
        {
            var problem = new GemmProblem<T>(m, n, k, Order.Rows, Order.Columns, Extras.All);
            Assert.That(problem.Run(bits).AsSpan().SequenceEqual(problem.Chain()), $"[{m}x{k}]·[{k}x{n}] with {bits} bits");
        }
    }

    [Test]
    public void Any_split_into_units_gives_the_same_bits([Values] Order a, [Values] Order b)
    {
        var random = new Random(3);
        foreach (var (m, n, k) in Shapes().Append(TwoBlocks))
        {
            var problem = new GemmProblem<T>(m, n, k, a, b, Extras.All);
            T[] split = problem.Run(run: (args, units) =>
            {
                for (int begin = 0, end; begin < units; begin = end)
                    HostGemm.Run(args, begin, end = random.Next(begin + 1, units + 1));
            });
            Assert.That(split.AsSpan().SequenceEqual(problem.Run()), $"[{m}x{k}]·[{k}x{n}]");
        }
    }

    [Test]
    public void Units_may_run_at_the_same_time()
    {
        var problem = new GemmProblem<T>(130, 70, 90, Order.Rows, Order.Columns, Extras.All);
        T[] together = problem.Run(run: (args, units) =>
        {
            Assert.That(units, Is.GreaterThan(1));
            Thread[] threads = [.. Enumerable.Range(0, units).Select(unit => new Thread(() => HostGemm.Run(args, unit, unit + 1)))];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
        });
        Assert.That(together, Is.EqualTo(problem.Run()));
    }

    [Test]
    public void Activation_goes_to_its_own_matrix_and_leaves_C([Values(3, 16, 37)] int n)
    {
        const int m = 29, row = 40;
        var problem = new GemmProblem<T>(m, n, 18, Order.Rows, Order.Columns, Extras.All);
        T[] activated = new T[m * row];
        T[] c = problem.Run(run: (args, units) =>
        {
            fixed (T* to = activated)
                HostGemm.Run<T, GemmProblem<T>.Twice>(args with { Activated = to, ActivatedRow = row }, 0, units);
        });
        T[] expected = problem.Chain();
        Assert.That(c, Is.EqualTo(expected));
        for (int i = 0; i < m; i++)
            for (int j = 0; j < row; j++)
                Assert.That(activated[i * row + j], Is.EqualTo(j < n ? expected[3 + i * problem.CRow + j] + expected[3 + i * problem.CRow + j] : T.Zero));
    }

    [Test]
    public void Activation_may_replace_C()
    {
        var problem = new GemmProblem<T>(29, 37, 800, Order.Rows, Order.Rows, Extras.All);
        T[] c = problem.Run(run: (args, units) => HostGemm.Run<T, GemmProblem<T>.Twice>(args with { Activated = args.C, ActivatedRow = args.CRow }, 0, units));
        T[] expected = problem.Chain();
        for (int i = 0; i < 29; i++)
            foreach (ref T x in expected.AsSpan(3 + i * problem.CRow, 37)) x += x;
        Assert.That(c, Is.EqualTo(expected));
    }

    [Test]
    public void A_row_stride_of_zero_repeats_the_row()
    {
        var problem = new GemmProblem<T>(14, 20, 9, Order.Rows, Order.Rows, Extras.None);
        T[] c = problem.Run(run: (args, units) => HostGemm.Run(args with { ARow = 0 }, 0, units));
        for (int i = 1; i < 14; i++)
            Assert.That(c.AsSpan(3 + i * problem.CRow, 20).SequenceEqual(c.AsSpan(3, 20)));
    }

    [Test]
    public void Threads_that_share_the_panels_of_B_give_the_same_bits([Values(Order.Rows, Order.Columns)] Order b, [Values(128, 256, 512)] int bits)
    {
        // Ragged panels, two blocks of the depth, and more columns than a block has.
        foreach (var (m, n, k) in ((int, int, int)[])[(300, 150, 401), (2200, 2100, 9)])
        {
            var problem = new GemmProblem<T>(m, n, k, Order.Rows, b, Extras.All);
            T[] together = problem.Run(run: (args, units) =>
            {
                var team = new GemmTeam(units);
                for (int turn = 0; turn < 2; turn++)
                    Parallel.For(0, units, unit =>
                    {
                        SharedPanels shared = team.Join<T>(n, k);
                        HostGemm.Run<T, GemmProblem<T>.Twice>(args with { Accumulate = false }, unit, unit + 1, bits, shared);
                        team.Leave(1);
                    });
            });
            T[] alone = problem.Run(run: (args, units) => HostGemm.Run(args with { Accumulate = false }, 0, units));
            Assert.That(together.AsSpan().SequenceEqual(alone), $"[{m}x{k}]·[{k}x{n}]");
        }
    }

    [Test]
    public void A_batch_has_the_bits_of_its_products_one_by_one([Values(1, 5, 21)] int n)
    {
        const int count = 3, m = 7, k = 9;
        T[] a = Draw(count * m * k), b = Draw(count * k * n), bias = Draw(count * n), residual = Draw(count * m * n);
        T[] c = new T[count * m * n], activated = new T[count * m * n], expected = new T[count * m * n];
        fixed (T* pa = a, pb = b, pc = c, pbias = bias, presidual = residual, pactivated = activated, pexpected = expected)
        {
            var first = new GemmArgs<T>
            {
                M = m,
                N = n,
                K = k,
                A = pa,
                ARow = k,
                ACol = 1,
                B = pb,
                BRow = 1,
                BCol = k,
                C = pc,
                CRow = n,
                Bias = pbias,
                Residual = presidual,
                ResidualRow = n,
                Activated = pactivated,
                ActivatedRow = n,
            };
            HostGemm.Run<T, GemmProblem<T>.Twice>(first, new GemmBatch { Count = count, A = m * k, B = k * n, C = m * n, Bias = n, Residual = m * n, Activated = m * n });
            for (int i = 0; i < count; i++)
                HostGemm.Run(first with { A = pa + i * m * k, B = pb + i * k * n, C = pexpected + i * m * n, Bias = pbias + i * n, Residual = presidual + i * m * n, Activated = null }, 0, 1);
        }
        Assert.That(c, Is.EqualTo(expected));
        Assert.That(activated, Is.EqualTo(expected.Select(x => x + x)));
    }

    private static T[] Draw(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextDouble() * 2 - 1))];
    }

    [Test]
    public void Nothing_is_allocated_per_call()
    {
        var problem = new GemmProblem<T>(130, 65, 400, Order.Columns, Order.Columns, Extras.All);
        problem.Run(run: (args, units) =>
        {
            HostGemm.Run(args, 0, units);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++) HostGemm.Run(args, 0, units);
            Assert.That(GC.GetAllocatedBytesForCurrentThread(), Is.EqualTo(before));
        });
    }
}

public sealed class HostGemmErrorTests
{
    [Test]
    public void Integers_are_refused_with_a_sentence() =>
        Assert.That(() => HostGemm.Run(new GemmArgs<int> { M = 1, N = 1 }, 0, 1), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("gemm: elements of type Int32; use float or double"));

    [Test]
    public void An_empty_result_has_no_units()
    {
        Assert.That(HostGemm.Units(0, 7), Is.Zero);
        Assert.That(HostGemm.Units(7, 0), Is.Zero);
    }
}
