using Handmade.Analysis.Figures;
using Handmade.Kernels;
using Handmade.Physics;

namespace Handmade.Simulation;

/// <summary>A frame as a picture: on the left how much of each part of the box is covered, on the right the discs of a small window, coloured by their speed.</summary>
internal static class GasPicture
{
    private const int Side = 480, Gap = 8, Levels = 32, Width = (2 * Side) + Gap;

    // Of the window, about this many.
    private const double WindowDiscs = 1500;

    // A part of the box this full, and this many times the root mean square speed, have the last colour.
    private const double FullyCovered = 0.8, Fast = 2;

    // Colours of levels, then of the paper between and around.
    private static readonly string[] palette = [.. Enumerable.Range(0, Levels).Select(level => ColorMap.At(level / (Levels - 1.0))), "#ffffff", "#16181d", "#e23b3b"];
    private const byte Paper = Levels, Night = Levels + 1, Rim = Levels + 2;

    /// <summary>Draws a frame into a PNG file.</summary>
    public static void Write(string path, CoolingGas gas, GasState state, double[] radii)
    {
        var pixels = new byte[Width * Side];
        Array.Fill(pixels, Paper);
        DrawCover(pixels, state, radii);
        double window = Math.Min(1, Math.Sqrt(WindowDiscs / gas.Particles)), corner = (1 - window) / 2;
        DrawDiscs(pixels, state, radii, corner, window);
        Frame(pixels, corner, window);
        AtomicFile.Write(path, stream => Png.Write(stream, Width, pixels, palette));
    }

    // Cells of about four discs; their shares are drawn as they are, without interpolation.
    private static void DrawCover(byte[] pixels, GasState state, double[] radii)
    {
        int cells = Math.Clamp((int)Math.Sqrt(state.Discs.Length / 4.0), 1, Side);
        var covered = new double[cells * cells];
        for (int i = 0; i < radii.Length; i++)
        {
            var (x, y) = Inside(state.Discs[i]);
            covered[(Math.Clamp((int)(y * cells), 0, cells - 1) * cells) + Math.Clamp((int)(x * cells), 0, cells - 1)] += Math.PI * radii[i] * radii[i];
        }
        for (int row = 0; row < Side; row++)
        {
            for (int column = 0; column < Side; column++)
            {
                double share = covered[((Side - 1 - row) * cells / Side * cells) + (column * cells / Side)] * cells * cells;
                pixels[(row * Width) + column] = Level(share / FullyCovered);
            }
        }
    }

    private static void DrawDiscs(byte[] pixels, GasState state, double[] radii, double corner, double window)
    {
        double scale = Side / window, fastest = Fast * Math.Sqrt(2) * state.Speed;
        for (int row = 0; row < Side; row++) pixels.AsSpan((row * Width) + Side + Gap, Side).Fill(Night);
        for (int i = 0; i < radii.Length; i++)
        {
            var (x, y) = Inside(state.Discs[i]);
            double left = (x - corner) * scale, up = (y - corner) * scale, r = radii[i] * scale;
            if (left < -r || left > Side + r || up < -r || up > Side + r) continue;
            byte colour = Level(double.Hypot(state.Discs[i].Vx, state.Discs[i].Vy) / fastest);
            for (int py = Math.Max(0, (int)(up - r)); py <= Math.Min(Side - 1, (int)(up + r)); py++)
                for (int px = Math.Max(0, (int)(left - r)); px <= Math.Min(Side - 1, (int)(left + r)); px++)
                    if (double.Hypot(px + 0.5 - left, py + 0.5 - up) <= r) pixels[((Side - 1 - py) * Width) + Side + Gap + px] = colour;
        }
    }

    // Where the window is, in the picture of the whole box.
    private static void Frame(byte[] pixels, double corner, double window)
    {
        int low = (int)(corner * Side), high = Math.Min(Side - 1, (int)((corner + window) * Side));
        for (int k = low; k <= high; k++)
            foreach (int at in (int[])[(low * Width) + k, (high * Width) + k, (k * Width) + low, (k * Width) + high]) pixels[at] = Rim;
    }

    private static (double X, double Y) Inside(DiscState disc) => (disc.X - Math.Floor(disc.X), disc.Y);

    private static byte Level(double share) => (byte)Math.Clamp((int)(share * Levels), 0, Levels - 1);
}
