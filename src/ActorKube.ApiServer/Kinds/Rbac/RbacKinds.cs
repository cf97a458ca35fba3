using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Rbac;

/// <summary>rbac.authorization.k8s.io/v1. Their names may contain colons and more.</summary>
internal static class RbacKinds
{
    private const string V1 = "rbac.authorization.k8s.io/v1";

    /// <summary>Who has a cluster role everywhere.</summary>
    public static KindStrategy ClusterRoleBinding => Of(ClusterScoped(V1, "ClusterRoleBinding", "clusterrolebindings"), RbacColumns.Bindings);

    /// <summary>What may be done anywhere.</summary>
    public static KindStrategy ClusterRole => Of(ClusterScoped(V1, "ClusterRole", "clusterroles"), RbacColumns.Roles);

    /// <summary>Who has a role in a namespace.</summary>
    public static KindStrategy RoleBinding => Of(Namespaced(V1, "RoleBinding", "rolebindings"), RbacColumns.Bindings);

    /// <summary>What may be done in a namespace.</summary>
    public static KindStrategy Role => Of(Namespaced(V1, "Role", "roles"), RbacColumns.Roles);

    private static GenericStrategy Of(KindFacts facts, IReadOnlyList<TableColumn> columns) => new(facts) { ShownAs = columns, Naming = ObjectNames.PathSegment, CreatesOnUpdate = true };
}
