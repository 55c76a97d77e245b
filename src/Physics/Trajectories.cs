using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>
/// What a batch of scenes did, frame by frame. The memory is its own or the caller's, such as device buffers' on the host.
/// </summary>
public sealed unsafe class Trajectories
{
    private readonly float* states;
    private readonly ulong* contacts;
    private readonly byte* wallContacts;

    // The pinned arrays behind the pointers when the memory is our own.
    private readonly Array[] own = [];

    /// <summary>Memory of its own for a number of scenes.</summary>
    public Trajectories(DiscScene scene, int scenes) : this(scene, scenes, null, null, null)
    {
        float[] stateArray = GC.AllocateUninitializedArray<float>(StateLength(scene, scenes), pinned: true);
        ulong[] contactArray = GC.AllocateUninitializedArray<ulong>(ContactLength(scene, scenes), pinned: true);
        byte[] wallArray = GC.AllocateUninitializedArray<byte>(WallContactLength(scene, scenes), pinned: true);
        own = [stateArray, contactArray, wallArray];
        fixed (float* s = stateArray) states = s;
        fixed (ulong* c = contactArray) contacts = c;
        fixed (byte* w = wallArray) wallContacts = w;
    }

    /// <summary>The caller's memory, which must live as long as this object.</summary>
    /// <param name="scene">The scene that will be simulated.</param>
    /// <param name="scenes">How many.</param>
    /// <param name="states">Room for <see cref="StateLength"/> floats.</param>
    /// <param name="contacts">Room for <see cref="ContactLength"/> words.</param>
    /// <param name="wallContacts">Room for <see cref="WallContactLength"/> bytes.</param>
    public Trajectories(DiscScene scene, int scenes, float* states, ulong* contacts, byte* wallContacts)
    {
        StateLength(scene, scenes);
        (Scenes, Frames, Particles, MaskWords) = (scenes, scene.Frames, scene.Particles, scene.MaskWords);
        this.states = states;
        this.contacts = contacts;
        this.wallContacts = wallContacts;
    }

    /// <summary>Number of scenes.</summary>
    public int Scenes { get; }

    /// <summary>Number of frame intervals; there is one state more.</summary>
    public int Frames { get; }

    /// <summary>Discs in a scene.</summary>
    public int Particles { get; }

    /// <summary>64-bit words in one particle's contact mask.</summary>
    public int MaskWords { get; }

    /// <summary>x, y, vx, vy of every disc: `[scene, frame 0…Frames, particle, 4]`. Places are inside the box, where it is periodic too.</summary>
    public Span<float> States => new(states, Scenes * (Frames + 1) * Particles * 4);

    /// <summary>
    /// Who overlapped whom at any substep of the interval from one frame to the next, `[scene, frame, particle, word]`: bit j % 64 of word
    /// j / 64 stands for particle j.
    /// </summary>
    public Span<ulong> Contacts => new(contacts, Scenes * Frames * Particles * MaskWords);

    /// <summary>1 where a disc overlapped a wall in the interval, else 0: `[scene, frame, particle]`.</summary>
    public Span<byte> WallContacts => new(wallContacts, Scenes * Frames * Particles);

    /// <summary>One disc at one frame.</summary>
    public DiscState State(int scene, int frame, int particle)
    {
        ReadOnlySpan<float> state = States.Slice(((scene * (Frames + 1) + frame) * Particles + particle) * 4, 4);
        return new(state[0], state[1], state[2], state[3]);
    }

    /// <summary>Whether two discs overlapped in the interval that starts at a frame.</summary>
    public bool Touch(int scene, int frame, int i, int j) =>
        (Contacts[((scene * Frames + frame) * Particles + i) * MaskWords + j / 64] >> (j % 64) & 1) != 0;

    /// <summary>Whether a disc overlapped a wall in the interval that starts at a frame.</summary>
    public bool TouchesWall(int scene, int frame, int i) => WallContacts[(scene * Frames + frame) * Particles + i] != 0;

    /// <summary>Floats in <see cref="States"/>.</summary>
    public static int StateLength(DiscScene scene, int scenes) => Length(scene, scenes, scene.Frames + 1L, 4);

    /// <summary>Words in <see cref="Contacts"/>.</summary>
    public static int ContactLength(DiscScene scene, int scenes) => Length(scene, scenes, scene.Frames, scene.MaskWords);

    /// <summary>Bytes in <see cref="WallContacts"/>.</summary>
    public static int WallContactLength(DiscScene scene, int scenes) => Length(scene, scenes, scene.Frames, 1);

    private static int Length(DiscScene scene, int scenes, long frames, long width)
    {
        if (scenes < 1) throw new HandmadeException($"disc simulator: {scenes} scenes; use at least 1");
        double length = (double)scenes * frames * scene.Particles * width;
        if (length > Array.MaxLength)
            throw new HandmadeException($"disc simulator: {scenes} scenes of {scene.Frames} frames and {scene.Particles} particles are {length:G3} numbers, more than one array holds; simulate fewer scenes at a time");
        return (int)length;
    }
}
