using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Rbac;

/// <summary>rbac.authorization.k8s.io/v1. Their names may contain colons and more.</summary>
internal static class RbacKinds
{
    private const string V1 = "rbac.authorization.k8s.io/v1";

    /// <summary>Who has a cluster role everywhere.</summary>
    public static KindStrategy ClusterRoleBinding => new RoleBindingStrategy(ClusterScoped(V1, "ClusterRoleBinding", "clusterrolebindings"));

    /// <summary>What may be done anywhere.</summary>
    public static KindStrategy ClusterRole => new RoleStrategy(ClusterScoped(V1, "ClusterRole", "clusterroles"));

    /// <summary>Who has a role in a namespace.</summary>
    public static KindStrategy RoleBinding => new RoleBindingStrategy(Namespaced(V1, "RoleBinding", "rolebindings"));

    /// <summary>What may be done in a namespace.</summary>
    public static KindStrategy Role => new RoleStrategy(Namespaced(V1, "Role", "roles"));
}
