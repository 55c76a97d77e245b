namespace Handmade.Physics;

/// <summary>
/// Linear spring-dashpot contact: while two bodies overlap, the normal force is
/// <c>m_eff (K·overlap − D·v_n)</c>, v_n being the speed at which they separate. A head-on contact is half a period of a damped
/// oscillator, whatever the speed, so time and restitution fix both constants. m_eff is 1/2 for two discs of mass 1 and 1 for a disc and a wall.
/// </summary>
/// <param name="Stiffness">K, 1/time², per unit of reduced mass.</param>
/// <param name="Damping">D, 1/time, per unit of reduced mass.</param>
public readonly record struct ContactLaw(double Stiffness, double Damping)
{
    /// <summary>
    /// The law whose head-on contact lasts <paramref name="contactTime"/> and leaves <paramref name="restitution"/> of the speed:
    /// ζ = −ln e / √(π² + ln² e), ω = π / (t_c √(1 − ζ²)), K = ω², D = 2ζω.
    /// </summary>
    public static ContactLaw FromRestitution(double restitution, double contactTime)
    {
        double log = -Math.Log(restitution);
        double zeta = log / Math.Sqrt(Math.PI * Math.PI + log * log);
        double omega = Math.PI / (contactTime * Math.Sqrt(1 - zeta * zeta));
        return new(omega * omega, 2 * zeta * omega);
    }
}
