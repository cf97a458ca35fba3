using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>
/// The file with which a server's administrator reaches it: written when the server is there, and anew while it runs whenever the certificate in it is due. Its owner alone may read it, and it
/// is never found half written.
/// </summary>
public sealed class AdministratorKubeconfig : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _server;
    private readonly ClusterPki _pki;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;
    private (DateTimeOffset Due, DateTimeOffset End) _present;

    private AdministratorKubeconfig(string path, string server, ClusterPki pki, TimeProvider time, ILogger log)
    {
        (_path, _server, _pki) = (path, server, pki);
        Write();
        _renewing = new RenewalLoop($"the administrator in {path}", time, log).RunAsync(() => _present, Write, _stop.Token);
    }

    /// <summary>Writes the file, and keeps it usable until disposed of.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="server">URL of the API server.</param>
    /// <param name="pki">Issues the certificate.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of renewals, and of those that failed.</param>
    /// <exception cref="PkiException">The file cannot be written.</exception>
    public static AdministratorKubeconfig Keep(string path, string server, ClusterPki pki, TimeProvider time, ILogger log) => new(path, server, pki, time, log);

    /// <summary>Leaves the file as it is.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Write()
    {
        var administrator = _pki.Administrator();
        SecretDirectory.Replace(_path, new Kubeconfig(_server, _pki.Authority.CertificatePem) { Client = administrator }.ToYaml());
        using var certificate = X509Certificate2.CreateFromPem(administrator.CertificatePem);
        _present = (CertificateTrust.RenewalTime(certificate), CertificateTrust.TimeWithin(certificate, 1));
    }
}
