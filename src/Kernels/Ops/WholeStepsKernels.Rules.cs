using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>What a network in shared memory is trained by: losses, and AdamW with a rate of its own for each of two groups of layers.</summary>
internal static partial class WholeStepsKernels
{
    /// <summary>y becomes the slope of the mean squared error, 2 (y − target)/(examples · outputs), with zeros behind its columns.</summary>
    private static void Differences<T, TM>(ArrayView<T> shared, ArrayView<T> targets, int y, int outputs, long first, int rows, int examples)
        where T : unmanaged, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int row = Row(outputs), wide = (outputs + 3) / 4 * 4;
        T scale = TM.Of(2.0 / ((double)examples * outputs));
        for (int e = Group.IdxX; e < rows * wide; e += Group.DimX)
        {
            int i = e / wide, j = e - (i * wide), at = y + (i * row) + j;
            shared[at] = j < outputs ? scale * (shared[at] - targets[((first + i) * outputs) + j]) : TM.Of(0);
        }
    }

    /// <summary>The squares of a row's slopes, a row a thread: its part of the loss, but for a factor (<see cref="Total"/>).</summary>
    private static void Squares<T, TM>(ArrayView<T> shared, int y, int outputs, int rows, int rowLosses) where T : unmanaged where TM : struct, IScalarMath<T>
    {
        int row = Row(outputs);
        for (int i = Group.IdxX; i < rows; i += Group.DimX)
        {
            T sum = TM.Of(0);
            for (int j = 0; j < outputs; j++) sum = TM.Fma(shared[y + (i * row) + j], shared[y + (i * row) + j], sum);
            shared[rowLosses + i] = sum;
        }
    }

    /// <summary>y becomes the slope of the cross-entropy, (softmax − one-hot)/examples, a row a thread. A class that there is not makes the row NaN.</summary>
    private static void Likelihoods<T, TM>(ArrayView<T> shared, ArrayView<int> classes, int y, int outputs, long first, int rows, int examples, int rowLosses)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int row = Row(outputs), wide = (outputs + 3) / 4 * 4;
        for (int i = Group.IdxX; i < rows; i += Group.DimX)
        {
            int at = y + (i * row), label = classes[first + i], known = Math.Max(0, Math.Min(label, outputs - 1));
            T largest = shared[at], sum = TM.Of(0), own = shared[at + known], one = TM.Of(1.0 / examples);
            for (int j = 1; j < outputs; j++) largest = TM.Max(largest, shared[at + j]);
            for (int j = 0; j < outputs; j++)
            {
                T term = TM.Exp(shared[at + j] - largest);
                shared[at + j] = term;
                sum += term;
            }
            T scale = known == label ? one / sum : TM.Of(double.NaN);
            for (int j = 0; j < outputs; j++) shared[at + j] = (shared[at + j] * scale) - (j == label ? one : TM.Of(0));
            for (int j = outputs; j < wide; j++) shared[at + j] = TM.Of(0);
            shared[rowLosses + i] = TM.Log(sum) + (largest - own);
        }
    }

    /// <summary>The loss, its rows added in order: the mean over the examples, and for squares over the outputs too.</summary>
    private static T Total<T, TM>(ArrayView<T> shared, int rowLosses, int outputs, WholeStepsSizes sizes)
        where T : unmanaged, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        T sum = TM.Of(0);
        for (int i = 0; i < sizes.Examples; i++) sum += shared[rowLosses + i];
        // A slope is 2/n of a difference: n/4 of its square is 1/n of the difference's.
        double scale = sizes.Classifies != 0 ? 1.0 / sizes.Examples : 0.25 * sizes.Examples * outputs;
        return sum * TM.Of(scale);
    }

    /// <summary>The bias corrections of the next steps, a step a thread, as the kernels of Adam have them.</summary>
    private static void Correct<T, TM>(ArrayView<T> shared, int corrections, int doneA, int doneB, double rateA, double rateB, AdamNumbers numbers)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        for (int s = Group.IdxX; s < Ahead; s += Group.DimX)
        {
            int at = corrections + (s * Corrections);
            shared[at] = TM.Of(rateA / (1 - Math.Pow(numbers.Beta1, doneA + s + 1)));
            shared[at + 1] = TM.Of(1 / Math.Sqrt(1 - Math.Pow(numbers.Beta2, doneA + s + 1)));
            shared[at + 2] = TM.Of(rateB / (1 - Math.Pow(numbers.Beta1, doneB + s + 1)));
            shared[at + 3] = TM.Of(1 / Math.Sqrt(1 - Math.Pow(numbers.Beta2, doneB + s + 1)));
        }
    }

    /// <summary>AdamW of all parameters, an element a thread.</summary>
    private static void Update<T, TM>(ArrayView<T> shared, int all, int split, int corrections, T shrinkA, T shrinkB, AdamNumbers numbers)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        T beta1 = TM.Of(numbers.Beta1), rest1 = TM.Of(1 - numbers.Beta1), beta2 = TM.Of(numbers.Beta2), rest2 = TM.Of(1 - numbers.Beta2), eps = TM.Of(numbers.Eps);
        T strideA = shared[corrections], rootA = shared[corrections + 1], strideB = shared[corrections + 2], rootB = shared[corrections + 3];
        for (int e = Group.IdxX; e < all; e += Group.DimX)
        {
            T gradient = shared[all + e];
            T moment = OptimizerRules.Decayed(shared[(2 * all) + e], gradient, beta1, rest1), square = OptimizerRules.DecayedSquare(shared[(3 * all) + e], gradient, beta2, rest2);
            T stride = e < split ? strideA : strideB, root = e < split ? rootA : rootB, shrink = e < split ? shrinkA : shrinkB;
            shared[(2 * all) + e] = moment;
            shared[(3 * all) + e] = square;
            shared[e] = OptimizerRules.Adam<T, TM>(shared[e], moment, square, shrink, stride, root, eps);
        }
    }
}
