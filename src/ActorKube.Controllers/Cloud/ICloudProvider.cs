using System.Collections.Immutable;

namespace ActorKube.Controllers.Cloud;

/// <summary>
/// A cloud, or what stands for one: the seam behind which providers are. A part that a provider does not have is null, and the controllers that need it do not run. Every call may take long, may
/// fail with any exception, whose message people read in events, and may have happened although its answer was lost: orders are idempotent. Called by several workers at once.
/// </summary>
internal interface ICloudProvider
{
    /// <summary>Its machines.</summary>
    IInstances? Instances { get; }

    /// <summary>Its load balancers.</summary>
    ILoadBalancers? LoadBalancers { get; }

    /// <summary>Its routes between the pods of different nodes.</summary>
    IRoutes? Routes { get; }
}

/// <summary>The machines of a cloud (upstream: <c>InstancesV2</c>).</summary>
internal interface IInstances
{
    /// <summary>False when the machine is gone for good: its node is then deleted.</summary>
    Task<bool> ExistsAsync(CloudNode node, CancellationToken cancel);

    /// <summary>True when the machine is switched off.</summary>
    Task<bool> IsShutDownAsync(CloudNode node, CancellationToken cancel);

    /// <summary>What the cloud knows of the machine; null when it is not responsible for it.</summary>
    Task<InstanceMetadata?> DescribeAsync(CloudNode node, CancellationToken cancel);
}

/// <summary>The load balancers of a cloud: one for each service that wants one.</summary>
internal interface ILoadBalancers
{
    /// <summary>The service's load balancer; null when it has none.</summary>
    Task<LoadBalancerStatus?> FindAsync(BalancedService service, CancellationToken cancel);

    /// <summary>Makes the load balancer, or makes it as the service is now.</summary>
    Task<LoadBalancerStatus> EnsureAsync(BalancedService service, ImmutableArray<BalancedNode> nodes, CancellationToken cancel);

    /// <summary>Leads the load balancer's traffic to other nodes.</summary>
    Task UpdateAsync(BalancedService service, ImmutableArray<BalancedNode> nodes, CancellationToken cancel);

    /// <summary>Removes the load balancer, if it is there.</summary>
    Task DeleteAsync(BalancedService service, CancellationToken cancel);
}

/// <summary>The routes of a cloud's network.</summary>
internal interface IRoutes
{
    /// <summary>All routes of this cluster.</summary>
    Task<ImmutableArray<CloudRoute>> ListAsync(CancellationToken cancel);

    /// <summary>Makes a route.</summary>
    Task CreateAsync(CloudRoute route, CancellationToken cancel);

    /// <summary>Removes a route, if it is there.</summary>
    Task DeleteAsync(CloudRoute route, CancellationToken cancel);
}
