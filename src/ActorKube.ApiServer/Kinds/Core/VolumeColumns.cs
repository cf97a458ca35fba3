using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>The tables of persistent volumes and claims (upstream: <c>printPersistentVolume</c>, <c>printPersistentVolumeClaim</c>).</summary>
internal static class VolumeColumns
{
    private static readonly (string Mode, string Short)[] Modes =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    private static readonly TableColumn AttributesClass = TableColumn.Text("VolumeAttributesClass", "Class of its changeable properties.",
        static o => o.At("spec", "volumeAttributesClassName").AsText() is { Length: > 0 } name ? name : CellText.Unset);

    private static readonly TableColumn VolumeMode = TableColumn.Text("VolumeMode", "File system or block device.",
        static o => o.At("spec", "volumeMode").AsText() is { Length: > 0 } mode ? mode : CellText.Unset, 1);

    /// <summary>Volumes.</summary>
    public static readonly IReadOnlyList<TableColumn> Volumes =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Capacity", "Size.", static o => o.At("spec", "capacity", "storage").AsText()),
        TableColumn.Text("Access Modes", "How it can be mounted.", static o => Access(o.At("spec", "accessModes"))),
        TableColumn.Text("Reclaim Policy", "What becomes of it when it is given back.", static o => o.At("spec", "persistentVolumeReclaimPolicy").AsText()),
        TableColumn.Text("Status", "Whether it is taken.", static o => Phase(o)),
        TableColumn.Text("Claim", "By whom.", static o => o.At("spec", "claimRef", "name").AsText() is { Length: > 0 } name ? $"{o.At("spec", "claimRef", "namespace").AsText()}/{name}" : ""),
        TableColumn.Text("StorageClass", "Kind of storage.", static o => Class(o)),
        AttributesClass,
        TableColumn.Text("Reason", "Why it is in that state.", static o => o.At("status", "reason").AsText()),
        TableColumn.Age,
        VolumeMode,
    ];

    /// <summary>Claims.</summary>
    public static readonly IReadOnlyList<TableColumn> Claims =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Status", "Whether there is a volume.", static o => Phase(o)),
        TableColumn.Text("Volume", "Which.", static o => o.At("spec", "volumeName").AsText()),
        TableColumn.Text("Capacity", "Its size.", static o => o.At("spec", "volumeName").AsText().Length > 0 ? o.At("status", "capacity", "storage").AsText() : ""),
        TableColumn.Text("Access Modes", "How it can be mounted.", static o => o.At("spec", "volumeName").AsText().Length > 0 ? Access(o.At("status", "accessModes")) : ""),
        TableColumn.Text("StorageClass", "Kind of storage.", static o => Class(o)),
        AttributesClass,
        TableColumn.Age,
        VolumeMode,
    ];

    private static string Access(JsonElement modes)
    {
        var all = modes.Items().Select(static m => m.AsText()).ToHashSet();
        return string.Join(',', Modes.Where(m => all.Contains(m.Mode)).Select(static m => m.Short));
    }

    private static string Phase(JsonElement o) =>
        o.At("metadata", "deletionTimestamp").ValueKind == JsonValueKind.String ? "Terminating" : o.At("status", "phase").AsText();

    private static string Class(JsonElement o) =>
        o.At("metadata", "annotations", "volume.beta.kubernetes.io/storage-class").AsText() is { Length: > 0 } old ? old : o.At("spec", "storageClassName").AsText();
}
