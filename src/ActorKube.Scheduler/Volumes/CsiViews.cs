using ActorKube.Api.Objects;
using ActorKube.Api.Quantities;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes.InTree;
using System.Text.Json.Nodes;

namespace ActorKube.Scheduler.Volumes;

/// <summary>The drivers of a node (CSINode).</summary>
internal sealed class CsiNodeView : IObjectView<CsiNodeView>
{
    /// <summary>How many volumes each driver can take; null without a limit.</summary>
    public required IReadOnlyDictionary<string, long?> Limits { get; init; }

    /// <summary>The drivers that were part of Kubernetes once and for which the node uses CSI drivers.</summary>
    public required string Migrated { get; init; }

    /// <summary>Whether the node uses the CSI driver that has taken over from another one.</summary>
    public bool HasMigrated(InTreeDriver driver) => Migrated.Split(',').Contains(driver.Plugin);

    /// <summary>Whether some driver can take more than before.</summary>
    public bool TakesMoreThan(CsiNodeView before)
    {
        foreach (var (driver, limit) in Limits)
            if (before.Limits.GetValueOrDefault(driver, 0) is { } known && (limit is null || limit > known))
                return true;
        return false;
    }

    public static CsiNodeView Project(StoredObject item)
    {
        var json = item.Edit();
        return new CsiNodeView
        {
            Limits = json.Items("spec", "drivers").DistinctBy(static d => d.Text("name")).ToDictionary(static d => d.Text("name"), static d => d.Number("allocatable", "count")),
            Migrated = json.Text("metadata", "annotations", InTreeDrivers.MigratedAnnotation),
        };
    }
}

/// <summary>A volume that is, or is to be, attached to a node (VolumeAttachment).</summary>
internal sealed class AttachmentInfo : IObjectView<AttachmentInfo>
{
    public required string Node { get; init; }

    public required string Driver { get; init; }

    /// <summary>The PersistentVolume; empty when the volume stands in a pod.</summary>
    public required string Volume { get; init; }

    public static AttachmentInfo Project(StoredObject item) =>
        new() { Node = item.Field("spec.nodeName"), Driver = item.Field("spec.attacher"), Volume = item.Field("spec.source.persistentVolumeName") };
}

/// <summary>Whether a driver tells how much storage it has (CSIDriver).</summary>
internal sealed class CsiDriverView : IObjectView<CsiDriverView>
{
    public required bool TellsCapacity { get; init; }

    public static CsiDriverView Project(StoredObject item) => new() { TellsCapacity = item.Edit().Flag("spec", "storageCapacity") };
}

/// <summary>How much storage a class has for some nodes (CSIStorageCapacity).</summary>
internal sealed class CsiCapacityView : IObjectView<CsiCapacityView>
{
    public required string Class { get; init; }

    public required LabelSelector Nodes { get; init; }

    /// <summary>All that is free; null when it is not known.</summary>
    public required Quantity? Free { get; init; }

    /// <summary>The largest volume that can be made; null when it is not known.</summary>
    public required Quantity? Largest { get; init; }

    public static CsiCapacityView Project(StoredObject item)
    {
        var json = item.Edit();
        var free = Amount(json, "capacity");
        return new CsiCapacityView
        {
            Class = json.Text("storageClassName"),
            Nodes = LabelSelectorJson.ReadStored(json["nodeTopology"] as JsonObject),
            Free = free,
            Largest = Amount(json, "maximumVolumeSize") ?? free,
        };
    }

    private static Quantity? Amount(JsonNode json, string field) => Quantity.TryParse(json.Text(field), out var amount) ? amount : null;
}
