using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.NodeAgent.Hosting;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>The node agents inside a control-plane process, as <c>up</c> has them.</summary>
internal sealed class LocalNodes : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();

    /// <summary>Starts agents named <c>node-1</c>, <c>node-2</c> ….</summary>
    public static async Task<LocalNodes> StartAsync(ControlPlane plane, int count, RuntimeChoice runtime, Config settings, ILoggerFactory loggers, CancellationToken cancel)
    {
        var nodes = new LocalNodes();
        var shared = new NodeAgentShared(plane.Api.ClientOf(AgentUser("node-1")), TimeProvider.System);
        nodes._parts.Push(shared);
        for (var i = 1; i <= count; i++)
            await nodes.StartOneAsync(plane, $"node-{i}", runtime, settings, shared, loggers, cancel);
        return nodes;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
    }

    private async Task StartOneAsync(ControlPlane plane, string name, RuntimeChoice runtime, Config settings, NodeAgentShared shared, ILoggerFactory loggers, CancellationToken cancel)
    {
        var address = LocalAddresses.Primary();
        // Agents of one process cannot share a port: each takes a free one and says so in its Node object.
        var agentSettings = NodeAgentConfig.Read(settings, name, [address.ToString()]) with { Port = 0 };
        var certificate = ProcessCertificate(plane.Pki, name, address);
        var server = new NodeServerOptions(() => certificate, new X509Certificate2Collection(plane.Pki.Authority.Certificate));
        _parts.Push(await NodeAgentHost.StartAsync(
            plane.Cluster.System, agentSettings, plane.Api.ClientOf(AgentUser(name)), runtime, TimeProvider.System, loggers, server, shared, cancel));
    }

    private static UserInfo AgentUser(string node) => new(WellKnownUsers.NodePrefix + node) { Groups = [WellKnownUsers.Nodes, WellKnownUsers.Authenticated] };

    private static X509Certificate2 ProcessCertificate(ClusterPki pki, string node, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={node}"), key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        return new KeyedCertificate(pki.IssueAgent(node, [], [address], request).ProcessPem, key.ExportPkcs8PrivateKeyPem()).Load();
    }
}
