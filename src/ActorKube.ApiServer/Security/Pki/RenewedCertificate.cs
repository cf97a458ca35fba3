using System.Security.Cryptography.X509Certificates;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>A certificate that is issued when it is first asked for, and anew when it is due: for those that are asked for at every handshake.</summary>
/// <param name="issue">Issues one, with its key.</param>
/// <param name="time">The clock.</param>
public sealed class RenewedCertificate(Func<X509Certificate2> issue, TimeProvider time)
{
    private readonly Lock _issuing = new();
    private X509Certificate2? _current;

    /// <summary>The certificate of this moment. Those before are left to the garbage collector: handshakes may still use them.</summary>
    /// <exception cref="PkiException">There is none yet and none can be issued.</exception>
    public X509Certificate2 Current => Usable() ?? Renewed();

    private X509Certificate2? Usable() =>
        Volatile.Read(ref _current) is { } current && !CertificateTrust.IsDueForRenewal(current, time.GetUtcNow()) ? current : null;

    private X509Certificate2 Renewed()
    {
        lock (_issuing)
        {
            if (Usable() is { } usable)
                return usable;
            try
            {
                Volatile.Write(ref _current, issue());
            }
            catch (PkiException) when (_current is not null)
            {
                // A full disk, say: a third of the life of the present one is left for the handshakes to come.
            }
            return _current!;
        }
    }
}
