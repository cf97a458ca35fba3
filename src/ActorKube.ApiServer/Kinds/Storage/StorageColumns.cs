using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>Tables of storage.k8s.io and of volumes.</summary>
internal static class StorageColumns
{
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    /// <summary>StorageClass.</summary>
    public static readonly IReadOnlyList<TableColumn> StorageClass =
    [
        TableColumn.ObjectName with
        {
            Cell = static (o, _) => o.At("metadata", "name").AsText() + (o.At("metadata", "annotations", DefaultClass).AsText() == "true" ? " (default)" : ""),
        },
        TableColumn.Text("Provisioner", "Who makes the volumes.", static o => o.At("provisioner").AsText()),
        TableColumn.Text("ReclaimPolicy", "What becomes of released volumes.", static o => Or(o.At("reclaimPolicy"), "Delete")),
        TableColumn.Text("VolumeBindingMode", "When volumes are bound.", static o => CellText.OrUnset(o.At("volumeBindingMode"))),
        new("AllowVolumeExpansion", "boolean", static (o, _) => o.At("allowVolumeExpansion").AsFlag()) { Description = "Whether volumes can grow." },
        TableColumn.Age,
    ];

    /// <summary>CSIDriver.</summary>
    public static readonly IReadOnlyList<TableColumn> CsiDriver =
    [
        TableColumn.ObjectName,
        new("AttachRequired", "boolean", static (o, _) => o.At("spec", "attachRequired").AsFlag(true)) { Description = "Whether volumes are attached to nodes." },
        new("PodInfoOnMount", "boolean", static (o, _) => o.At("spec", "podInfoOnMount").AsFlag()) { Description = "Whether the driver is told of pods." },
        new("StorageCapacity", "boolean", static (o, _) => o.At("spec", "storageCapacity").AsFlag()) { Description = "Whether the driver reports capacity." },
        TableColumn.Text("TokenRequests", "Audiences of tokens it gets.", static o => Or(CellText.Each(o.At("spec", "tokenRequests"), "audience"), "<unset>")),
        new("RequiresRepublish", "boolean", static (o, _) => o.At("spec", "requiresRepublish").AsFlag()) { Description = "Whether volumes are published again and again." },
        TableColumn.Text("Modes", "Life times of volumes.", static o => Or(string.Join(',', o.At("spec", "volumeLifecycleModes").Items().Select(static m => m.AsText())), CellText.None)),
        TableColumn.Age,
    ];

    /// <summary>CSINode.</summary>
    public static readonly IReadOnlyList<TableColumn> CsiNode =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Drivers", "Number of drivers.", static o => o.At("spec", "drivers").Size()),
        TableColumn.Age,
    ];

    /// <summary>CSIStorageCapacity.</summary>
    public static readonly IReadOnlyList<TableColumn> CsiStorageCapacity =
    [
        TableColumn.ObjectName,
        TableColumn.Text("StorageClassName", "Class of the storage.", static o => o.At("storageClassName").AsText()),
        TableColumn.Text("Capacity", "How much there is.", static o => CellText.OrUnset(o.At("capacity"))),
    ];

    /// <summary>VolumeAttachment.</summary>
    public static readonly IReadOnlyList<TableColumn> VolumeAttachment =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Attacher", "Who attaches.", static o => o.At("spec", "attacher").AsText()),
        TableColumn.Text("PV", "The volume.", static o => o.At("spec", "source", "persistentVolumeName").AsText()),
        TableColumn.Text("Node", "The node.", static o => o.At("spec", "nodeName").AsText()),
        new("Attached", "boolean", static (o, _) => o.At("status", "attached").AsFlag()) { Description = "Whether it is attached." },
        TableColumn.Age,
    ];

    /// <summary>VolumeAttributesClass.</summary>
    public static readonly IReadOnlyList<TableColumn> VolumeAttributesClass =
    [
        TableColumn.ObjectName,
        TableColumn.Text("DriverName", "Who knows the attributes.", static o => o.At("driverName").AsText()),
        TableColumn.Age,
    ];

    /// <summary>PersistentVolume.</summary>
    public static readonly IReadOnlyList<TableColumn> PersistentVolume =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Capacity", "Size.", static o => o.At("spec", "capacity", "storage").AsText()),
        TableColumn.Text("Access Modes", "How it can be mounted.", static o => AccessModes(o.At("spec", "accessModes"))),
        TableColumn.Text("Reclaim Policy", "What becomes of it once released.", static o => o.At("spec", "persistentVolumeReclaimPolicy").AsText()),
        TableColumn.Text("Status", "Phase.", static o => Phase(o)),
        TableColumn.Text("Claim", "Who has it.", static o => o.At("spec", "claimRef") is { ValueKind: JsonValueKind.Object } claim ? $"{claim.At("namespace").AsText()}/{claim.At("name").AsText()}" : ""),
        TableColumn.Text("StorageClass", "Class.", static o => o.At("spec", "storageClassName").AsText()),
        TableColumn.Text("VolumeAttributesClass", "Class of attributes.", static o => CellText.OrUnset(o.At("spec", "volumeAttributesClassName"))),
        TableColumn.Text("Reason", "Why it is in its phase.", static o => o.At("status", "reason").AsText()),
        TableColumn.Age,
        TableColumn.Text("VolumeMode", "Filesystem or block device.", static o => CellText.OrUnset(o.At("spec", "volumeMode")), 1),
    ];

    /// <summary>PersistentVolumeClaim.</summary>
    public static readonly IReadOnlyList<TableColumn> PersistentVolumeClaim =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Status", "Phase.", static o => Phase(o)),
        TableColumn.Text("Volume", "The volume it has.", static o => o.At("spec", "volumeName").AsText()),
        TableColumn.Text("Capacity", "Size of the volume.", static o => o.At("spec", "volumeName").AsText().Length > 0 ? o.At("status", "capacity", "storage").AsText() : ""),
        TableColumn.Text("Access Modes", "How the volume can be mounted.", static o => o.At("spec", "volumeName").AsText().Length > 0 ? AccessModes(o.At("status", "accessModes")) : ""),
        TableColumn.Text("StorageClass", "Class.", static o => o.At("spec", "storageClassName").AsText()),
        TableColumn.Text("VolumeAttributesClass", "Class of attributes.", static o => CellText.OrUnset(o.At("spec", "volumeAttributesClassName"))),
        TableColumn.Age,
        TableColumn.Text("VolumeMode", "Filesystem or block device.", static o => CellText.OrUnset(o.At("spec", "volumeMode")), 1),
    ];

    private static string Phase(JsonElement o) => o.At("metadata", "deletionTimestamp").ValueKind == JsonValueKind.String ? "Terminating" : o.At("status", "phase").AsText();

    private static string AccessModes(JsonElement modes) => string.Join(',', modes.Items().Select(static m => m.AsText() switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        var other => other,
    }));

    private static string Or(JsonElement value, string otherwise) => Or(value.AsText(), otherwise);

    private static string Or(string value, string otherwise) => value.Length > 0 ? value : otherwise;
}
