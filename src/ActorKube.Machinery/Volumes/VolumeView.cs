using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Quantities;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes.InTree;

namespace ActorKube.Machinery.Volumes;

/// <summary>The claim that a volume is for.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Uid">Its incarnation; empty while it is reserved for whatever claim comes under that key.</param>
public sealed record ClaimReference(ObjectKey Key, string Uid)
{
    /// <summary>The reference to a claim as it stands in <c>spec.claimRef</c>.</summary>
    public static JsonObject ToJson(StoredObject claim) => new()
    {
        ["kind"] = ClaimView.Kind.Kind,
        ["apiVersion"] = ClaimView.Kind.ApiVersion,
        ["namespace"] = claim.Key.Namespace,
        ["name"] = claim.Key.Name,
        ["uid"] = claim.Head.Uid,
        ["resourceVersion"] = claim.Revision.ToString(),
    };
}

/// <summary>A PersistentVolume as binding, scheduling and attaching read it.</summary>
public sealed class VolumeView : IObjectView<VolumeView>
{
    /// <summary>The type of volumes.</summary>
    public static readonly GroupVersionKind Kind = new("", "v1", "PersistentVolume");

    private static ReadOnlySpan<byte> BetaClassField => "\"volume.beta.kubernetes.io/storage-class\""u8;

    /// <summary>Volumes by the claim they are for, as <c>namespace/name</c>.</summary>
    public static readonly CacheIndex ByClaim = new("volume-claim", static o => ClaimKeyOf(o) is { } key ? $"{key.Namespace}/{key.Name}" : null);

    /// <summary>Volumes that are for no claim yet, by storage class.</summary>
    public static readonly CacheIndex FreeByClass = new("volume-free-class", static o => ClaimKeyOf(o) is null ? ClassOf(o) : null);

    /// <summary>The volume.</summary>
    public required StoredObject Object { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Object.Key.Name;

    /// <summary>Storage class; empty for none.</summary>
    public required string Class { get; init; }

    /// <summary><c>spec.volumeAttributesClassName</c>; empty for none.</summary>
    public required string AttributesClass { get; init; }

    /// <summary>How much storage it has.</summary>
    public required Quantity Capacity { get; init; }

    /// <summary><c>spec.accessModes</c>.</summary>
    public required ImmutableArray<string> AccessModes { get; init; }

    /// <summary>True for a block device.</summary>
    public required bool IsBlock { get; init; }

    /// <summary>The claim it is for; null for none.</summary>
    public required ClaimReference? Claim { get; init; }

    /// <summary>Nodes that can reach it; null for all.</summary>
    public required NodeSelectorTerm[]? NodeTerms { get; init; }

    /// <summary><c>spec.persistentVolumeReclaimPolicy</c>.</summary>
    public required string ReclaimPolicy { get; init; }

    /// <summary><c>status.phase</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Who made it; empty for people.</summary>
    public required string ProvisionedBy { get; init; }

    /// <summary>The driver that it names if that was part of Kubernetes once and a CSI driver has taken over; null for any other.</summary>
    public required InTreeDriver? InTree { get; init; }

    /// <summary>How CSI knows it, be it by another driver than it names; null for volumes that are not CSI's and cannot become so.</summary>
    public required CsiVolume? Csi { get; init; }

    /// <summary>The CSI driver that it is said to have been handed to; empty for none.</summary>
    public required string MigratedTo { get; init; }

    /// <summary>Whether its claim was chosen by the controller.</summary>
    public required bool BoundByController { get; init; }

    /// <summary>The CSI driver; empty for other volumes.</summary>
    public required string Driver { get; init; }

    /// <summary>The volume's name within its driver.</summary>
    public required string Handle { get; init; }

    /// <summary>Whether a node can reach it.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="asCsi">Whether the node has it from the CSI driver that has taken over from the one that the volume names.</param>
    public bool Reaches(string node, Labels labels, bool asCsi = false)
    {
        if ((asCsi && Csi is not null ? Csi.NodeTerms : NodeTerms) is not { } terms)
            return true;
        foreach (var term in terms)
            if (term.Matches(node, labels))
                return true;
        return false;
    }

    /// <summary>Whether it is bound to, or reserved for, a claim.</summary>
    public bool IsFor(StoredObject claim) => Claim is { } mine && mine.Key == claim.Key && (mine.Uid.Length == 0 || mine.Uid == claim.Head.Uid);

    /// <inheritdoc/>
    public static VolumeView Project(StoredObject item)
    {
        var json = item.Edit();
        return new VolumeView
        {
            Object = item,
            Class = ClassOf(item),
            AttributesClass = json.Text("spec", "volumeAttributesClassName"),
            Capacity = Quantity.TryParse(json.Text("spec", "capacity", "storage"), out var size) ? size : Quantity.Zero,
            AccessModes = [.. json.Items("spec", "accessModes").Select(static m => m.Text())],
            IsBlock = json.Text("spec", "volumeMode") == "Block",
            Claim = json.At("spec", "claimRef") is JsonObject claim ? new ClaimReference(new ObjectKey(claim.Text("namespace"), claim.Text("name")), claim.Text("uid")) : null,
            NodeTerms = Objects.NodeTerms.Read(json.At("spec", "nodeAffinity", "required")),
            ReclaimPolicy = json.Text("spec", "persistentVolumeReclaimPolicy"),
            Phase = json.Text("status", "phase"),
            ProvisionedBy = json.Text("metadata", "annotations", VolumeAnnotations.ProvisionedBy),
            MigratedTo = json.Text("metadata", "annotations", VolumeAnnotations.MigratedTo),
            InTree = InTreeDrivers.Of(json["spec"]),
            Csi = CsiVolume.Read(json),
            BoundByController = VolumeAnnotations.Has(json, VolumeAnnotations.BoundByController),
            Driver = json.Text("spec", "csi", "driver"),
            Handle = json.Text("spec", "csi", "volumeHandle"),
        };
    }

    private static ObjectKey? ClaimKeyOf(StoredObject item) =>
        item.Field("spec.claimRef.name") is { Length: > 0 } name ? new ObjectKey(item.Field("spec.claimRef.namespace"), name) : null;

    private static string ClassOf(StoredObject item) =>
        item.Json.Span.IndexOf(BetaClassField) >= 0 && item.Edit().At("metadata", "annotations", VolumeAnnotations.BetaClass) is { } old ? old.Text() : item.Field("spec.storageClassName");
}
