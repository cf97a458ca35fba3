using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.ApiServer.Security.Join;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.CommandLine;
using ActorKube.Data;
using ActorKube.NodeAgent.Hosting;
using ActorKube.Protocol.Endpoint.Client;
using ActorKube.Protocol.Hosting;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>A node agent as a process of its own: a member of the cluster with role <c>node</c> that speaks to the API through the actor edge.</summary>
internal sealed class AgentProcess(AgentCredentials credentials, NodeAgentSettings agent, IPAddress address, RuntimeChoice runtime, Config settings, ILoggerFactory loggers)
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private readonly ILogger _log = loggers.CreateLogger<AgentProcess>();

    /// <summary>Looks whether a node can get into a cluster, before anything is changed.</summary>
    /// <exception cref="UserError">The node has never joined and is not told where to, or with what.</exception>
    public static void RequireWayIn(string directory, JoinPlan? join)
    {
        if (File.Exists(Path.Combine(directory, "pki", "node.key")))
            return;
        _ = join?.RequireToken() ?? throw new UserError("This node has not joined a cluster yet: start it with --join HOST:PORT --token TOKEN; make a token on a server with: actorkube token create");
    }

    /// <summary>The node's keys: those of an earlier start, else the ones that joining yields.</summary>
    /// <exception cref="UserError">The node has never joined and is not told where to.</exception>
    /// <exception cref="PkiException">Joining failed, or what is on disk is damaged.</exception>
    public static async Task<AgentCredentials> CredentialsAsync(DataDirectory data, string node, IPAddress address, JoinPlan? join, CancellationToken cancel)
    {
        if (AgentCredentials.TryOpen(data.Pki) is { } kept)
            return kept;
        if (join is null)
            throw new PkiException($"The node's key in {data.Pki} has no certificates: join the cluster again with --join HOST:PORT --token TOKEN.");
        Console.WriteLine($"Joining the cluster at {join.Server}");
        var request = new JoinRequest(JoinRole.Agent, node) { Addresses = [address.ToString()] };
        return await AgentCredentials.JoinAsync(data.Pki, new JoinClient(join.Server, Time), join.RequireToken(), request, cancel);
    }

    /// <summary>Runs until cancelled. When the cluster removes the process, it rejoins while its pods go on.</summary>
    /// <param name="joined">Told the agent's HTTPS port each time it has joined.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(Action<int> joined, CancellationToken cancel)
    {
        using var process = credentials.Process.Load();
        using var processAuthority = X509Certificate2.CreateFromPem(credentials.ProcessAuthorityPem);
        using var authority = X509Certificate2.CreateFromPem(credentials.AuthorityPem);
        using var client = credentials.Client.Load();
        using var key = client.GetECDsaPrivateKey() ?? throw new PkiException("The node's key is not an elliptic-curve key.");
        ClusterSystemOptions Options() => new()
        {
            Roles = [ClusterRoles.Node],
            Identity = new ProcessIdentity(process, shown => CertificateTrust.IsIssuedBy(shown, processAuthority, CertificateUsage.Both, Time)),
            Host = address.ToString(),
            SeedNodes = credentials.SeedNodes,
            ServersChanged = Remember,
            Settings = settings,
            Loggers = loggers,
        };
        await ClusterSystem.KeepAsync(Options, (cluster, ended) => ServeAsync(cluster, process, authority, client, key, joined, ended), cancel);
    }

    // What it knew before is better than nothing when the disk is full.
    private void Remember(IReadOnlyList<Address> servers)
    {
        try
        {
            credentials.Remember([.. servers.Select(s => s.ToString())]);
        }
        catch (PkiException failure)
        {
            AgentLog.CannotRemember(_log, failure.Message);
        }
    }

    private async Task ServeAsync(ClusterSystem cluster, X509Certificate2 process, X509Certificate2 authority, X509Certificate2 client, ECDsa key, Action<int> joined, CancellationToken ended)
    {
        await cluster.Joined.WaitAsync(ended);
        using var api = new EndpointResourceClient(cluster.System, new EndpointOptions
        {
            Servers = () => cluster.Servers,
            Certificate = () => client.RawData,
            Sign = data => key.SignData(data.Span, HashAlgorithmName.SHA256),
        });
        // Several agents may run on one machine: each finds a port of its own.
        await using var shared = new NodeAgentShared(api, Time) { TakesAnyPort = true };
        await using var host = await NodeAgentHost.StartAsync(
            cluster.System, agent, api, runtime, Time, loggers, new NodeServerOptions(() => process, new X509Certificate2Collection(authority)), shared, ended);
        joined(host.Port);
        await ProcessEnd.WaitAsync(ended);
    }
}

/// <summary>What an agent's process says of itself.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(1, LogLevel.Warning, "The addresses of the servers could not be kept for the next start: {Why}")]
    public static partial void CannotRemember(ILogger log, string why);
}
