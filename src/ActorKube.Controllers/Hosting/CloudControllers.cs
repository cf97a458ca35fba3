using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Cloud.Balancers;
using ActorKube.Controllers.Cloud.Instances;
using ActorKube.Controllers.Cloud.Routes;

namespace ActorKube.Controllers.Hosting;

/// <summary>The part of <see cref="ControllerRegistry"/> that is the cloud controller manager; the same rules hold for its names.</summary>
internal static class CloudControllers
{
    public static IReadOnlyList<ControllerDescriptor> All { get; } =
    [
        new("cloud-node-controller", NodeRoles.Node, static (_, o) => new CloudNodes(o.Cloud.NodeSyncInterval)) { Cloud = static (c, _) => c.Instances },
        new("cloud-node-lifecycle-controller", NodeRoles.Node, static (_, o) => new CloudNodeLifecycle(o.Cloud.NodeMonitorPeriod)) { Cloud = static (c, _) => c.Instances },
        new("service-lb-controller", BalancerRole, static (_, _) => new ServiceLoadBalancers())
        {
            Cloud = static (c, _) => c.LoadBalancers,
            Shell = static o => o.Shell with { Backoff = o.Cloud.BalancerBackoff },
            Source = "service-controller",
        },
        new("node-route-controller", RouteRole, static (_, o) => new NodeRoutes([.. o.NodeIpam.Networks.Select(n => n.Network)], o.Cloud.RouteInterval))
        {
            Cloud = static (c, o) => o.RoutesEnabled ? c.Routes : null,
            Shell = static o => o.Shell with { Backoff = o.Cloud.BalancerBackoff with { First = o.Cloud.RouteInterval } },
            Source = "route_controller",
        },
    ];

    /// <summary>The controllers that are to run, with a cloud or without one.</summary>
    public static IReadOnlyList<ControllerDescriptor> Running(ControllersOptions options, ICloudProvider? cloud) =>
        [.. ControllerRegistry.Enabled(options).Where(c => c.Cloud is null || (cloud is not null && c.Cloud(cloud, options.Cloud) is not null))];

    /// <summary>The role of those who give load balancers away.</summary>
    public static ControllerRole BalancerRole => new("service-controller",
    [
        PolicyRule.Of("get list watch", "-", "services"),
        PolicyRule.Of("patch update", "-", "services/status"),
        PolicyRule.Of("list watch", "-", "nodes"),
        PolicyRule.Events,
    ]);

    private static ControllerRole RouteRole => new("route-controller",
    [
        PolicyRule.Of("list watch", "-", "nodes"),
        PolicyRule.Of("patch", "-", "nodes/status"),
        PolicyRule.Events,
    ]);
}
