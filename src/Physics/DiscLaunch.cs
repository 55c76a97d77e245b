using System.Numerics;
using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>A batch of scenes as one launch: on the host groups of SIMD lanes, on other devices one kernel a frame interval.</summary>
// Kernels on PoCL, million particle-substeps per second and core at N = 16, f64 (bench/Simulator): a group a scene 50, a thread a scene 211 (f32: 68, 271); the host 395.
// Where all discs are equal nobody reads the radii, which may then be any view.
internal sealed class DiscLaunch(DiscScene scene, TensorView start, TensorView radii, TensorView last, TensorView states, TensorView contacts, TensorView wallContacts, bool sceneAThread)
    : Launch("discs", [start, radii], [last, states, contacts, wallContacts])
{
    // Threads of a group where scenes are small: enough to fill a GPU's scheduling unit twice, few enough to wait for.
    private const int LeastThreads = 64;

    private int Scenes => start.Shape[0];

    // As the kernels know it.
    private int Sizes => !scene.HasSizes ? DiscKernels.EqualDiscs : scene.EqualMasses ? DiscKernels.EqualMasses : DiscKernels.MassByArea;

    public override int Grid => (Scenes + DiscGroup.Lanes - 1) / DiscGroup.Lanes;

    public override long Work => (long)scene.Frames * scene.SubstepsPerFrame * scene.Particles * Scenes * 16;

    public override unsafe void Run(int begin, int end)
    {
        var result = new Trajectories(scene, Scenes, states.Pointer<float>(), contacts.Pointer<ulong>(), wallContacts.Pointer<byte>());
        var from = new ReadOnlySpan<DiscState>(start.Pointer<DiscState>(), checked(Scenes * scene.Particles));
        DiscState* to = last.Pointer<DiscState>();
        ReadOnlySpan<double> sizes = scene.HasSizes ? new(radii.Pointer<double>(), from.Length) : default;
        using var group = new DiscGroup(scene);
        for (int index = begin; index < end; index++)
        {
            int first = index * DiscGroup.Lanes, scenes = Math.Min(DiscGroup.Lanes, Scenes - first);
            for (int lane = 0; lane < DiscGroup.Lanes; lane++)
            {
                int number = (lane < scenes ? first + lane : first) * scene.Particles;
                DiscSimulator.Set(group, scene, lane, from.Slice(number, scene.Particles), scene.HasSizes ? sizes.Slice(number, scene.Particles) : default);
            }
            DiscSimulator.Record(group, scene, result, first, scenes);
            for (int lane = 0; lane < scenes; lane++)
                for (int i = 0; i < scene.Particles; i++) to[((first + lane) * scene.Particles) + i] = group.Get(lane, i);
        }
    }

    public override void Enqueue(KernelQueue queue)
    {
        if (start.DType == DType.F64) Enqueue<double, F64, F32ToF64>(queue, DiscConstants<double>.Of(scene, x => x));
        else Enqueue<float, F32, Same<float>>(queue, DiscConstants<float>.Of(scene, x => (float)x));
    }

    private void Enqueue<T, TM, TStore>(KernelQueue queue, DiscConstants<T> constants)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>,
            IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
        where TStore : struct, ICvt<float, T>
    {
        for (int frame = 0; frame < scene.Frames; frame++)
        {
            TensorView from = frame == 0 ? start : last;
            if (sceneAThread) AdvanceByThreads<T, TM, TStore>(queue, constants, from, frame);
            else AdvanceByGroups<T, TM, TStore>(queue, constants, from, frame);
        }
    }

    private void AdvanceByThreads<T, TM, TStore>(KernelQueue queue, DiscConstants<T> constants, TensorView from, int frame)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>,
            IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
        where TStore : struct, ICvt<float, T> =>
        DiscSceneKernels.Advance<T, TM, TStore>(queue, KernelConfig.ForElements(Scenes, Math.Min(Scenes, 4)), states, contacts, wallContacts, last, from, radii, constants,
            Scenes, scene.Particles, frame, scene.Frames, scene.SubstepsPerFrame, 2 * scene.MaskWords, scene.Particles <= 16 ? 16 : DiscSceneKernels.MostParticles, (int)scene.Sides, Sizes);

    private void AdvanceByGroups<T, TM, TStore>(KernelQueue queue, DiscConstants<T> constants, TensorView from, int frame)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>,
            IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
        where TStore : struct, ICvt<float, T>
    {
        int particles = scene.Particles, threads = LeastThreads;
        while (threads < particles) threads *= 2;
        int together = Math.Min(threads / particles, Scenes);
        var config = new KernelConfig((Scenes + together - 1) / together, 1, particles, together);
        DiscKernels.Advance<T, TM, TStore>(queue, config, states, contacts, wallContacts, last, from, radii, constants,
            Scenes, particles, frame, scene.Frames, scene.SubstepsPerFrame, 2 * scene.MaskWords, threads, particles <= 32 ? 1 : threads / 32, (int)scene.Sides, Sizes);
    }
}
