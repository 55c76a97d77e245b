namespace Handmade.Analysis.Figures;

/// <summary>
/// The colours of series, in the order in which they are given out. Found by a search over hue-bounded colours for the largest least
/// distance (OKLab) between any two under normal sight, protanopia, deuteranopia and tritanopia (Machado et al. 2009), on white and,
/// as a second set, on dark paper; a test measures both. From the eighth series on the colours repeat with dashed lines.
/// </summary>
public enum Ink
{
    /// <summary>Blue, the first series.</summary>
    Blue,

    /// <summary>Burnt orange.</summary>
    Orange,

    /// <summary>Deep green (mint on dark paper).</summary>
    Green,

    /// <summary>Plum (rose on dark paper).</summary>
    Plum,

    /// <summary>Gold.</summary>
    Gold,

    /// <summary>Sky blue.</summary>
    Sky,

    /// <summary>Grey, for what stands behind the others.</summary>
    Gray,
}
