using ActorKube.Api.Names;

namespace ActorKube.Protocol.Store;

/// <summary>
/// Names the actor of one resource. Its text form <c>{workspace}/{group}/{plural}</c> is entity id and persistence id at once and never changes.
/// </summary>
/// <param name="Workspace">The Kubernetes API the resource belongs to; <see cref="RootWorkspace"/> exists always.</param>
/// <param name="Resource">The resource.</param>
public readonly record struct ResourceId(string Workspace, GroupResource Resource)
{
    /// <summary>The workspace every cluster has.</summary>
    public const string RootWorkspace = "root";

    /// <summary>A resource of the root workspace.</summary>
    public static ResourceId Root(GroupResource resource) => new(RootWorkspace, resource);

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static ResourceId Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 3 ? new(parts[0], new GroupResource(parts[1], parts[2])) : throw new FormatException($"'{text}' is not workspace/group/plural.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Workspace}/{Resource.Group}/{Resource.Plural}";
}
