namespace ActorKube.Controllers.Cloud.Providers;

/// <summary>
/// Machines without a cloud: load balancers are addresses from configured pools; a machine is there as long as its node is. Routes between the pods of different machines are kept by the
/// node agents, so that there is nothing left to do about them here.
/// </summary>
internal sealed class BareMetalCloud(ILoadBalancers balancers) : ICloudProvider, IInstances
{
    public IInstances Instances => this;

    public ILoadBalancers LoadBalancers => balancers;

    public IRoutes? Routes => null;

    public Task<bool> ExistsAsync(CloudNode node, CancellationToken cancel) => Task.FromResult(true);

    public Task<bool> IsShutDownAsync(CloudNode node, CancellationToken cancel) => Task.FromResult(false);

    public Task<InstanceMetadata?> DescribeAsync(CloudNode node, CancellationToken cancel) => Task.FromResult<InstanceMetadata?>(new($"bare-metal://{node.Name}"));
}
