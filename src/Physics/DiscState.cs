namespace Handmade.Physics;

/// <summary>Where one disc is and how it moves.</summary>
public readonly record struct DiscState(double X, double Y, double Vx, double Vy);
