using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Cloud.Providers.Simulated;

/// <summary>
/// A cloud that is not there. Every node is a machine in one of its zones until a script says otherwise: an annotation of the node, or a test. Load balancers get addresses from pools; routes are
/// remembered in this process alone, as a cloud that loses everything with a restart. Calls can be made slow or failing, by settings, annotations and tests.
/// </summary>
internal sealed class SimulatedCloud(SimulatedCloudOptions options, ILoadBalancers balancers, TimeProvider time, Func<double> random) : ICloudProvider, IInstances, ILoadBalancers, IRoutes
{
    private readonly ConcurrentDictionary<(string Node, string Cidr), CloudRoute> _routes = new();

    /// <summary>Says what becomes of a call before it is answered; for tests.</summary>
    public Func<SimulatedCall, CallScript>? Script { get; set; }

    public IInstances Instances => this;

    public ILoadBalancers LoadBalancers => this;

    public IRoutes Routes => this;

    public async Task<bool> ExistsAsync(CloudNode node, CancellationToken cancel)
    {
        await BeforeAsync("exists", node.Name, node.Annotations, cancel);
        return CloudScripts.StateOf(node) != MachineState.Gone;
    }

    public async Task<bool> IsShutDownAsync(CloudNode node, CancellationToken cancel)
    {
        await BeforeAsync("is-shut-down", node.Name, node.Annotations, cancel);
        return CloudScripts.StateOf(node) == MachineState.Off;
    }

    public async Task<InstanceMetadata?> DescribeAsync(CloudNode node, CancellationToken cancel)
    {
        await BeforeAsync("describe", node.Name, node.Annotations, cancel);
        if (CloudScripts.StateOf(node) == MachineState.Gone)
            throw new InvalidOperationException("instance not found");
        // The same node is in the same zone whoever asks.
        var zone = CloudScripts.ZoneOf(node) ?? options.Zones[(int)(SafeNames.Fnv64(node.Name) % (ulong)options.Zones.Count)];
        return new InstanceMetadata($"simulated://{zone}/{node.Name}")
        {
            Zone = zone,
            Region = options.Region,
            InstanceType = options.InstanceType,
            Addresses = [.. node.Addresses, .. CloudScripts.ExternalAddressesOf(node)],
        };
    }

    public async Task<LoadBalancerStatus?> FindAsync(BalancedService service, CancellationToken cancel)
    {
        await BeforeAsync("find-load-balancer", service.Key.ToString(), service.Annotations, cancel);
        return await balancers.FindAsync(service, cancel);
    }

    public async Task<LoadBalancerStatus> EnsureAsync(BalancedService service, ImmutableArray<BalancedNode> nodes, CancellationToken cancel)
    {
        await BeforeAsync("ensure-load-balancer", service.Key.ToString(), service.Annotations, cancel);
        return await balancers.EnsureAsync(service, nodes, cancel);
    }

    public async Task UpdateAsync(BalancedService service, ImmutableArray<BalancedNode> nodes, CancellationToken cancel)
    {
        await BeforeAsync("update-load-balancer", service.Key.ToString(), service.Annotations, cancel);
        await balancers.UpdateAsync(service, nodes, cancel);
    }

    public async Task DeleteAsync(BalancedService service, CancellationToken cancel)
    {
        await BeforeAsync("delete-load-balancer", service.Key.ToString(), service.Annotations, cancel);
        await balancers.DeleteAsync(service, cancel);
    }

    public async Task<ImmutableArray<CloudRoute>> ListAsync(CancellationToken cancel)
    {
        await BeforeAsync("list-routes", "", ImmutableDictionary<string, string>.Empty, cancel);
        return [.. _routes.Values];
    }

    public async Task CreateAsync(CloudRoute route, CancellationToken cancel)
    {
        await BeforeAsync("create-route", route.TargetNode, ImmutableDictionary<string, string>.Empty, cancel);
        _routes[(route.TargetNode, route.Cidr)] = route;
    }

    public async Task DeleteAsync(CloudRoute route, CancellationToken cancel)
    {
        await BeforeAsync("delete-route", route.TargetNode, ImmutableDictionary<string, string>.Empty, cancel);
        _routes.TryRemove((route.TargetNode, route.Cidr), out _);
    }

    private async Task BeforeAsync(string name, string subject, ImmutableDictionary<string, string> annotations, CancellationToken cancel)
    {
        var script = Script?.Invoke(new SimulatedCall(name, subject)) ?? CloudScripts.Of(annotations, options.Delay);
        if (script.Delay > TimeSpan.Zero)
            await Task.Delay(script.Delay, time, cancel);
        if (script.Error is { } error)
            throw new InvalidOperationException(error);
        if (options.FailureRate > 0 && random() < options.FailureRate)
            throw new InvalidOperationException($"the simulated cloud fails {name}");
    }
}

/// <summary>A call to the simulated cloud.</summary>
/// <param name="Name">For example <c>ensure-load-balancer</c>.</param>
/// <param name="Subject">The node or service; empty for all.</param>
internal readonly record struct SimulatedCall(string Name, string Subject);

/// <summary>What becomes of a call.</summary>
/// <param name="Delay">How long the answer takes.</param>
/// <param name="Error">Why it fails; null when it does not.</param>
internal sealed record CallScript(TimeSpan Delay, string? Error = null)
{
    /// <summary>Answered at once.</summary>
    public static readonly CallScript None = new(TimeSpan.Zero);
}
