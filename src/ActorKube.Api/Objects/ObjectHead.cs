using ActorKube.Api.Names;

namespace ActorKube.Api.Objects;

/// <summary>The part of an object's metadata that the machinery itself works with.</summary>
public sealed record ObjectHead
{
    /// <summary>Namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary><c>metadata.uid</c>; identifies the incarnation.</summary>
    public string Uid { get; init; } = "";

    /// <summary><c>metadata.resourceVersion</c>; 0 when the object has none.</summary>
    public long Revision { get; init; }

    /// <summary><c>metadata.generation</c>; 0 when the object has none.</summary>
    public long Generation { get; init; }

    /// <summary><c>metadata.labels</c>.</summary>
    public Labels Labels { get; init; }

    /// <summary><c>metadata.ownerReferences</c>.</summary>
    public IReadOnlyList<OwnerReference> Owners { get; init; } = [];

    /// <summary><c>metadata.finalizers</c>.</summary>
    public IReadOnlyList<string> Finalizers { get; init; } = [];

    /// <summary><c>metadata.creationTimestamp</c>.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary><c>metadata.deletionTimestamp</c>: set while the object waits for finalizers or its grace period.</summary>
    public DateTimeOffset? Deleted { get; init; }

    /// <summary><c>metadata.deletionGracePeriodSeconds</c>, while <see cref="Deleted"/> is set.</summary>
    public long? DeletionGraceSeconds { get; init; }

    /// <summary>The entry of <see cref="Owners"/> that is the managing controller, or null.</summary>
    public OwnerReference? Controller => Owners.FirstOrDefault(o => o.Controller);

    /// <summary>Reads the metadata of an encoded object; everything else is skipped over.</summary>
    /// <exception cref="FormatException">The bytes are not an object with metadata.</exception>
    public static ObjectHead Read(ReadOnlySpan<byte> json) => new ObjectHeadReader(json).Read();
}
