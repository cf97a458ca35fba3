using ActorKube.Api.Schema;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Allocation.Repair;
using ActorKube.ApiServer.Trail;
using ActorKube.ApiServer.Client;
using ActorKube.ApiServer.Components;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline.Bootstrap;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Usage;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Recording;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>The request pipeline of one process, put together: what edges, components and the composition root build on.</summary>
public sealed class ApiServerCore
{
    private readonly PipelineServices _services;
    private readonly AddressRange _addresses;
    private readonly ReservationRepair _repair;
    private readonly TimeSpan _repairInterval;
    private readonly TimeSpan _upkeepInterval;

    /// <summary>Puts it together; nothing is read or written yet.</summary>
    /// <param name="store">Where objects are.</param>
    /// <param name="security">Who may do what.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of what goes wrong behind requests.</param>
    /// <param name="components">The parts of the control plane whose state is shown; null for none.</param>
    /// <exception cref="ArgumentException">Settings that make no sense.</exception>
    public ApiServerCore(IResourceStore store, ClusterSecurity security, ApiServerOptions options, TimeProvider time, ILogger log, IReadOnlyList<ComponentProbe>? components = null)
        : this(store, security, options, new SystemIdentities(), time, log, components ?? [])
    {
    }

    internal ApiServerCore(
        IResourceStore store, ClusterSecurity security, ApiServerOptions options, IIdentitySource identities, TimeProvider time, ILogger log, IReadOnlyList<ComponentProbe> components,
        params IReadOnlyList<IAdmissionPlugin> last)
    {
        options.Validate();
        _addresses = new AddressRange(options.ServiceRange);
        var reservations = new Reservations(store, identities, time);
        var ranges = new ServiceRanges(store, _addresses);
        var ports = new PortRange(options.FirstNodePort, options.LastNodePort);
        _repair = new ReservationRepair(store, reservations, ranges, ports, time);
        _repairInterval = options.ServiceRepairInterval;
        _upkeepInterval = options.UpkeepInterval;
        Kinds = KindRegistry.BuiltIn(new KindOptions { EventTtl = options.EventTtl, Time = time });
        Schemas = new SchemaRegistry();
        Usage = new UsageBoard(options.UsageRetention, time);
        Changes = new ChangeTrail(store, options.ChangesKept, log);
        _services = new PipelineServices
        {
            Store = store,
            Kinds = Kinds,
            Authorizer = security.Authorizer,
            Schemas = new KindSchemas(Schemas),
            Admission = new AdmissionChain(AdmissionPlugins.InOrder(
                store,
                identities,
                time,
                new DefaultTolerations(options.NotReadyTolerationSeconds, options.UnreachableTolerationSeconds),
                options.LimitedResources,
                [.. security.AdmissionPlugins, .. last])),
            ServiceAddresses = new ServiceAllocator(reservations, ranges, ports, identities),
            Tokens = security.Tokens,
            Reviews = security.Reviews,
            Usage = Usage,
            Changes = Changes,
            Components = components,
            Identities = identities,
            Time = time,
            Options = new PipelineOptions { MinimumWatch = options.MinimumWatch, PatchAttempts = options.PatchAttempts, DeleteBatch = options.DeleteBatch },
        };
        Pipeline = new RequestPipeline(_services);
    }

    /// <summary>The pipeline.</summary>
    public IRequestPipeline Pipeline { get; }

    /// <summary>What nodes and pods use, as their agents report it.</summary>
    public UsageBoard Usage { get; }

    /// <summary>Who changed what.</summary>
    internal ChangeTrail Changes { get; }

    /// <summary>The schemas of what is served.</summary>
    public SchemaRegistry Schemas { get; }

    /// <summary>What is served.</summary>
    internal KindRegistry Kinds { get; }

    /// <summary>A client in this process.</summary>
    /// <param name="user">Whom its requests are made as.</param>
    /// <param name="workspace">Which Kubernetes API it speaks to.</param>
    public IResourceClient ClientOf(UserInfo user, string workspace = ResourceId.RootWorkspace) => new InProcessClient(Pipeline, user, _services.Time, workspace);

    /// <summary>A client in this process for one incarnation of a role that only one may have at a time.</summary>
    /// <param name="user">Whom its requests are made as.</param>
    /// <param name="role">Name of the role.</param>
    /// <param name="workspace">Which Kubernetes API it speaks to.</param>
    public ITenuredClient TenuredClientOf(UserInfo user, string role, string workspace = ResourceId.RootWorkspace) =>
        new TenuredClient(Pipeline, user, new Tenure(role, _services.Identities.NewUid()), _services.Time, workspace);

    /// <summary>Creates what every cluster has, where it is missing, and deletes what is not to be kept. Idempotent, and fast when nothing is.</summary>
    /// <param name="client">A client in <c>system:masters</c>.</param>
    /// <param name="port">Port of the control-plane processes.</param>
    /// <param name="cancel">Ends waiting.</param>
    public async Task BootstrapAsync(IResourceClient client, int port, CancellationToken cancel)
    {
        foreach (var step in BootstrapSteps.InOrder(_addresses, port, _services.Time))
            await step.RunAsync(client, cancel);
        await Changes.ForgetUnwantedAsync(ResourceId.RootWorkspace, cancel);
    }

    /// <summary>Keeps services and what is reserved for them in step until disposed; at once, and then again and again.</summary>
    /// <param name="client">A client in <c>system:masters</c>.</param>
    /// <param name="log">Told of rounds that fail.</param>
    public IAsyncDisposable RepairServices(IResourceClient client, ILogger log)
    {
        var watch = new AddressWatch(_services.Store, ResourceId.RootWorkspace, _services.Time, log);
        return new ServiceRepairLoop(_repair, watch, client, _repairInterval, _services.Time, log);
    }

    /// <summary>Keeps what every cluster has as it has to be, until disposed.</summary>
    /// <param name="client">A client in <c>system:masters</c>.</param>
    /// <param name="port">Port of the control-plane processes.</param>
    /// <param name="log">Told of rounds that fail.</param>
    public IAsyncDisposable KeepUp(IResourceClient client, int port, ILogger log)
    {
        var events = new EventRecorder(client, new EventSource("kubernetes-service-cidr-controller"), _services.Time);
        return new StepLoop(BootstrapSteps.Kept(_addresses, port, _services.Time, events.Record), events, client, _upkeepInterval, _services.Time, log);
    }
}
