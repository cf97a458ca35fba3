using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>networking.k8s.io/v1.</summary>
internal static class NetworkingKinds
{
    private const string V1 = "networking.k8s.io/v1";

    /// <summary>Routes from outside to services.</summary>
    public static KindStrategy Ingress => new GenericStrategy(Namespaced(V1, "Ingress", "ingresses", "ing").WithStatus().Counted())
    {
        ShownAs = NetworkingColumns.Ingresses,
        NotEnforced = "ingresses are stored but not served yet",
    };

    /// <summary>Who serves ingresses.</summary>
    public static KindStrategy IngressClass => new GenericStrategy(ClusterScoped(V1, "IngressClass", "ingressclasses").Counted()) { ShownAs = NetworkingColumns.Classes };

    /// <summary>Which pods may talk to which.</summary>
    public static KindStrategy NetworkPolicy => new GenericStrategy(Namespaced(V1, "NetworkPolicy", "networkpolicies", "netpol").Counted())
    {
        ShownAs = NetworkingColumns.Policies,
        NotEnforced = "network policies are stored but not enforced yet",
    };
}
