using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Cloud;

/// <summary>What load balancers need of a service.</summary>
internal sealed class BalancedService : IObjectView<BalancedService>
{
    /// <summary>Keeps a service until its load balancer is gone.</summary>
    public const string Finalizer = "service.kubernetes.io/load-balancer-cleanup";

    private static readonly string[] Concerning =
    [
        "type", "loadBalancerClass", "ports", "sessionAffinity", "sessionAffinityConfig", "loadBalancerIP", "loadBalancerSourceRanges", "externalIPs", "externalTrafficPolicy", "healthCheckNodePort",
        "ipFamilies", "ipFamilyPolicy",
    ];

    public required StoredObject Object { get; init; }

    public required bool IsLoadBalancer { get; init; }

    /// <summary>Somebody else's load balancer is wanted; null for the cloud provider's.</summary>
    public required string? Class { get; init; }

    public required ImmutableArray<string> Families { get; init; }

    public required bool NeedsBothFamilies { get; init; }

    /// <summary><c>spec.loadBalancerIP</c>; empty for any.</summary>
    public required string WantedIp { get; init; }

    public required ImmutableDictionary<string, string> Annotations { get; init; }

    /// <summary>What <c>status.loadBalancer</c> says.</summary>
    public required LoadBalancerStatus Status { get; init; }

    /// <summary>Equal texts ask for the same load balancer.</summary>
    public required string Fingerprint { get; init; }

    public ObjectKey Key => Object.Key;

    public string Uid => Object.Head.Uid;

    public bool HasFinalizer => Object.Head.Finalizers.Contains(Finalizer);

    /// <summary>Whether the cloud provider has to give it a load balancer.</summary>
    public bool IsWanted => IsLoadBalancer && Class is null && Object.Head.Deleted is null;

    /// <summary>Whether what the cloud provider gave it has to go. To one that asked for somebody else's it gave nothing, and the finalizer, which all share, is theirs.</summary>
    public bool NeedsCleanup => HasFinalizer && Class is null && (Object.Head.Deleted is not null || !IsLoadBalancer);

    public static BalancedService Project(StoredObject item)
    {
        var json = item.Edit();
        var spec = json["spec"];
        var annotations = json.Strings("metadata", "annotations").ToImmutableDictionary();
        return new BalancedService
        {
            Object = item,
            IsLoadBalancer = spec.Text("type") == "LoadBalancer",
            Class = spec.Text("loadBalancerClass") is { Length: > 0 } name ? name : null,
            Families = [.. spec.Items("ipFamilies").Select(f => f.Text()).DefaultIfEmpty("IPv4")],
            NeedsBothFamilies = spec.Text("ipFamilyPolicy") == "RequireDualStack",
            WantedIp = spec.Text("loadBalancerIP"),
            Annotations = annotations,
            Status = new LoadBalancerStatus([.. json.Items("status", "loadBalancer", "ingress").Select(i => new Ingress(i.Text("ip"), i.Text("hostname"), i.Text("ipMode")))]),
            Fingerprint = string.Join('\n', Concerning.Select(f => spec.At(f)?.ToJsonString() ?? "").Concat(annotations.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"))),
        };
    }
}
