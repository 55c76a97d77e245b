using System.Runtime.InteropServices;
using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>What a batch of scenes did, in tensors on the device that simulated it. They belong to the scope in which the simulation was run.</summary>
public sealed class DeviceTrajectories
{
    private readonly DiscScene scene;

    internal DeviceTrajectories(DiscScene scene, TensorView start, TensorView? radii)
    {
        Radii = radii;
        Device device = start.Device;
        int scenes = start.Shape[0], particles = scene.Particles;
        // A mask travels as pairs of 32-bit words, so that half as many scenes fit an array.
        int contacts = Trajectories.ContactLength(scene, scenes);
        Trajectories.StateLength(scene, scenes);
        if (2L * contacts > Array.MaxLength)
            throw new HandmadeException($"disc simulator: {scenes} scenes have {contacts} words of contacts, a batch on a device at most {Array.MaxLength / 2}; simulate fewer scenes at a time");
        this.scene = scene;
        States = device.Empty([scenes, scene.Frames + 1, particles, 4], DType.F32);
        Contacts = device.Empty([scenes, scene.Frames, particles, 2 * scene.MaskWords], DType.I32);
        WallContacts = device.Empty([scenes, scene.Frames, particles], DType.Bool);
        End = device.Empty(start.Shape, start.DType);
    }

    /// <summary>x, y, vx, vy of every disc, f32 <c>[scene, frame 0…Frames, particle, 4]</c>. Places are inside the box, where it is periodic too.</summary>
    public TensorView States { get; }

    /// <summary>
    /// Who overlapped whom at any substep of the interval from one frame to the next, i32 <c>[scene, frame, particle, word]</c>: bit j % 32 of word
    /// j / 32 stands for particle j.
    /// </summary>
    public TensorView Contacts { get; }

    /// <summary>Whether a disc overlapped a wall in the interval, bool <c>[scene, frame, particle]</c>.</summary>
    public TensorView WallContacts { get; }

    /// <summary>x, y, vx, vy of every disc after the last frame in the precision of the simulation, <c>[scene, particle, 4]</c>: a start from which the run goes on as if it had not ended. Places count on over periodic sides.</summary>
    public TensorView End { get; }

    /// <summary>Radii of every disc in the precision of the simulation, <c>[scene, particle]</c>; none where all are the scene's.</summary>
    public TensorView? Radii { get; }

    /// <summary>The same in the program's memory, waiting for the device.</summary>
    public Trajectories ToHost()
    {
        var result = new Trajectories(scene, States.Shape[0]);
        States.CopyTo(result.States);
        Contacts.CopyTo(MemoryMarshal.Cast<ulong, int>(result.Contacts));
        WallContacts.CopyTo(result.WallContacts);
        return result;
    }
}
