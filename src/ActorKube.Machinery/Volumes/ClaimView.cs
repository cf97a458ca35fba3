using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Quantities;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes;

/// <summary>A PersistentVolumeClaim as binding, scheduling and protection read it.</summary>
public sealed class ClaimView : IObjectView<ClaimView>
{
    /// <summary>The type of claims.</summary>
    public static readonly GroupVersionKind Kind = new("", "v1", "PersistentVolumeClaim");

    /// <summary>The claim.</summary>
    public required StoredObject Object { get; init; }

    /// <summary>The storage class it names, be it by none (empty); null when it says nothing, so that the default is for it.</summary>
    public required string? NamedClass { get; init; }

    /// <summary>The storage class; empty for none.</summary>
    public string Class => NamedClass ?? "";

    /// <summary><c>spec.volumeAttributesClassName</c>; empty for none.</summary>
    public required string AttributesClass { get; init; }

    /// <summary><c>spec.volumeName</c>; empty while unbound.</summary>
    public required string VolumeName { get; init; }

    /// <summary>The storage it asks for.</summary>
    public required Quantity Requested { get; init; }

    /// <summary><c>spec.accessModes</c>.</summary>
    public required ImmutableArray<string> AccessModes { get; init; }

    /// <summary>True for a block device.</summary>
    public required bool IsBlock { get; init; }

    /// <summary>Labels that its volume has to have; null when it does not matter.</summary>
    public required LabelSelector? Selector { get; init; }

    /// <summary><c>status.phase</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Whether binding has once been completed.</summary>
    public required bool BindCompleted { get; init; }

    /// <summary>The node that the scheduler chose; empty for none.</summary>
    public required string SelectedNode { get; init; }

    /// <summary>Who is to make, or has made, its volume; empty for nobody.</summary>
    public required string Provisioner { get; init; }

    /// <summary>The CSI driver that it is said to have been handed to; empty for none.</summary>
    public required string MigratedTo { get; init; }

    /// <summary>Whether it may be used by one pod at a time only.</summary>
    public bool IsExclusive => AccessModes.Contains("ReadWriteOncePod");

    /// <summary>Whether it is bound for good.</summary>
    public bool IsBound => VolumeName.Length > 0 && BindCompleted;

    /// <summary>The storage class that a claim names, be it by none (empty); null when it says nothing.</summary>
    public static string? ClassNamedBy(JsonNode claim) => (claim.At("metadata", "annotations", VolumeAnnotations.BetaClass) ?? claim.At("spec", "storageClassName"))?.Text();

    /// <inheritdoc/>
    public static ClaimView Project(StoredObject item)
    {
        var json = item.Edit();
        return new ClaimView
        {
            Object = item,
            NamedClass = ClassNamedBy(json),
            AttributesClass = json.Text("spec", "volumeAttributesClassName"),
            VolumeName = json.Text("spec", "volumeName"),
            Requested = Quantity.TryParse(json.Text("spec", "resources", "requests", "storage"), out var size) ? size : Quantity.Zero,
            AccessModes = [.. json.Items("spec", "accessModes").Select(static m => m.Text())],
            IsBlock = json.Text("spec", "volumeMode") == "Block",
            Selector = json.At("spec", "selector") is JsonObject selector ? LabelSelectorJson.ReadStored(selector) : null,
            Phase = json.Text("status", "phase"),
            BindCompleted = VolumeAnnotations.Has(json, VolumeAnnotations.BindCompleted),
            Provisioner = json.Text("metadata", "annotations", VolumeAnnotations.Provisioner) is { Length: > 0 } provisioner ? provisioner : json.Text("metadata", "annotations", VolumeAnnotations.BetaProvisioner),
            MigratedTo = json.Text("metadata", "annotations", VolumeAnnotations.MigratedTo),
            SelectedNode = json.Text("metadata", "annotations", VolumeAnnotations.SelectedNode),
        };
    }
}
