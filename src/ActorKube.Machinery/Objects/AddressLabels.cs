namespace ActorKube.Machinery.Objects;

/// <summary>Labels of IPAddress objects, by which the allocator of service addresses and the keeper of their ranges know each other's work. Upstream's names.</summary>
public static class AddressLabels
{
    /// <summary>The address's family.</summary>
    public const string IpFamily = "ipaddress.kubernetes.io/ip-family";

    /// <summary>Who keeps the address.</summary>
    public const string ManagedBy = "ipaddress.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/> for addresses of services.</summary>
    public const string Allocator = "ipallocator.k8s.io";
}
