namespace ActorKube.Controllers.Hosting;

/// <summary>One rule of a role (<c>rbac.authorization.k8s.io/v1 PolicyRule</c>).</summary>
/// <param name="Verbs">Verbs.</param>
/// <param name="Groups">API groups; empty string for core, <c>*</c> for all.</param>
/// <param name="Resources">Resources, with subresource where meant; <c>*</c> for all.</param>
public sealed record PolicyRule(IReadOnlyList<string> Verbs, IReadOnlyList<string> Groups, IReadOnlyList<string> Resources)
{
    /// <summary>The only objects that are meant; empty for all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>A rule from lists separated by spaces; a dash stands for the core group.</summary>
    public static PolicyRule Of(string verbs, string groups, string resources) =>
        new(verbs.Split(' '), [.. groups.Split(' ').Select(g => g == "-" ? "" : g)], resources.Split(' '));

    /// <summary>What every controller that records events needs.</summary>
    public static readonly PolicyRule Events = Of("create update patch", "- events.k8s.io", "events");
}

/// <summary>The ClusterRole of a controller and the service account it is bound to, for the API server's bootstrap policy.</summary>
/// <param name="ServiceAccount">Name of the service account in <c>kube-system</c>.</param>
/// <param name="Rules">What it may do.</param>
public sealed record ControllerRole(string ServiceAccount, IReadOnlyList<PolicyRule> Rules)
{
    /// <summary>Namespace of all controllers' service accounts.</summary>
    public const string Namespace = "kube-system";

    /// <summary>Name of the ClusterRole and of its binding.</summary>
    public string Name => $"system:controller:{ServiceAccount}";

    /// <summary>Name of the user that the controller acts as.</summary>
    public string User { get; init; } = Api.Users.WellKnownUsers.ServiceAccount(Namespace, ServiceAccount);

    /// <summary>False for controllers whose user has what they need from elsewhere: roles in single namespaces, or the role of kube-controller-manager itself.</summary>
    public bool HasClusterRole { get; init; } = true;
}
