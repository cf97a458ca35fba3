namespace ActorKube.Api.Users;

/// <summary>User and group names with a meaning of their own in Kubernetes.</summary>
public static class WellKnownUsers
{
    /// <summary>Group that may do everything.</summary>
    public const string Masters = "system:masters";
    /// <summary>Group of every authenticated user.</summary>
    public const string Authenticated = "system:authenticated";
    /// <summary>Group of requests without credentials.</summary>
    public const string Unauthenticated = "system:unauthenticated";
    /// <summary>User of requests without credentials.</summary>
    public const string Anonymous = "system:anonymous";
    /// <summary>Group of node agents.</summary>
    public const string Nodes = "system:nodes";
    /// <summary>Prefix of the user name of a node agent; the node's name follows.</summary>
    public const string NodePrefix = "system:node:";
    /// <summary>Group of all service accounts.</summary>
    public const string ServiceAccounts = "system:serviceaccounts";
    /// <summary>Prefix of a service account's user name; <c>namespace:name</c> follows.</summary>
    public const string ServiceAccountPrefix = "system:serviceaccount:";
    /// <summary>Group of bootstrap tokens.</summary>
    public const string Bootstrappers = "system:bootstrappers";
    /// <summary>The scheduler's user.</summary>
    public const string Scheduler = "system:kube-scheduler";
    /// <summary>The API server's own user, for its internal loops.</summary>
    public const string ApiServer = "system:apiserver";

    /// <summary>The user name of a service account.</summary>
    public static string ServiceAccount(string ns, string name) => $"{ServiceAccountPrefix}{ns}:{name}";
}
