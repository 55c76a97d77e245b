using Handmade.Kernels.Emulation;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class CopyOnDevicesTests(string word) : DeviceOpTests(word)
{
    [Test]
    public void Strided_views_of_every_type_become_dense() => Agree(device =>
    [
        .. AllTypes.Select(dtype => Copy.Clone(Some(device, [3, 5, 7], dtype).Permute(2, 0, 1))),
        Copy.Clone(Some(device, [4, 6, 9]).Slice(1, 1, 3, 2).Slice(2, 2, 5)),
        Copy.Clone(Some(device, [3, 1, 5]).Expand([2, 3, 4, 5])),
        Copy.Clone(Some(device, [257, 3]).Transpose(0, 1)),
    ]);

    [Test]
    public void Views_whose_columns_are_dense_are_turned_in_squares() => Agree(device =>
    {
        TensorView y = Some(device, [2, 40, 50]);
        Copy.Into(y.Slice(1, 3, 33).Slice(2, 5, 35), Some(device, [2, 35, 33]).Transpose(1, 2));
        return
        [
            y,
            .. AllTypes.Select(dtype => Copy.Clone(Some(device, [65, 33], dtype).Transpose(0, 1))),
            Copy.Clone(Some(device, [3, 8, 2, 9]).Permute(2, 3, 0, 1)),
            Flip.Over(Some(device, [4, 33, 32]).Transpose(1, 2), 0),
        ];
    });

    [Test]
    public void Long_rows_lie_densely_on_both_sides() => Agree(device =>
    {
        TensorView y = Some(device, [3, 2, 200]);
        Copy.Into(y.Slice(2, 5, 131), Some(device, [2, 3, 140]).Permute(1, 0, 2).Slice(2, 7, 131));
        return
        [
            y,
            Copy.Clone(Some(device, [3, 5, 40]).Permute(1, 0, 2)),
            Copy.Clone(Some(device, [2, 2, 2, 2, 2, 2, 2, 33], DType.F64).Permute(6, 4, 2, 0, 5, 3, 1, 7)),
            Flip.Over(Some(device, [3, 64], DType.Bool), 0),
        ];
    });

    [Test]
    public void As_many_axes_as_there_are() => Agree(device =>
    [
        Copy.Clone(Some(device, [2, 3, 2, 3, 2]).Permute(4, 2, 0, 3, 1)),
        Copy.Clone(Some(device, [2, 3, 2, 3, 2, 2, 3, 2]).Permute(7, 5, 3, 1, 6, 4, 2, 0)),
        Copy.Full(device, [2, 3, 2, 3, 2, 2, 3, 2], DType.F32, 3),
    ]);

    [Test]
    public void Reversed_axes_run_backwards() => Agree(device =>
    [
        Flip.Over(Some(device, [5]), 0),
        Flip.Over(Some(device, [3, 4, 5]), 0, 2),
        Flip.Over(Some(device, [3, 4, 5], DType.Bool).Permute(2, 1, 0), 1),
        Flip.Over(Some(device, [4, 6]).Slice(0, 1, 2).Slice(1, 1, 4), 0, 1),
    ]);

    [Test]
    public void Parts_of_a_tensor_are_written_and_nothing_beside_them() => Agree(device =>
    {
        TensorView y = Some(device, [4, 6, 5]), z = Some(device, [7, 9], DType.Bool);
        Copy.Into(y.Slice(1, 1, 2, 3), Some(device, [4, 1, 5]));
        Copy.Fill(y.Slice(0, 1, 2, 2).Slice(2, 1, 3), 2.5);
        Copy.Fill(z.Slice(1, 2, 3).Transpose(0, 1), 1);
        return [y, z, Pad.Into(Some(device, [3, 2], DType.I32), 0, 9, 1, 3, -7), Concat.Along(1, Some(device, [2, 3]), Some(device, [2, 1]), Some(device, [2, 0]))];
    });

    // Too many elements of one axis for groups of rows to be counted by an int.
    [Test]
    public void A_long_axis_is_copied_with_strides()
    {
        if (Device is EmulatorDevice) Assert.Ignore("a thread for each of a million elements");
        const int Length = 1 << 20;
        TensorView x = Copy.Full(Device, [Length, 2], DType.F32, 1);
        Copy.Into(x.Slice(1, 0, 1), Copy.Full(Device, [Length, 1], DType.F32, 2));
        Assert.That(Numbers(x).Sum(), Is.EqualTo(3.0 * Length));
    }

    [Test]
    public void Fills_of_every_type() => Agree(device =>
    [
        .. AllTypes.Select(dtype => Copy.Full(device, [3, 101], dtype, 1)),
        Copy.Full(device, [3], DType.F64, double.NegativeInfinity),
        Copy.Full(device, [], DType.F32, -0.1),
        Copy.Full(device, [0, 4], DType.F32, 1),
    ]);

    [Test]
    public void Every_type_becomes_every_other_as_on_the_host() => Agree(device =>
    [
        .. from @from in AllTypes from to in AllTypes select Cast.To(Some(device, [3, 50], @from), to),
        .. from to in AllTypes select Cast.To(device.From<float>([float.NaN, -0f, 1e20f, -1e20f, -3.9f, 2.99f, float.PositiveInfinity, 1e-45f], [8]), to),
        .. from to in AllTypes select Cast.To(device.From<double>([double.NaN, -0.0, 1e20, -1e20, -3.9, 2147483647.5, 1e300, 1e-320], [8]), to),
        .. from to in AllTypes select Cast.To(device.From<int>([int.MinValue, int.MaxValue, 16777217, 0], [4]), to),
        Cast.To(Some(device, [4, 6], DType.F64).Transpose(0, 1), DType.F32),
        Cast.To(Some(device, [6]).Slice(0, 1, 3, 2).Expand([2, 3]), DType.I32),
        Cast.To(Some(device, [0, 3]), DType.F64),
    ]);
}
