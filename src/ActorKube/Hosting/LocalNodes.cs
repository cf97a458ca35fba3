using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.CommandLine;
using ActorKube.NodeAgent.Hosting;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>The node agents inside a control-plane process, as <c>up</c> has them.</summary>
internal sealed class LocalNodes : IAsyncDisposable
{
    private const int ClaimsAtOnce = 64;

    private readonly NodeAgentShared _shared;
    private readonly List<NodeAgentHost> _agents = [];
    private readonly List<AgentRuntime> _runtimes = [];

    private LocalNodes(NodeAgentShared shared) => _shared = shared;

    /// <summary>Starts agents named <c>node-1</c>, <c>node-2</c> ….</summary>
    /// <exception cref="UserError">A node of that name is run by an agent of its own.</exception>
    public static async Task<LocalNodes> StartAsync(ControlPlane plane, int count, RuntimeChoice runtime, Config settings, ILoggerFactory loggers, CancellationToken cancel)
    {
        var address = LocalAddresses.Primary();
        var first = AgentSettings.Read(settings, NameOf(1), address) with { Identity = plane.Api.LocalAgents };
        await Parallel.ForEachAsync(Enumerable.Range(1, count), new ParallelOptions { MaxDegreeOfParallelism = ClaimsAtOnce, CancellationToken = cancel }, async (i, stop) => await ClaimAsync(plane, NameOf(i), stop));
        var nodes = new LocalNodes(new NodeAgentShared(plane.Api.ClientOf(AgentUser(first.NodeName)), TimeProvider.System) { TakesAnyPort = true });
        try
        {
            for (var i = 1; i <= count; i++)
                nodes._agents.Add(await nodes.StartOneAsync(plane, first with { NodeName = NameOf(i) }, address, runtime, loggers, cancel));
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_agents.Select(a => a.DisposeAsync().AsTask()));
        await Task.WhenAll(_runtimes.Select(r => r.DisposeAsync().AsTask()));
        await _shared.DisposeAsync();
    }

    private static async Task ClaimAsync(ControlPlane plane, string node, CancellationToken cancel)
    {
        if (await plane.Api.ClaimNodeAsync(node, cancel) is { } fact)
            throw new UserError($"{fact}: stop that one, or start with fewer --nodes.");
    }

    private Task<NodeAgentHost> StartOneAsync(ControlPlane plane, NodeAgentSettings agent, IPAddress address, RuntimeChoice runtime, ILoggerFactory loggers, CancellationToken cancel)
    {
        // Made when somebody connects to the node: most of thousands never see a connection.
        var certificate = new RenewedCertificate(() => ProcessCertificate(plane.Pki, agent.NodeName, address), TimeProvider.System);
        var server = new NodeServerOptions(() => certificate.Current, new X509Certificate2Collection(plane.Pki.Authority.Certificate));
        var opened = runtime.Open(agent, TimeProvider.System);
        _runtimes.Add(opened);
        return NodeAgentHost.StartAsync(
            plane.Cluster.System, agent, plane.Api.ClientOf(AgentUser(agent.NodeName)), opened, TimeProvider.System, loggers, server, _shared,
            report => plane.Api.ReportUsage(agent.NodeName, report), cancel);
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"node-{number}");

    private static UserInfo AgentUser(string node) => new(WellKnownUsers.NodePrefix + node) { Groups = [WellKnownUsers.Nodes, WellKnownUsers.Authenticated] };

    private static X509Certificate2 ProcessCertificate(ClusterPki pki, string node, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={node}"), key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        return new KeyedCertificate(pki.IssueAgent(node, [], [address], request).ProcessPem, key.ExportPkcs8PrivateKeyPem()).Load();
    }
}
