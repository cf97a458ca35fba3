using ActorKube.Machinery.Client;

namespace ActorKube.Controllers.Hosting;

/// <summary>What the controllers of one workspace need from the process they run in.</summary>
public sealed record ControllerServices
{
    /// <summary>User of the shared informers; it has to be allowed to list and watch everything, as upstream's role of that name is.</summary>
    public const string InformerUser = "system:kube-controller-manager";

    /// <summary>The workspace.</summary>
    public string Workspace { get; init; } = Protocol.Store.ResourceId.RootWorkspace;

    /// <summary>A client that acts as a user.</summary>
    public required Func<string, IResourceClient> ClientFor { get; init; }

    /// <summary>
    /// A client that acts as a user and, from its first write, for one incarnation of a role; each call is another incarnation. Null where the API knows no tenures: then what an earlier incarnation has
    /// on its way may happen after its successor has begun.
    /// </summary>
    public Func<string, string, ITenuredClient>? TenuredClientFor { get; init; }

    /// <summary>What the API serves.</summary>
    public required IResourceCatalog Catalog { get; init; }

    /// <summary>The CA bundle that pods verify the API server with, PEM.</summary>
    public required string RootCa { get; init; }

    /// <summary>Networks of service addresses, as the API server has them; no node gets a part of one.</summary>
    public IReadOnlyList<System.Net.IPNetwork> ServiceNetworks { get; init; } = [];

    /// <summary>Work with the keys of this process.</summary>
    public required ClusterKeys Keys { get; init; }

    /// <summary>The clock and the timers.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Source of chance in [0, 1), for jitter.</summary>
    public required Func<double> Random { get; init; }
}
