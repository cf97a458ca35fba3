using System.Security.Cryptography;
using ActorKube.Api.Schema;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Actors.Endpoint;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Client;
using ActorKube.ApiServer.Http;
using ActorKube.ApiServer.Http.Connections;
using ActorKube.ApiServer.Http.Discovery;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Admission;
using ActorKube.Machinery.Client;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Hosting;

/// <summary>
/// The API server of one process, put together: pipeline, security and edges over a store. Clients work as soon as it is built; <see cref="StartAsync"/> opens
/// the doors and brings in what every cluster has.
/// </summary>
public sealed class ApiServerHost : IAsyncDisposable
{
    private readonly ApiServerInputs _inputs;
    private readonly ClusterSecurity _security;
    private readonly RequestPipeline _pipeline;
    private readonly GatewayServer? _gateway;
    private readonly ReadinessCheck _bootstrap = new("poststarthook/bootstrap");

    /// <summary>Puts it together; nothing listens or runs yet.</summary>
    public ApiServerHost(ApiServerInputs inputs)
    {
        _inputs = inputs;
        var identities = new SystemIdentities();
        var kinds = KindRegistry.BuiltIn(new KindOptions());
        var schemas = new SchemaRegistry();
        _security = new ClusterSecurity(inputs.Pki, inputs.Store, inputs.Security, inputs.Time, identities.NewUid);
        var answers = new SecurityAnswers(_security);
        _pipeline = new RequestPipeline(new PipelineServices
        {
            Store = inputs.Store,
            Kinds = kinds,
            Authorizer = _security.Authorizer,
            Schemas = new KindSchemas(schemas),
            Admission = new AdmissionChain(AdmissionPlugins.InOrder(
                inputs.Store, identities, new DefaultTolerations(), new NodeRestrictionPlugin(_security.NodeRestriction), new PrivilegeEscalationPlugin(_security.Escalation))),
            ServiceAddresses = inputs.ServiceAddresses,
            Tokens = answers,
            Reviews = answers,
            Identities = identities,
            Time = inputs.Time,
        });
        _gateway = inputs.Gateway is { } gateway ? new GatewayServer(gateway, Gateway(gateway, kinds, schemas), inputs.Loggers) : null;
    }

    /// <summary>A client that makes its requests as <paramref name="user"/>, without leaving the process.</summary>
    public IResourceClient ClientOf(UserInfo user) => new InProcessClient(_pipeline, user, _inputs.Time);

    /// <summary>The actor that serves processes outside the control plane; start it under <see cref="Protocol.Endpoint.EndpointProtocol.ActorName"/>.</summary>
    public Props Endpoint()
    {
        var services = new EndpointServices(_security.Authenticator, ClientOf, static bytes => RandomNumberGenerator.Fill(bytes), _inputs.Time);
        return Props.Create(() => new EndpointActor(services));
    }

    /// <summary>Begins to listen, then brings in what every cluster has: namespaces, roles, priority classes, the <c>kubernetes</c> service.</summary>
    /// <returns>The port of the HTTPS edge; 0 when there is none.</returns>
    /// <exception cref="IOException">The address is in use.</exception>
    public async Task<int> StartAsync(CancellationToken cancel)
    {
        _security.Start();
        var port = _gateway is null ? 0 : await _gateway.StartAsync(cancel);
        var client = ClientOf(Administrator);
        await _security.BootstrapAsync(client, cancel);
        await _security.Ready.WaitAsync(cancel);
        _bootstrap.Pass();
        return port;
    }

    /// <summary>Stops the edges first, so that nobody is cut off in the middle.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await _security.DisposeAsync();
    }

    private static UserInfo Administrator { get; } = new(WellKnownUsers.ApiServer) { Groups = [WellKnownUsers.Masters, WellKnownUsers.Authenticated] };

    private ApiGateway Gateway(GatewayOptions options, KindRegistry kinds, SchemaRegistry schemas)
    {
        var metrics = new RequestMetrics();
        var endpoints = new EndpointTable(
        [
            new VersionEndpoint(),
            new HealthEndpoint([_bootstrap, .. _inputs.HealthChecks]),
            new MetricsEndpoint(metrics, _inputs.MetricsSources),
            new DiscoveryEndpoint(kinds),
            new OpenApiEndpoint(kinds, schemas),
            .. _security.Endpoints(_inputs.SeedNodes),
        ]);
        var connections = new ConnectionTable(
        [
            new PodLogHandler(_security.Authorizer, ClientOf(Administrator), new NodeConnection(ClientOf(Administrator), AgentHttp.Create(_inputs.Pki))),
        ]);
        var handler = new ResourceHandler(_pipeline, connections, new RequestLimiter(options.MaxReadsInFlight, options.MaxWritesInFlight), new ResponseShaper(kinds, _inputs.Time));
        var identity = new CallerIdentity(_security.Authenticator, new Impersonation(_security.Authorizer));
        return new ApiGateway(identity, _security.Authorizer, handler, endpoints, metrics, _inputs.Time, _inputs.Loggers.CreateLogger<ApiGateway>());
    }
}
