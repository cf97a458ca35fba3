using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>The tables of storage.k8s.io.</summary>
internal static class StorageColumns
{
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    /// <summary>Storage classes; the default one says so behind its name.</summary>
    public static readonly IReadOnlyList<TableColumn> Classes =
    [
        TableColumn.ObjectName with
        {
            Cell = static (o, _) => o.At("metadata", "annotations", DefaultClass).AsText() == "true" ? o.At("metadata", "name").AsText() + " (default)" : o.At("metadata", "name").AsText(),
        },
        TableColumn.Text("Provisioner", "Who makes the volumes.", static o => o.At("provisioner").AsText()),
        TableColumn.Text("ReclaimPolicy", "What becomes of volumes that are given back.", static o => o.At("reclaimPolicy").AsText() is { Length: > 0 } policy ? policy : "Delete"),
        TableColumn.Text("VolumeBindingMode", "When volumes are made.", static o => o.At("volumeBindingMode").AsText() is { Length: > 0 } mode ? mode : CellText.Unset),
        TableColumn.Text("AllowVolumeExpansion", "Whether volumes can grow.", static o => o.At("allowVolumeExpansion").AsFlag() ? "true" : "false"),
        TableColumn.Age,
    ];

    /// <summary>Drivers.</summary>
    public static readonly IReadOnlyList<TableColumn> Drivers =
    [
        TableColumn.ObjectName,
        Flag("AttachRequired", "Whether volumes are attached before they are mounted.", "attachRequired", otherwise: true),
        Flag("PodInfoOnMount", "Whether the driver hears which pod mounts.", "podInfoOnMount", otherwise: false),
        Flag("StorageCapacity", "Whether the driver reports how much there is.", "storageCapacity", otherwise: false),
        TableColumn.Text("TokenRequests", "For whom the driver gets tokens.",
            static o => CellText.Each(o.At("spec", "tokenRequests"), "audience") is { Length: > 0 } audiences ? audiences : CellText.Unset),
        Flag("RequiresRepublish", "Whether mounts are repeated.", "requiresRepublish", otherwise: false),
        TableColumn.Text("Modes", "What kinds of volumes there are.", static o => CellText.OrNone(CellText.Each(o.At("spec", "volumeLifecycleModes")))),
        TableColumn.Age,
    ];

    /// <summary>Drivers of nodes.</summary>
    public static readonly IReadOnlyList<TableColumn> Nodes =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Drivers", "How many drivers the node has.", static o => o.At("spec", "drivers").Size()),
        TableColumn.Age,
    ];

    /// <summary>Capacities.</summary>
    public static readonly IReadOnlyList<TableColumn> Capacities =
    [
        TableColumn.ObjectName,
        TableColumn.Text("StorageClassName", "Storage class that the capacity is for.", static o => o.At("storageClassName").AsText()),
        TableColumn.Text("Capacity", "How much there is.", static o => o.At("capacity").AsText() is { Length: > 0 } amount ? amount : CellText.Unset),
    ];

    /// <summary>Attachments.</summary>
    public static readonly IReadOnlyList<TableColumn> Attachments =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Attacher", "Who attaches.", static o => o.At("spec", "attacher").AsText()),
        TableColumn.Text("PV", "What is attached.", static o => o.At("spec", "source", "persistentVolumeName").AsText()),
        TableColumn.Text("Node", "Where to.", static o => o.At("spec", "nodeName").AsText()),
        new("Attached", "boolean", static (o, _) => o.At("status", "attached").AsFlag()) { Description = "Whether it is." },
        TableColumn.Age,
    ];

    /// <summary>Classes of changeable properties.</summary>
    public static readonly IReadOnlyList<TableColumn> AttributesClasses =
    [
        TableColumn.ObjectName,
        TableColumn.Text("DriverName", "Driver that understands them.", static o => o.At("driverName").AsText()),
        TableColumn.Age,
    ];

    private static TableColumn Flag(string name, string description, string field, bool otherwise) =>
        new(name, "boolean", (o, _) => o.At("spec", field).AsFlag(otherwise)) { Description = description };
}
