using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Errors;
using ActorKube.ApiServer.Pipeline.Servers;
using ActorKube.ApiServer.Security.Join;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.CommandLine;
using ActorKube.Data;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Hosting;
using ActorKube.Protocol.Endpoint.Client;
using ActorKube.Protocol.Hosting;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>A node agent as a process of its own: a member of the cluster with role <c>node</c>, or attached to it (ADR 0182), that speaks to the API through the actor edge of any server.</summary>
internal sealed class AgentProcess(AgentRenewal credentials, NodeAgentSettings agent, IPAddress address, RuntimeChoice runtime, Config settings, ILoggerFactory loggers)
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private readonly ILogger _log = loggers.CreateLogger<AgentProcess>();
    private readonly ulong _incarnation = BeginLife(credentials.Current, loggers.CreateLogger<AgentProcess>());
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Looks whether a node can get into a cluster, before anything is changed.</summary>
    /// <exception cref="UserError">The node has never joined and is not told where to, or with what.</exception>
    public static void RequireWayIn(string directory, JoinPlan? join)
    {
        if (File.Exists(Path.Combine(DataDirectory.Reach(directory), "pki", "node.key")))
            return;
        _ = join?.RequireToken() ?? throw new UserError("This node has not joined a cluster yet: start it with --join HOST:PORT --token TOKEN; make a token on a server with: actorkube token create");
    }

    /// <summary>The node's keys: those of an earlier start, else the ones that joining yields.</summary>
    /// <exception cref="UserError">The node has never joined, or has to join again, and is not told where to.</exception>
    /// <exception cref="PkiException">Joining failed, or what is on disk is damaged.</exception>
    public static async Task<AgentCredentials> CredentialsAsync(DataDirectory data, string node, IPAddress address, JoinPlan? join, CancellationToken cancel)
    {
        var kept = AgentCredentials.TryOpen(data.Pki);
        if (kept is not null && kept.Node != node)
            throw new UserError($"The data directory {data.Path} belongs to node {kept.Node}: start with --node-name {kept.Node}, or name another directory with --data.");
        if (kept?.End > Time.GetUtcNow())
            return kept;
        if (join is null)
            throw new UserError((kept is null ? $"The node's key in {data.Pki} has no certificates" : $"The node's certificates in {data.Pki} have ended on {kept.End:yyyy-MM-dd}")
                + "; join the cluster again with --join HOST:PORT --token TOKEN; make a token on a server with: actorkube token create");
        var token = join.RequireToken();
        Console.WriteLine($"Joining the cluster at {join.Server}");
        return await AgentCredentials.JoinAsync(data.Pki, new JoinClient(join.Server, Time), token, Request(node, address), cancel);
    }

    /// <summary>Runs until cancelled. When the cluster removes the process, or its certificates have been renewed, it begins anew while its pods go on.</summary>
    /// <param name="joined">Told the agent's HTTPS port each time it has joined.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UserError">The node is another agent's.</exception>
    public async Task RunAsync(Action<int> joined, CancellationToken cancel)
    {
        // Simulated pods live in it: they go on like real ones.
        await using var opened = runtime.Open(agent, Time);
        await KeepAsync(opened, joined, cancel);
    }

    private Task KeepAsync(AgentRuntime opened, Action<int> joined, CancellationToken cancel) => KeptSystem.RunAsync(
        Start,
        async (system, ended) =>
        {
            await ServeAsync(system, opened, joined, ended);
            // Akka takes its certificate once, at the start of its system: a new system for the new certificates.
            await system.DisposeAsync();
        },
        cancel);

    // A full disk keeps no agent from starting. Without what it left there the clock has to do, and a clock that was set back costs the wait for a dead agent.
    private static ulong BeginLife(AgentCredentials agent, ILogger log)
    {
        try
        {
            return agent.BeginLife(Time.GetUtcNow());
        }
        catch (PkiException failure)
        {
            AgentLog.CannotCount(log, failure.Message);
            return (ulong)Time.GetUtcNow().ToUnixTimeMilliseconds();
        }
    }

    private IProcessSystem Start()
    {
        var options = new ClusterSystemOptions
        {
            Roles = [ClusterRoles.Node],
            Identity = Identity(),
            Host = address.ToString(),
            SeedNodes = credentials.Current.SeedNodes,
            ServersChanged = Remember,
            Settings = settings,
            Loggers = loggers,
        };
        return agent.IsMember ? ClusterSystem.Start(options) : AttachedSystem.Start(options);
    }

    private static JoinRequest Request(string node, IPAddress address) => new(JoinRole.Agent, node) { Addresses = [address.ToString()] };

    private ProcessIdentity Identity()
    {
        var processAuthority = X509Certificate2.CreateFromPem(credentials.Current.ProcessAuthorityPem);
        return new ProcessIdentity(credentials.Current.Process.Load(), shown => CertificateTrust.IsIssuedBy(shown, processAuthority, CertificateUsage.Both, Time));
    }

    private void Use(AttachedSystem system, IReadOnlyList<Address> told)
    {
        Remember(told);
        system.Servers = [.. credentials.Current.SeedNodes.Select(Address.Parse)];
    }

    // What it knew before is better than nothing when the disk is full.
    private void Remember(IReadOnlyList<Address> servers)
    {
        try
        {
            credentials.Current.Remember([.. servers.Select(s => s.ToString())]);
        }
        catch (PkiException failure)
        {
            AgentLog.CannotRemember(_log, failure.Message);
        }
    }

    /// <summary>Is over when the certificates have been renewed.</summary>
    private async Task ServeAsync(IProcessSystem system, AgentRuntime runs, Action<int> joined, CancellationToken ended)
    {
        await system.Joined.WaitAsync(ended);
        using var authority = X509Certificate2.CreateFromPem(credentials.Current.AuthorityPem);
        using var process = credentials.Current.Process.Load();
        using var client = credentials.Current.Client.Load();
        using var key = client.GetECDsaPrivateKey() ?? throw new PkiException("The node's key is not an elliptic-curve key.");
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var api = new EndpointResourceClient(system.System, new EndpointOptions
        {
            Incarnation = _incarnation,
            Random = ProcessRandom.Fill,
            // A member hears of servers by gossip.
            ServersKnown = system is AttachedSystem attached ? told => Use(attached, told) : null,
            Opened = () => opened.TrySetResult(),
            NodeTaken = why => _taken.TrySetException(new UserError(why)),
            Servers = () => system.Servers,
            Certificate = () => client.RawData,
            Sign = data => key.SignData(data.Span, HashAlgorithmName.SHA256),
        });
        // Nothing is touched, on this machine or in the cluster, before a server has said that the node is this agent's.
        await await Task.WhenAny(opened.Task, _taken.Task).WaitAsync(ended);
        // Several agents may run on one machine: each finds a port of its own.
        await using var shared = new NodeAgentShared(api, Time) { TakesAnyPort = true };
        await using var host = await NodeAgentHost.StartAsync(
            system.System, agent with { Identity = AgentIdentity.Of(client.PublicKey.ExportSubjectPublicKeyInfo(), _incarnation) }, api, runs, Time, loggers, new NodeServerOptions(() => process, new X509Certificate2Collection(authority)), shared,
            api.Report, ended);
        joined(host.Port);
        await await Task.WhenAny(credentials.NextAsync((present, cancel) => RenewAsync(present, api, cancel), ended), _taken.Task);
    }

    private async Task<AgentCredentials> RenewAsync(AgentCredentials present, IResourceClient api, CancellationToken cancel)
    {
        var failure = new PkiException("no server can be reached");
        foreach (var server in await ServersAsync(api, cancel))
            try
            {
                return await present.RenewAsync(new JoinClient(server, Time), Request(agent.NodeName, address), cancel);
            }
            catch (PkiException next)
            {
                failure = next;
            }
        throw failure;
    }

    private static async Task<IReadOnlyList<Uri>> ServersAsync(IResourceClient api, CancellationToken cancel)
    {
        try
        {
            return await PublishedServers.ReadAsync(api, cancel);
        }
        catch (ApiException unknown)
        {
            throw new PkiException($"where the servers are cannot be read: {unknown.Message}", unknown);
        }
    }
}

/// <summary>What an agent's process says of itself.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(1, LogLevel.Warning, "The addresses of the servers could not be kept for the next start: {Why}")]
    public static partial void CannotRemember(ILogger log, string why);

    [LoggerMessage(2, LogLevel.Warning, "The number of this start could not be kept for the next one: {Why}")]
    public static partial void CannotCount(ILogger log, string why);
}
