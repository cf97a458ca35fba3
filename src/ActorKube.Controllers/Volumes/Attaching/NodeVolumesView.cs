using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>What a node says of volumes.</summary>
internal sealed class NodeVolumesView : IObjectView<NodeVolumesView>
{
    public required IReadOnlySet<string> InUse { get; init; }

    public required IReadOnlyList<string> Attached { get; init; }

    /// <summary>Whether attaching and detaching is the controller's business.</summary>
    public required bool IsManaged { get; init; }

    /// <summary>Whether pods that have ended keep their volumes.</summary>
    public required bool KeepsOfEnded { get; init; }

    /// <summary>Whether a node may say that it is managed: seen without reading it.</summary>
    public static bool MayBeManaged(StoredObject node) => node.Json.Span.IndexOf("\"volumes.kubernetes.io/controller-managed-attach-detach\""u8) >= 0;

    public static NodeVolumesView Project(StoredObject item)
    {
        var json = item.Edit();
        return new NodeVolumesView
        {
            InUse = json.Items("status", "volumesInUse").Select(static v => v.Text()).ToHashSet(),
            Attached = [.. json.Items("status", "volumesAttached").Select(static v => v.Text("name"))],
            KeepsOfEnded = json.Text("metadata", "annotations", VolumeAnnotations.KeptForEnded) == "true",
            IsManaged = VolumeAnnotations.Has(json, VolumeAnnotations.AttachedByController),
        };
    }
}
