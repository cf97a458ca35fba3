using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What the rules of a pod's parts have to know of the rest of the pod.</summary>
internal sealed class PodContext
{
    private readonly HashSet<string>? _claims;

    /// <summary>Reads it from the spec of a pod.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="metadata">The pod's metadata.</param>
    /// <param name="old">Its spec before; null for a new pod.</param>
    public PodContext(JsonObject spec, JsonObject? metadata, JsonObject? old)
        : this(spec)
    {
        PodName = metadata.Text("name") ?? "";
        IsMirror = PodAnnotationRules.IsMirror(metadata);
        ComparesTolerations = TolerationRules.Compares(old);
    }

    /// <summary>Reads it from the spec of a template, for which some rules do not hold.</summary>
    /// <param name="spec">The spec.</param>
    public PodContext(JsonObject spec)
    {
        GracePeriod = spec.Int64("terminationGracePeriodSeconds") ?? 30;
        HostUsers = spec.Bool("hostUsers") != false;
        RestartPolicy = spec.Text("restartPolicy") ?? "";
        foreach (var (_, claim) in spec.Items("resourceClaims"))
            if (claim.Text("name") is { Length: > 0 } name)
                (_claims ??= []).Add(name);
    }

    /// <summary>The volumes that are well formed, by name; filled in while they are checked.</summary>
    public Dictionary<string, JsonObject> Volumes { get; } = [];

    /// <summary>Name of the pod; null for a template, empty while it is still missing.</summary>
    public string? PodName { get; }

    /// <summary>Whether this is a pod and not a template.</summary>
    public bool IsPod => PodName is not null;

    /// <summary>Whether this is a pod that stands in a file on its node.</summary>
    public bool IsMirror { get; }

    /// <summary>Whether the pod had tolerations that compare numbers before.</summary>
    public bool ComparesTolerations { get; }

    /// <summary>Seconds that the pod has to end.</summary>
    public long GracePeriod { get; }

    /// <summary>Whether the pod's users are the node's.</summary>
    public bool HostUsers { get; }

    /// <summary>What happens with containers that end.</summary>
    public string RestartPolicy { get; }

    /// <summary>Names of the pod's resource claims.</summary>
    public IReadOnlySet<string> Claims => _claims ?? [];
}
