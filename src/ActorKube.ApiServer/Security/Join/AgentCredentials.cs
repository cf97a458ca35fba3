using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>What an agent keeps on disk once it has joined; with it, later starts need no token.</summary>
public sealed class AgentCredentials
{
    private const string ClientFile = "client.crt";
    private const string KeyFile = "node.key";
    private const string SeedNodesFile = "seed-nodes";
    private const string LifeFile = "life";
    private const int MaxSeedNodes = 16;
    private readonly SecretDirectory _directory;

    private AgentCredentials(SecretDirectory directory)
    {
        _directory = directory;
        AuthorityPem = directory.Read("ca.crt");
        ProcessAuthorityPem = directory.Read("process-ca.crt");
        var key = directory.Read(KeyFile);
        Client = new KeyedCertificate(directory.Read(ClientFile), key);
        Process = new KeyedCertificate(directory.Read("process.crt"), key);
        SeedNodes = [.. directory.Read(SeedNodesFile).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        try
        {
            using var client = Client.Load();
            var user = client.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            Node = user.StartsWith(WellKnownUsers.NodePrefix, StringComparison.Ordinal) ? user[WellKnownUsers.NodePrefix.Length..] : throw new CryptographicException($"{user} is no node");
            Process.Load().Dispose();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new PkiException($"The certificates in {directory.Path} are damaged or do not belong to the key: {e.Message}", e);
        }
    }

    /// <summary>The node they are for.</summary>
    public string Node { get; }

    /// <summary>Vouches for API servers.</summary>
    public string AuthorityPem { get; }

    /// <summary>Vouches for processes.</summary>
    public string ProcessAuthorityPem { get; }

    /// <summary>For the API, as <c>system:node:NAME</c>.</summary>
    public KeyedCertificate Client { get; }

    /// <summary>For the agent's HTTPS port and for Akka remoting.</summary>
    public KeyedCertificate Process { get; }

    /// <summary>The Akka cluster's seed nodes as the server named them, or as they were last remembered.</summary>
    public IReadOnlyList<string> SeedNodes { get; private set; }

    /// <summary>When the first of the certificates ends: the agent has to join again then.</summary>
    public DateTimeOffset End => TimeWithin(1);

    /// <summary>When a part of the certificates' life is over, that of the one whose time comes first: 0 is its begin, 1 its end.</summary>
    public DateTimeOffset TimeWithin(double part)
    {
        using var client = X509Certificate2.CreateFromPem(Client.CertificatePem);
        using var process = X509Certificate2.CreateFromPem(Process.CertificatePem);
        var (one, other) = (CertificateTrust.TimeWithin(client, part), CertificateTrust.TimeWithin(process, part));
        return one < other ? one : other;
    }

    /// <summary>Keeps where the cluster can be found: servers come and go in an agent's life. Those known before are kept behind the present ones; they may come back.</summary>
    /// <exception cref="PkiException">The directory cannot be written.</exception>
    public void Remember(IReadOnlyList<string> seedNodes)
    {
        SeedNodes = Merge(seedNodes, SeedNodes);
        _directory.Write(SeedNodesFile, Lines(SeedNodes));
    }

    /// <summary>
    /// The number of the life that begins now, greater than those of all former ones: by what they have left here, whatever the clock says, and by the clock, should an older copy of this directory have been put back.
    /// </summary>
    /// <param name="now">The clock.</param>
    /// <exception cref="PkiException">The directory cannot be read or written.</exception>
    public ulong BeginLife(DateTimeOffset now)
    {
        var last = _directory.Has(LifeFile) && ulong.TryParse(_directory.Read(LifeFile).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kept) ? kept : 0;
        var life = Math.Max(last + 1, (ulong)Math.Max(0, now.ToUnixTimeMilliseconds()));
        _directory.Write(LifeFile, life.ToString(CultureInfo.InvariantCulture) + "\n");
        return life;
    }

    /// <summary>What is on disk, or null when the agent has never joined.</summary>
    /// <exception cref="PkiException">Something is there but damaged.</exception>
    public static AgentCredentials? TryOpen(string path)
    {
        var directory = new SecretDirectory(path);
        return directory.Has(ClientFile) ? new AgentCredentials(directory) : null;
    }

    /// <summary>Makes a key, joins and stores everything, in place of what an earlier join has left.</summary>
    /// <exception cref="PkiException">The server refused or cannot be reached, or the directory cannot be written.</exception>
    public static async Task<AgentCredentials> JoinAsync(string path, JoinClient client, JoinToken token, JoinRequest request, CancellationToken cancel)
    {
        var directory = new SecretDirectory(path);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var grant = await client.JoinAsync(token, request with { SigningRequest = SigningRequest(key, request.Name) }, cancel);
        // Certificates of an earlier key would look damaged if the process died before the next ones are there.
        directory.Delete(ClientFile);
        directory.Write(KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        return Store(directory, grant, []);
    }

    /// <summary>Gets new certificates with the present ones, for the same key: whatever moment the process dies at, key and certificates belong together.</summary>
    /// <exception cref="PkiException">The server refused or cannot be reached; the present certificates are kept.</exception>
    public async Task<AgentCredentials> RenewAsync(JoinClient client, JoinRequest request, CancellationToken cancel)
    {
        using var authority = X509Certificate2.CreateFromPem(AuthorityPem);
        using var present = Client.Load();
        using var key = ECDsa.Create();
        key.ImportFromPem(Client.KeyPem);
        var grant = await client.RenewAsync(authority, present, request with { SigningRequest = SigningRequest(key, request.Name) }, cancel);
        return Store(_directory, grant, SeedNodes);
    }

    private static AgentCredentials Store(SecretDirectory directory, JoinGrant grant, IReadOnlyList<string> known)
    {
        if (grant.Agent is not { } agent)
            throw new PkiException("The server granted no agent certificates.");
        directory.Write("ca.crt", grant.Authority);
        directory.Write("process-ca.crt", grant.ProcessAuthority);
        directory.Write(SeedNodesFile, Lines(Merge(grant.SeedNodes, known)));
        directory.Write("process.crt", agent.ProcessPem);
        directory.Write(ClientFile, agent.ClientPem);
        return new AgentCredentials(directory);
    }

    // Those that are not told of are asked last: who tells may be the one that has lost the others.
    private static string[] Merge(IReadOnlyList<string> told, IReadOnlyList<string> known) => [.. told.Union(known).Take(MaxSeedNodes)];

    private static string Lines(IReadOnlyList<string> values) => string.Join('\n', values) + "\n";

    private static string SigningRequest(ECDsa key, string name) =>
        new CertificateRequest(new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
}
