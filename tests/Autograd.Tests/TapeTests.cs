using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Autograd.Tests;

public sealed class TapeTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    private Tensor Leaf(params double[] values) => Tensor.From<double>(device, values, [values.Length], requiresGrad: true);

    private static double[] Values(Tensor? x) => x!.ToArray<double>();

    [Test]
    public void Several_uses_of_a_tensor_add_their_gradients()
    {
        Tensor x = Leaf(2, 3);
        Tensor shared = x * 5;
        ((shared * x) + shared + x).Sum().Backward();
        Assert.That(Values(x.Grad), Is.EqualTo(new double[] { (10 * 2) + 6, (10 * 3) + 6 }));
    }

    [Test]
    public void Backward_passes_add_up_until_the_gradient_is_set_to_null()
    {
        Tensor x = Leaf(2, 3);
        for (int pass = 1; pass <= 3; pass++)
        {
            (x * x).Sum().Backward();
            Assert.That(Values(x.Grad), Is.EqualTo(new double[] { 4 * pass, 6 * pass }));
        }
        x.Grad = null;
        (x * x).Sum().Backward();
        Assert.That(Values(x.Grad), Is.EqualTo(new double[] { 4, 6 }));
    }

    [Test]
    public void Gradients_that_are_kept_share_no_memory()
    {
        Tensor a = Leaf(1, 2), b = Leaf(3, 4), start = Tensor.Ones(device, [2], DType.F64);
        Tensor sum = a + b;
        sum.RetainGrad();
        sum.Backward(start);
        a.Grad!.View.CopyFrom<double>([7, 7]);
        Assert.Multiple(() =>
        {
            Assert.That(Values(b.Grad), Is.EqualTo(new double[] { 1, 1 }));
            Assert.That(Values(sum.Grad), Is.EqualTo(new double[] { 1, 1 }));
            Assert.That(Values(start), Is.EqualTo(new double[] { 1, 1 }));
        });
    }

    [Test]
    public void Only_leaves_and_retained_tensors_keep_a_gradient()
    {
        Tensor x = Leaf(2, 3);
        Tensor square = x * x, tripled = square * 3;
        square.RetainGrad();
        tripled.Sum().Backward();
        Assert.Multiple(() =>
        {
            Assert.That(x.IsLeaf && !square.IsLeaf);
            Assert.That(Values(square.Grad), Is.EqualTo(new double[] { 3, 3 }));
            Assert.That(tripled.Grad, Is.Null);
            Assert.That(Values(x.Grad), Is.EqualTo(new double[] { 12, 18 }));
        });
    }

    [Test]
    public void NoGrad_records_nothing_and_ends_with_its_block()
    {
        Tensor x = Leaf(2, 3);
        using (Tape.NoGrad())
        {
            Assert.That((x * x).RequiresGrad, Is.False);
            using (Tape.NoGrad()) Assert.That(Tape.IsRecording, Is.False);
            Assert.That(Tape.IsRecording, Is.False, "the inner block gives back the outer's state");
        }
        Assert.That(() =>
        {
            using (Tape.NoGrad()) throw new InvalidOperationException();
        }, Throws.InvalidOperationException);
        Assert.That((x * x).RequiresGrad);
    }

    [Test]
    public void NoGrad_is_a_matter_of_its_thread()
    {
        bool elsewhere = false;
        using (Tape.NoGrad())
        {
            var thread = new Thread(() => elsewhere = Tape.IsRecording);
            thread.Start();
            thread.Join();
        }
        Assert.That(elsewhere);
    }

    [Test]
    public void Detach_cuts_the_tape()
    {
        Tensor x = Leaf(2, 3);
        (x.Detach() * x).Sum().Backward();
        Assert.That(Values(x.Grad), Is.EqualTo(new double[] { 2, 3 }));
    }

    [Test]
    public void Hooks_run_in_order_on_the_complete_gradient_and_may_replace_it()
    {
        Tensor x = Leaf(2, 3);
        var seen = new List<double>();
        Tensor middle = x * 10;
        middle.RegisterHook(gradient =>
        {
            seen.Add(Values(gradient)[0]);
            return gradient * 2;
        });
        middle.RegisterHook(gradient =>
        {
            seen.Add(Values(gradient)[0]);
            return null;
        });
        middle.RetainGrad();
        (middle + (middle * 3)).Sum().Backward();
        Assert.Multiple(() =>
        {
            Assert.That(seen, Is.EqualTo(new double[] { 4, 8 }), "once each, after both uses were added");
            Assert.That(Values(middle.Grad), Is.EqualTo(new double[] { 8, 8 }), "what the hooks left is retained");
            Assert.That(Values(x.Grad), Is.EqualTo(new double[] { 80, 80 }), "and passed on");
        });
    }

    [Test]
    public void A_hook_on_a_leaf_replaces_what_it_keeps()
    {
        Tensor x = Leaf(2, 3);
        x.RegisterHook(gradient => gradient * 0.5);
        (x * x).Sum().Backward();
        Assert.That(Values(x.Grad), Is.EqualTo(new double[] { 2, 3 }));
    }

    [Test]
    public void CreateGraph_gives_gradients_of_any_order()
    {
        Tensor x = Leaf(0.5, -1.25);
        Tensor first = Tensor.Gradients(x.Sin().Sum(), [x], createGraph: true)[0]!;
        Tensor second = Tensor.Gradients(first.Sum(), [x], createGraph: true)[0]!;
        Tensor third = Tensor.Gradients(second.Sum(), [x])[0]!;
        Assert.Multiple(() =>
        {
            Assert.That(Values(second), Is.EqualTo(new[] { -Math.Sin(0.5), -Math.Sin(-1.25) }).Within(1e-14));
            Assert.That(Values(third), Is.EqualTo(new[] { -Math.Cos(0.5), -Math.Cos(-1.25) }).Within(1e-14));
            Assert.That(third.RequiresGrad, Is.False, "without createGraph the tape ends here");
        });
    }

    [Test]
    public void A_gradient_penalty_differentiates_through_kept_gradients()
    {
        // d/dx of |d(x³)/dx|² = d/dx of 9x⁴.
        Tensor x = Leaf(2, -1);
        (x * x * x).Sum().Backward(createGraph: true);
        Tensor slope = x.Grad!;
        x.Grad = null;
        (slope * slope).Sum().Backward();
        Assert.That(Values(x.Grad), Is.EqualTo(new double[] { 36 * 8, -36 }));
    }

    [Test]
    public void Gradients_leave_every_Grad_as_it_was()
    {
        Tensor x = Leaf(2, 3), other = Leaf(1, 1), middle = x * x;
        middle.RetainGrad();
        Tensor?[] found = Tensor.Gradients((middle * 5).Sum(), [x, other, middle]);
        Assert.Multiple(() =>
        {
            Assert.That(Values(found[0]), Is.EqualTo(new double[] { 20, 30 }));
            Assert.That(found[1], Is.Null, "the output does not depend on it");
            Assert.That(Values(found[2]), Is.EqualTo(new double[] { 5, 5 }), "an intermediate may be asked for");
            Assert.That(x.Grad, Is.Null);
            Assert.That(middle.Grad, Is.Null);
        });
    }

    [Test]
    public void Gradients_of_inputs_cost_no_products_for_weights()
    {
        Tensor x = Tensor.From<double>(device, [1, 2, 3, 4, 5, 6], [3, 2], requiresGrad: true), w = Tensor.From<double>(device, [1, 2, 3, 4], [2, 2], requiresGrad: true);
        Tensor loss = Tensor.MatMul(Tensor.MatMul(x, w), w).Sum();
        Assert.That(Products([x]), Is.EqualTo(2), "one for each product on the way to x");
        Assert.That(Products([w]), Is.EqualTo(3), "two products by w, and one through the second to the first");
        Assert.That(Products([x, w]), Is.EqualTo(4));
        Assert.That(Values(Tensor.Gradients(loss, [x])[0]), Is.EqualTo(Values(Tensor.Gradients(loss, [x, w])[0])));

        int Products(Tensor[] inputs)
        {
            int count = 0;
            device.Profile(time => count += time.Launch?.Flops > 0 && time.Launch.Name.Contains("matmul", StringComparison.Ordinal) ? 1 : 0);
            Tensor.Gradients(loss, inputs);
            device.Profile(null);
            return count;
        }
    }

    [Test]
    public void Gradients_start_from_any_gradient_of_the_outputs_shape()
    {
        Tensor x = Tensor.From<double>(device, [1, 2, 3, 4], [2, 2], requiresGrad: true);
        Tensor dy = Tensor.From<double>(device, [1, 10, 100, 1000], [2, 2]);
        Assert.That(Values(Tensor.Gradients(x * 2, [x], dy)[0]), Is.EqualTo(new double[] { 2, 20, 200, 2000 }));
    }

    [Test]
    public void A_loss_per_replica_starts_from_ones()
    {
        Tensor x = Tensor.From<double>(device, [1, 2, 3, 4], [2, 2], requiresGrad: true);
        (x * x).Sum([1]).Backward();
        Assert.That(Values(x.Grad), Is.EqualTo(new double[] { 2, 4, 6, 8 }));
    }

    [Test]
    public void Broadcast_inputs_get_the_sum_over_what_was_stretched()
    {
        Tensor row = Leaf(1, 2, 3), column = Tensor.From<double>(device, [1, 10], [2, 1], requiresGrad: true);
        (row * column).Sum().Backward();
        Assert.Multiple(() =>
        {
            Assert.That(row.Grad!.Shape, Is.EqualTo(row.Shape));
            Assert.That(Values(row.Grad), Is.EqualTo(new double[] { 11, 11, 11 }));
            Assert.That(Values(column.Grad), Is.EqualTo(new double[] { 6, 6 }));
        });
    }

    [Test]
    public void A_chain_of_ten_thousand_ops_needs_no_deep_stack()
    {
        Tensor x = Leaf(1, 2);
        var thread = new Thread(() =>
        {
            using Scope scope = device.Scope();
            Tensor y = x;
            for (int i = 0; i < 10_000; i++) y += 1;
            Tensor gradient = Tensor.Gradients(y.Sum(), [x])[0]!;
            Assert.That(Values(gradient), Is.EqualTo(new double[] { 1, 1 }));
        }, maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
    }

    [Test]
    public void A_linear_layer_multiplies_a_gradient_that_repeats_one_row_once_and_with_the_same_bits()
    {
        Tensor x = Tensor.From<float>(device, [.. Enumerable.Range(0, 2 * 5 * 3).Select(i => MathF.Sin(i))], [2, 5, 3], requiresGrad: true);
        Tensor weight = Tensor.From<float>(device, [.. Enumerable.Range(0, 2 * 4 * 3).Select(i => MathF.Cos(i))], [2, 4, 3]);
        Tensor y = Tensor.Linear(x, weight), row = Tensor.From<float>(device, [.. Enumerable.Range(0, 2 * 4).Select(i => MathF.Exp(-i))], [2, 1, 4]);
        Tensor repeated = Tensor.Gradients(y, [x], row.Expand(y.Shape))[0]!, dense = Tensor.Gradients(y, [x], row.Expand(y.Shape).Contiguous())[0]!;
        Assert.That(repeated.View.Strides[1], Is.EqualTo((nint)0), "a row for each replica, repeated");
        Assert.That(repeated.ToArray<float>(), Is.EqualTo(dense.ToArray<float>()));
    }

    [Test]
    public void Nothing_is_left_in_use_after_a_step_in_a_scope()
    {
        Tensor x = Leaf(2, 3);
        long before = device.BytesInUse;
        using (device.Scope())
        {
            (x.Exp() * x).Sum().Backward(createGraph: true);
            x.Grad = null;
        }
        Assert.That(device.BytesInUse, Is.EqualTo(before));
    }

    [Test]
    public void Errors_are_one_sentence()
    {
        Tensor x = Leaf(2, 3), constant = x.Detach(), matrix = Tensor.Ones(device, [2, 2], DType.F64, requiresGrad: true);
        Assert.Multiple(() =>
        {
            Says(() => constant.Backward(), "backward: no input of this [2] tensor requires a gradient");
            Says(() => (matrix * 2).Backward(), "shape [2, 2] is no scalar");
            Says(() => (x * 2).Backward(matrix), "the gradient has shape [2, 2], the tensor [2]");
            Says(() => constant.RegisterHook(gradient => null), "hook: a tensor of shape [2] that needs no gradient");
            Says(() => constant.RetainGrad(), "retain_grad: a tensor of shape [2] that needs no gradient");
            Says(() => Tensor.Zeros(device, [2], DType.I32, requiresGrad: true), "requires_grad: takes f32 or f64, not i32 [2]");
            Says(() => _ = x + Leaf(1, 2, 3), "add: [2] and [3] do not broadcast");
            Says(() => _ = x + Tensor.Ones(device, [2]), "are of different types");
        });
    }

    private static void Says(Action code, string part) => Assert.That(code, Throws.TypeOf<HandmadeException>().With.Message.Contains(part));
}
