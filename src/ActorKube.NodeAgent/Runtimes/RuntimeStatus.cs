namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Who the runtime is.</summary>
/// <param name="Name">Name as in <c>containerRuntimeVersion</c> of the node status: <c>containerd</c>, <c>cri-o</c>, <c>simulated</c>.</param>
/// <param name="Version">Version of the runtime.</param>
/// <param name="ApiVersion">Version of the interface it speaks.</param>
internal sealed record RuntimeVersion(string Name, string Version, string ApiVersion);

/// <summary>One condition of the runtime.</summary>
/// <param name="Type">One of the <see cref="RuntimeStatus"/> constants, or one of the runtime's own.</param>
/// <param name="Status">Whether it holds.</param>
/// <param name="Reason">CamelCase reason when it does not hold.</param>
/// <param name="Message">For people.</param>
internal sealed record RuntimeCondition(string Type, bool Status, string Reason, string Message);

/// <summary>A runtime handler, what RuntimeClass names.</summary>
/// <param name="Name">Its name; empty for the default handler.</param>
/// <param name="RecursiveReadOnlyMounts">Whether read-only mounts can include their submounts.</param>
/// <param name="UserNamespaces">Whether pods can have user namespaces.</param>
internal sealed record RuntimeHandler(string Name, bool RecursiveReadOnlyMounts, bool UserNamespaces);

/// <summary>What the runtime says about itself.</summary>
/// <param name="Conditions">All conditions reported.</param>
/// <param name="Handlers">The runtime handlers; empty where the runtime does not tell (containerd before 2.0).</param>
internal sealed record RuntimeStatus(IReadOnlyList<RuntimeCondition> Conditions, IReadOnlyList<RuntimeHandler> Handlers)
{
    /// <summary>Whether it can leave out the groups that an image gives its user (<c>supplementalGroupsPolicy: Strict</c>); one that does not tell adds them without a word.</summary>
    public bool StrictGroups { get; init; }

    /// <summary>Type of the condition that says that containers can be run.</summary>
    public const string RuntimeReady = "RuntimeReady";

    /// <summary>Type of the condition that says that pods get a network.</summary>
    public const string NetworkReady = "NetworkReady";

    /// <summary>The condition of that type; a missing one does not hold.</summary>
    public RuntimeCondition Condition(string type) =>
        Conditions.FirstOrDefault(c => c.Type == type) ?? new RuntimeCondition(type, Status: false, "NotReported", $"The runtime does not report {type}.");
}
