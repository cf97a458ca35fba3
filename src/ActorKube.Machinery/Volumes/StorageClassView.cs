using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes;

/// <summary>A storage class as binding and scheduling read it.</summary>
public sealed class StorageClassView : IObjectView<StorageClassView>
{
    /// <summary>A provisioner that makes nothing: the class only has volumes made by hand.</summary>
    public const string NoProvisioner = "kubernetes.io/no-provisioner";

    /// <summary>Provisioners with this prefix were part of Kubernetes once; none of them is any more.</summary>
    public const string InTreePrefix = "kubernetes.io/";

    /// <summary>The class.</summary>
    public required StoredObject Object { get; init; }

    /// <summary><c>provisioner</c>.</summary>
    public required string Provisioner { get; init; }

    /// <summary>True with <c>volumeBindingMode: WaitForFirstConsumer</c>.</summary>
    public required bool WaitsForConsumer { get; init; }

    /// <summary><c>allowVolumeExpansion</c>.</summary>
    public required bool AllowsExpansion { get; init; }

    /// <summary>Nodes for which volumes of the class can be made; null when all are.</summary>
    public required TopologyTerms? Topologies { get; init; }

    /// <inheritdoc/>
    public static StorageClassView Project(StoredObject item)
    {
        var json = item.Edit();
        return new StorageClassView
        {
            Object = item,
            Provisioner = json.Text("provisioner"),
            WaitsForConsumer = json.Text("volumeBindingMode") == "WaitForFirstConsumer",
            AllowsExpansion = json.Flag("allowVolumeExpansion"),
            Topologies = TopologyTerms.Read(json["allowedTopologies"]),
        };
    }

    /// <summary>Whether a storage class is marked as the default.</summary>
    private static bool IsMarkedDefault(StoredObject item)
    {
        var json = item.Edit();
        return json.Text("metadata", "annotations", VolumeAnnotations.DefaultClass) == "true" || json.Text("metadata", "annotations", VolumeAnnotations.BetaDefaultClass) == "true";
    }

    /// <summary>The class for claims that name none: of several marked as default the newest, and of those made in the same second the first by name. Null when there is none.</summary>
    public static StoredObject? DefaultOf(IEnumerable<StoredObject> classes) =>
        classes.Where(IsMarkedDefault).OrderByDescending(static c => c.Head.Created).ThenBy(static c => c.Key.Name, StringComparer.Ordinal).FirstOrDefault();
}
