using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Cloud;

/// <summary>A call to the cloud provider.</summary>
internal abstract record CloudCall : OutsideCall
{
    public abstract Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel);

    protected static T Part<T>(T? part)
        where T : class => part ?? throw new InvalidOperationException("the cloud provider has no such thing");

    protected static async Task<object?> Result<T>(Task<T> call) => await call;

    protected static async Task<object?> Done(Task call)
    {
        await call;
        return null;
    }
}

internal sealed record DescribeInstance(CloudNode Node) : CloudCall
{
    public override string Verb => "describe";

    public override string Target => "instances";

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Result(Part(cloud.Instances).DescribeAsync(Node, cancel));
}

internal sealed record InstanceExists(CloudNode Node) : CloudCall
{
    public override string Verb => "find";

    public override string Target => "instances";

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Result(Part(cloud.Instances).ExistsAsync(Node, cancel));
}

internal sealed record InstanceIsShutDown(CloudNode Node) : CloudCall
{
    public override string Verb => "look";

    public override string Target => "instances";

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Result(Part(cloud.Instances).IsShutDownAsync(Node, cancel));
}

internal sealed record FindBalancer(BalancedService Service) : CloudCall
{
    public override string Verb => "find";

    public override string Target => "loadbalancers";

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Result(Part(cloud.LoadBalancers).FindAsync(Service, cancel));
}

internal sealed record EnsureBalancer(BalancedService Service, ImmutableArray<BalancedNode> Nodes) : CloudCall
{
    public override string Verb => "ensure";

    public override string Target => "loadbalancers";

    public override bool Changes => true;

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Result(Part(cloud.LoadBalancers).EnsureAsync(Service, Nodes, cancel));
}

internal sealed record UpdateBalancer(BalancedService Service, ImmutableArray<BalancedNode> Nodes) : CloudCall
{
    public override string Verb => "update";

    public override string Target => "loadbalancers";

    public override bool Changes => true;

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Done(Part(cloud.LoadBalancers).UpdateAsync(Service, Nodes, cancel));
}

internal sealed record DeleteBalancer(BalancedService Service) : CloudCall
{
    public override string Verb => "delete";

    public override string Target => "loadbalancers";

    public override bool Changes => true;

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Done(Part(cloud.LoadBalancers).DeleteAsync(Service, cancel));
}

internal sealed record ListRoutes : CloudCall
{
    public override string Verb => "list";

    public override string Target => "routes";

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Result(Part(cloud.Routes).ListAsync(cancel));
}

internal sealed record CreateRoute(CloudRoute Route) : CloudCall
{
    public override string Verb => "create";

    public override string Target => "routes";

    public override ObjectKey? Subject => new("", Route.TargetNode);

    public override bool Changes => true;

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Done(Part(cloud.Routes).CreateAsync(Route, cancel));
}

internal sealed record DeleteRoute(CloudRoute Route) : CloudCall
{
    public override string Verb => "delete";

    public override string Target => "routes";

    public override ObjectKey? Subject => new("", Route.TargetNode);

    public override bool Changes => true;

    public override Task<object?> RunAsync(ICloudProvider cloud, CancellationToken cancel) => Done(Part(cloud.Routes).DeleteAsync(Route, cancel));
}
