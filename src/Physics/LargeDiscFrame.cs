namespace Handmade.Physics;

/// <summary>A moment of a large scene, and who touched on the way to it. Valid until the next frame is asked for.</summary>
public sealed class LargeDiscFrame
{
    private readonly LargeDiscs discs;
    private readonly DiscState[] states;
    private readonly double interval;

    internal LargeDiscFrame(LargeDiscScene scene, LargeDiscs discs)
    {
        this.discs = discs;
        states = new DiscState[scene.Particles];
        interval = scene.FrameInterval;
    }

    /// <summary>0 for the start.</summary>
    public int Number { get; private set; }

    /// <summary>Time since the start.</summary>
    public double Time => Number * interval;

    /// <summary>Where the discs are, `[particle]`. In a periodic box x counts on over the sides.</summary>
    public ReadOnlySpan<DiscState> States => states;

    /// <inheritdoc cref="LargeDiscs.Contacts"/>
    public ReadOnlySpan<DiscPair> Contacts => discs.Contacts;

    /// <inheritdoc cref="LargeDiscs.WallContacts"/>
    public ReadOnlySpan<byte> WallContacts => discs.WallContacts;

    internal void Read(int number)
    {
        Number = number;
        discs.CopyTo(states);
    }
}
