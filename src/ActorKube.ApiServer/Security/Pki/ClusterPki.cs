using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>
/// The keys and certificates of a control-plane process, kept in one directory. The first process makes them; a process that joins receives the four that all
/// share (<see cref="SharedKeys"/>) and makes the rest.
/// </summary>
/// <remarks>
/// Two authorities: <c>ca</c> vouches for users, nodes and API servers towards each other, <c>process-ca</c> for processes: actor connections, and the HTTPS ports
/// of agents. A user's certificate therefore never opens the actor system, and an agent, which chooses its own host names, can never pass for an API server.
/// </remarks>
public sealed class ClusterPki : IDisposable
{
    /// <summary>Organization of agents in certificates of the process authority.</summary>
    public const string AgentOrganization = "actorkube:agents";

    /// <summary>Organization of control-plane processes in certificates of the process authority.</summary>
    public const string ServerOrganization = "actorkube:servers";

    private const string ApiServerName = "apiserver";
    private const string ProcessName = "process";
    private const string ServiceAccountKeyFile = "sa.key";

    private readonly SecretDirectory _directory;
    private readonly PkiOptions _options;
    private readonly TimeProvider _time;
    private X509Certificate2 _serving;
    private X509Certificate2 _process;

    private ClusterPki(SecretDirectory directory, PkiOptions options, TimeProvider time, CertificateAuthority authority, CertificateAuthority processAuthority, ECDsa serviceAccountKey)
    {
        _directory = directory;
        _options = options;
        _time = time;
        Authority = authority;
        ProcessAuthority = processAuthority;
        ServiceAccountKey = serviceAccountKey;
        _serving = Current(ApiServerName, Authority, ServingProfile());
        _process = Current(ProcessName, ProcessAuthority, ProcessProfile());
    }

    /// <summary>Vouches for users, nodes and API servers.</summary>
    public CertificateAuthority Authority { get; }

    /// <summary>Vouches for processes: Akka remoting, and the HTTPS port of agents.</summary>
    public CertificateAuthority ProcessAuthority { get; }

    /// <summary>Signs service account tokens.</summary>
    public ECDsa ServiceAccountKey { get; }

    /// <summary>The API server's certificate with key; ask for it at every handshake, it is renewed while the server runs.</summary>
    public X509Certificate2 Serving => Volatile.Read(ref _serving);

    /// <summary>This process's certificate with key for both ends of Akka's connections.</summary>
    public X509Certificate2 Process => Volatile.Read(ref _process);

    /// <summary>Loads what is in the directory and makes what is missing; certificates that are due or lack a name are issued anew.</summary>
    /// <exception cref="PkiException">A file is damaged or unreadable, or the authority is gone while what it issued is still there.</exception>
    public static ClusterPki Open(string path, PkiOptions options, TimeProvider time)
    {
        var directory = new SecretDirectory(path);
        var authority = OpenAuthority(directory, "ca", "kubernetes", options, time);
        var processes = OpenAuthority(directory, "process-ca", "actorkube-processes", options, time);
        return new ClusterPki(directory, options, time, authority, processes, OpenServiceAccountKey(directory));
    }

    /// <summary>True when a directory holds all that control-plane processes share: this process has made or received it at an earlier start.</summary>
    public static bool HasKeys(string path) => File.Exists(Path.Combine(path, ServiceAccountKeyFile));

    /// <summary>Stores the keys received from a server that is already in the cluster, before <see cref="Open"/>.</summary>
    /// <exception cref="PkiException">The directory belongs to another cluster already.</exception>
    public static void Receive(string path, SharedKeys keys)
    {
        var directory = new SecretDirectory(path);
        if (directory.Has("ca.crt") && directory.Read("ca.crt") != keys.Authority.CertificatePem)
            throw new PkiException($"The directory {directory.Path} holds the keys of another cluster; use an empty data directory to join.");
        keys.Authority.Write(directory, "ca");
        keys.ProcessAuthority.Write(directory, "process-ca");
        // Last: see HasKeys.
        directory.Write(ServiceAccountKeyFile, keys.ServiceAccountKeyPem);
    }

    /// <summary>What a control-plane process that joins has to have in common with this one.</summary>
    public SharedKeys Share() => new(Authority.Export(), ProcessAuthority.Export(), ServiceAccountKey.ExportPkcs8PrivateKeyPem() + "\n");

    /// <summary>Issues a client certificate for a user.</summary>
    public KeyedCertificate IssueClient(string user, params IReadOnlyList<string> groups) => Authority.Issue(ClientProfile(user, groups));

    /// <summary>The administrator's certificate, kept in the directory: the same one at every start until it is due.</summary>
    public KeyedCertificate Administrator() => Kept("admin", "kubernetes-admin", WellKnownUsers.Masters);

    /// <summary>The certificate with which this API server calls node agents.</summary>
    public KeyedCertificate AgentClient() => Kept("apiserver-kubelet-client", "kube-apiserver-kubelet-client", WellKnownUsers.Masters);

    /// <summary>Issues what the agent of a node needs, for the key it made itself.</summary>
    /// <exception cref="CryptographicException">The signing request is damaged or not signed by its own key.</exception>
    public AgentCertificates IssueAgent(string node, IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses, string signingRequestPem) => new(
        Authority.Issue(signingRequestPem, ClientProfile(WellKnownUsers.NodePrefix + node, [WellKnownUsers.Nodes])),
        ProcessAuthority.Issue(signingRequestPem, new CertificateProfile
        {
            CommonName = node,
            Organizations = [AgentOrganization],
            Usage = CertificateUsage.Both,
            DnsNames = [node, .. dnsNames],
            Addresses = addresses,
            Lifetime = _options.CertificateLifetime,
        }));

    /// <summary>From when on <see cref="Renew"/> has something to do.</summary>
    public DateTimeOffset RenewalTime => Earliest(CertificateTrust.RenewalTime(Serving), CertificateTrust.RenewalTime(Process));

    /// <summary>When the first of the certificates in use ends.</summary>
    public DateTimeOffset End => Earliest(CertificateTrust.TimeWithin(Serving, 1), CertificateTrust.TimeWithin(Process, 1));

    /// <summary>Renews what is due; <see cref="PkiRenewal"/> calls it in time. Connections that exist keep their old certificate.</summary>
    /// <exception cref="PkiException">The directory cannot be written; the present certificates stay in use.</exception>
    public void Renew()
    {
        Volatile.Write(ref _serving, Current(ApiServerName, Authority, ServingProfile()));
        Volatile.Write(ref _process, Current(ProcessName, ProcessAuthority, ProcessProfile()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Authority.Dispose();
        ProcessAuthority.Dispose();
        ServiceAccountKey.Dispose();
    }

    private static DateTimeOffset Earliest(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static CertificateAuthority OpenAuthority(SecretDirectory directory, string name, string commonName, PkiOptions options, TimeProvider time)
    {
        var certificate = name + ".crt";
        if (!directory.Has(certificate))
        {
            if (directory.Has(ApiServerName + ".crt"))
                throw new PkiException($"The file {directory.PathOf(certificate)} is missing while certificates issued by it are still there; restore it, or remove the whole directory to start a new cluster.");
            var created = CertificateAuthority.Create(commonName, options.AuthorityLifetime, time);
            created.Export().Write(directory, name);
            return created;
        }
        CertificateAuthority authority;
        try
        {
            authority = CertificateAuthority.Load(KeyedCertificate.Read(directory, name), time);
        }
        catch (CryptographicException e)
        {
            throw new PkiException($"The file {directory.PathOf(certificate)} cannot be used: {e.Message}", e);
        }
        return new DateTimeOffset(authority.Certificate.NotAfter) > time.GetUtcNow()
            ? authority
            : throw new PkiException($"The certificate authority in {directory.PathOf(certificate)} has expired on {authority.Certificate.NotAfter:yyyy-MM-dd}.");
    }

    private static ECDsa OpenServiceAccountKey(SecretDirectory directory)
    {
        if (!directory.Has(ServiceAccountKeyFile))
        {
            var created = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            directory.Write(ServiceAccountKeyFile, created.ExportPkcs8PrivateKeyPem() + "\n");
            return created;
        }
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(directory.Read(ServiceAccountKeyFile));
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new PkiException($"The service account key {directory.PathOf(ServiceAccountKeyFile)} is damaged: {e.Message}", e);
        }
    }

    private X509Certificate2 Current(string name, CertificateAuthority authority, CertificateProfile profile)
    {
        if (_directory.Has(name + ".crt") && _directory.Has(name + ".key"))
        {
            var kept = KeyedCertificate.Read(_directory, name).Load();
            if (IsUsable(kept, authority, profile))
                return kept;
            kept.Dispose();
        }
        var issued = authority.Issue(profile);
        issued.Write(_directory, name);
        return issued.Load();
    }

    private KeyedCertificate Kept(string file, string user, string group)
    {
        var profile = ClientProfile(user, [group]);
        using var current = Current(file, Authority, profile);
        return KeyedCertificate.Read(_directory, file);
    }

    private bool IsUsable(X509Certificate2 certificate, CertificateAuthority authority, CertificateProfile profile) =>
        !CertificateTrust.IsDueForRenewal(certificate, _time.GetUtcNow())
        && CertificateTrust.IsIssuedBy(certificate, authority.Certificate, profile.Usage, _time)
        && CertificateTrust.Covers(certificate, profile.DnsNames, profile.Addresses);

    private CertificateProfile ClientProfile(string user, IReadOnlyList<string> groups) =>
        new() { CommonName = user, Organizations = groups, Usage = CertificateUsage.Client, Lifetime = _options.CertificateLifetime };

    private CertificateProfile ServingProfile() => new()
    {
        CommonName = "kube-apiserver",
        Usage = CertificateUsage.Server,
        DnsNames = _options.ServingDnsNames,
        Addresses = _options.ServingAddresses,
        Lifetime = _options.CertificateLifetime,
    };

    private CertificateProfile ProcessProfile() => new()
    {
        CommonName = _options.HostName,
        Organizations = [ServerOrganization],
        Usage = CertificateUsage.Both,
        DnsNames = ["localhost", _options.HostName, .. _options.ExtraDnsNames],
        Addresses = _options.ServingAddresses,
        Lifetime = _options.CertificateLifetime,
    };
}

/// <summary>What all control-plane processes of a cluster have in common. Whoever holds it is the cluster.</summary>
/// <param name="Authority">The authority of users, nodes and API servers.</param>
/// <param name="ProcessAuthority">The authority of processes.</param>
/// <param name="ServiceAccountKeyPem">The key that signs service account tokens.</param>
public sealed record SharedKeys(KeyedCertificate Authority, KeyedCertificate ProcessAuthority, string ServiceAccountKeyPem);

/// <summary>The certificates of a node agent, both for one key that never leaves its machine.</summary>
/// <param name="ClientPem">For the API, as <c>system:node:NAME</c>.</param>
/// <param name="ProcessPem">For its own HTTPS port and for both ends of Akka's connections. Its common name is the node's name.</param>
public sealed record AgentCertificates(string ClientPem, string ProcessPem);
