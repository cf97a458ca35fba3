using System.Net;
using System.Security.Cryptography;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Actors.Endpoint;
using ActorKube.ApiServer.Actors.Usage;
using ActorKube.ApiServer.Components;
using ActorKube.ApiServer.Http;
using ActorKube.ApiServer.Http.Connections;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.ApiServer.Http.Discovery;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Pipeline.Bootstrap;
using ActorKube.ApiServer.Pipeline.Servers;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Usage;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Hosting;

/// <summary>
/// The API server of one process: pipeline, security and edges over a store. Clients work as soon as it is built; <see cref="ListenAsync"/> opens the door,
/// <see cref="BootstrapAsync"/> brings in what every cluster has.
/// </summary>
public sealed partial class ApiServerHost : IAsyncDisposable
{
    private readonly ApiServerInputs _inputs;
    private readonly ClusterSecurity _security;
    private readonly ApiServerCore _core;
    private readonly NodeClaims _nodes;
    private readonly CancellationTokenSource _stopping = new();
    private Task _following = Task.CompletedTask;
    private readonly GatewayServer? _gateway;
    private static readonly TimeSpan BootstrapRetry = TimeSpan.FromMilliseconds(500);

    // Refusals in a row after which it is told why the server is not ready: some are part of every take-over.
    private const int RefusalsUntilTold = 6;
    private readonly ReadinessCheck _bootstrap = new("poststarthook/bootstrap");

    private ServerPresence? _presence;
    private IActorRef? _usageRelay;
    private IAsyncDisposable? _repair;
    private IAsyncDisposable? _upkeep;

    /// <summary>Puts it together; nothing listens or runs yet.</summary>
    public ApiServerHost(ApiServerInputs inputs)
    {
        _inputs = inputs;
        _security = new ClusterSecurity(inputs.Pki, inputs.Store, inputs.Security, inputs.Time, new SystemIdentities().NewUid, inputs.Loggers);
        _core = new ApiServerCore(
            inputs.Store, _security, inputs.Options, inputs.Time, inputs.Loggers.CreateLogger<ApiServerHost>(), [StoreProbe.Of(inputs.Store, () => _presence?.Failure), .. inputs.Components]);
        _nodes = new NodeClaims(inputs.Store, inputs.Security.Workspace, ClientOf(Administrator), inputs.Time, inputs.Loggers.CreateLogger<ApiServerHost>());
        _gateway = inputs.Gateway is { } gateway ? new GatewayServer(gateway, Gateway(gateway), inputs.Loggers) : null;
    }

    /// <summary>A client that makes its requests as <paramref name="user"/>, without leaving the process.</summary>
    public IResourceClient ClientOf(UserInfo user) => _core.ClientOf(user);

    /// <summary>A client in this process for one incarnation of a role that only one may have at a time.</summary>
    /// <param name="user">Whom its requests are made as.</param>
    /// <param name="role">Name of the role.</param>
    public ITenuredClient TenuredClientOf(UserInfo user, string role) => _core.TenuredClientOf(user, role);

    /// <summary>What is served, for controllers that work on every resource.</summary>
    public IResourceCatalog Catalog => new RegistryCatalog(_core.Kinds);

    /// <summary>Makes tokens of service accounts for Secrets; see <see cref="ClusterSecurity.TokenForSecret"/>.</summary>
    public string TokenForSecret(ObjectKey account, string uid, string secret) => _security.TokenForSecret(account, uid, secret);

    /// <summary>The actor that serves processes outside the control plane; start it under <see cref="EndpointProtocol.ActorName"/>.</summary>
    public Props Endpoint()
    {
        var services = new EndpointServices(_security.Authenticator, ClientOf, static bytes => RandomNumberGenerator.Fill(bytes), _inputs.Time, ReportUsage, _nodes, _inputs.Servers);
        return Props.Create(() => new EndpointActor(services));
    }

    /// <summary>Starts the actor by which the servers of a cluster tell each other what nodes use.</summary>
    /// <param name="system">Where it lives.</param>
    public void StartUsageRelay(ActorSystem system) =>
        _usageRelay = system.ActorOf(Props.Create(() => new UsageRelay(_core.Usage, _inputs.Servers)), EndpointProtocol.UsageActorName);

    /// <summary>Takes what a node used, from an agent in this process or one whose session is with it; the other servers are told.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="report">What it used.</param>
    public void ReportUsage(string node, UsageReport report)
    {
        _core.Usage.Take(node, report);
        _usageRelay?.Tell(new UsageRelay.Spread(node, report));
    }

    /// <summary>Takes a node for an agent in this process, whose keys are the cluster's own.</summary>
    /// <returns>Which other agent has it; null when it is had.</returns>
    /// <exception cref="ApiException">It cannot be found out.</exception>
    public async Task<string?> ClaimNodeAsync(string node, CancellationToken cancel) => (await _nodes.ClaimAsync(node, LocalAgents, cancel)).Refusal?.Fact;

    /// <summary>What agents in this process are told apart from others by.</summary>
    public AgentIdentity LocalAgents => AgentIdentity.Of(_inputs.Pki.Authority.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), 0);

    /// <summary>Begins to listen; the server is not ready yet.</summary>
    /// <returns>The port of the HTTPS edge; 0 when there is none.</returns>
    /// <exception cref="IOException">The address is in use.</exception>
    public async Task<int> ListenAsync(CancellationToken cancel) => _gateway is null ? 0 : await _gateway.StartAsync(cancel);

    /// <summary>Brings in what every cluster has: namespaces, roles, priority classes, flow control, the <c>kubernetes</c> service. The server is ready then.</summary>
    /// <param name="server">Where pods reach the API of this process.</param>
    /// <param name="cancel">Ends waiting.</param>
    public async Task BootstrapAsync(IPEndPoint server, CancellationToken cancel)
    {
        _security.Start();
        _following = Task.WhenAll(
            _nodes.RunAsync(_stopping.Token),
            new AbandonedLeases(_nodes, ClientOf(Administrator), _inputs.Time, _inputs.Loggers.CreateLogger<AbandonedLeases>()).RunAsync(_stopping.Token));
        var presence = _presence = new ServerPresence(
            ClientOf(Administrator), server, $"{ServerLease.NameOf(server)}_{new SystemIdentities().NewUid()}", _inputs.Time, _inputs.Loggers.CreateLogger<ServerPresence>());
        var log = _inputs.Loggers.CreateLogger<ApiServerHost>();
        for (var refusals = 1; await TryBootstrapAsync(server, presence, cancel) is { } refusal; refusals++)
        {
            if (refusals == RefusalsUntilTold)
                LogWaits(log, refusal.Message);
            await Task.Delay(BootstrapRetry, _inputs.Time, cancel);
        }
        _repair = _core.RepairServices(ClientOf(Administrator), log);
        _upkeep = _core.KeepUp(ClientOf(Administrator), server.Port, log);
        _bootstrap.Pass();
    }

    /// <summary>Stops the edges first, so that nobody is cut off in the middle.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_repair is not null)
            await _repair.DisposeAsync();
        if (_upkeep is not null)
            await _upkeep.DisposeAsync();
        if (_presence is not null)
            await _presence.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await _stopping.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        await _security.DisposeAsync();
    }

    // While resources move from one server to another, or when the journal is late, a step may be refused. Doing them again does no harm.
    private async Task<ApiException?> TryBootstrapAsync(IPEndPoint server, ServerPresence presence, CancellationToken cancel)
    {
        var client = ClientOf(Administrator);
        try
        {
            await _core.BootstrapAsync(client, server.Port, cancel);
            await _security.BootstrapAsync(client, cancel);
            await _security.Ready.WaitAsync(cancel);
            await presence.EnterAsync(cancel);
            await new PublishClusterInfo($"https://{server}", _inputs.Pki.Authority.CertificatePem).RunAsync(client, cancel);
            return null;
        }
        catch (ApiException failure) when (failure.Status.Code is 409 or 429 or 503 or 504)
        {
            return failure;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This server is not ready, and tries on: {Why}")]
    private static partial void LogWaits(ILogger log, string why);

    private static UserInfo Administrator { get; } = new(WellKnownUsers.ApiServer) { Groups = [WellKnownUsers.Masters, WellKnownUsers.Authenticated] };

    private ApiGateway Gateway(GatewayOptions options)
    {
        var metrics = new RequestMetrics(_core.Kinds);
        var limiter = new RequestLimiter(options.Limits.MaxReads, options.Limits.MaxWrites, options.Limits.MaxWatchesPerUser);
        var identity = new CallerIdentity(_security.Authenticator, new Impersonation(_security.Authorizer));
        EndpointTable endpoints = null!;
        endpoints = new EndpointTable(
        [
            new RootEndpoint(() => endpoints.Paths),
            new VersionEndpoint(),
            new HealthEndpoint([_bootstrap, .. _inputs.HealthChecks]),
            new MetricsEndpoint(metrics, [new ServerMetrics(limiter), _security.Metrics, .. _inputs.MetricsSources]),
            new DiscoveryEndpoint(_core.Kinds),
            new OpenApiEndpoint(_core.Kinds, _core.Schemas),
            new DecisionsEndpoint(identity, _security.Authorizer, limiter, _inputs.Decisions, _core.Changes),
            .. _security.Endpoints(_nodes, () => [.. _inputs.Servers().Select(static s => s.ToString())]),
        ]);
        var administrator = ClientOf(Administrator);
        var connections = new ConnectionTable([new PodLogHandler(_security.Authorizer, administrator, new NodeConnection(administrator, AgentHttp.Create(_inputs.Pki, _inputs.Time)))]);
        var handler = new ResourceHandler(
            _core.Pipeline, connections, limiter, new RequestDeadline(options.Limits.RequestTimeout, _inputs.Time), new ResponseShaper(_core.Kinds, _inputs.Time));
        return new ApiGateway(identity, _security.Authorizer, handler, endpoints, metrics, _inputs.Time, _inputs.Loggers.CreateLogger<ApiGateway>());
    }
}
