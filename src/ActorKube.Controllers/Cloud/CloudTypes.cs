using System.Collections.Immutable;

namespace ActorKube.Controllers.Cloud;

/// <summary>One entry of a node's <c>status.addresses</c>.</summary>
internal sealed record NodeAddress(string Type, string Address);

/// <summary>What a cloud knows of a machine; empty where it knows nothing.</summary>
/// <param name="ProviderId">Goes into <c>spec.providerID</c>.</param>
internal sealed record InstanceMetadata(string ProviderId)
{
    public string InstanceType { get; init; } = "";

    public string Zone { get; init; } = "";

    public string Region { get; init; } = "";

    /// <summary>Its addresses; none leaves those that the node reports.</summary>
    public ImmutableArray<NodeAddress> Addresses { get; init; } = [];

    /// <summary>Further labels; those in Kubernetes' own namespaces are left out.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A node that traffic may be led to.</summary>
internal sealed record BalancedNode(string Name, string ProviderId);

/// <summary>One entry of <c>status.loadBalancer.ingress</c>: an address or a name.</summary>
/// <param name="Ip">Empty for a name.</param>
/// <param name="Hostname">Empty for an address.</param>
/// <param name="IpMode"><c>VIP</c> or <c>Proxy</c>; empty for a name.</param>
internal sealed record Ingress(string Ip, string Hostname, string IpMode)
{
    /// <summary>An address that packets keep as their destination until they are on a node.</summary>
    public static Ingress Vip(string ip) => new(ip, "", "VIP");
}

/// <summary>Where a load balancer is reached.</summary>
internal sealed record LoadBalancerStatus(ImmutableArray<Ingress> Ingress)
{
    public bool Equals(LoadBalancerStatus? other) => other is not null && Ingress.AsSpan().SequenceEqual(other.Ingress.AsSpan());

    public override int GetHashCode() => Ingress.Length;
}

/// <summary>A route to the pods of a node.</summary>
/// <param name="Name">The cloud's name of it; a hint where it is to be made.</param>
/// <param name="TargetNode">The node; empty when the cloud does not know which.</param>
/// <param name="Cidr">The pods' range.</param>
/// <param name="Blackhole">True when its target is gone.</param>
internal sealed record CloudRoute(string Name, string TargetNode, string Cidr, bool Blackhole = false);
