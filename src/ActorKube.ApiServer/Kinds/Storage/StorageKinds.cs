using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>storage.k8s.io/v1.</summary>
internal static class StorageKinds
{
    private const string V1 = "storage.k8s.io/v1";

    /// <summary>A storage driver.</summary>
    public static KindStrategy CsiDriver => new GenericStrategy(ClusterScoped(V1, "CSIDriver", "csidrivers").Counted()) { Unconditional = false, ShownAs = StorageColumns.Drivers };

    /// <summary>The drivers of a node.</summary>
    public static KindStrategy CsiNode => new GenericStrategy(ClusterScoped(V1, "CSINode", "csinodes")) { Unconditional = false, ShownAs = StorageColumns.Nodes };

    /// <summary>How much storage there is where.</summary>
    public static KindStrategy CsiStorageCapacity => new GenericStrategy(Namespaced(V1, "CSIStorageCapacity", "csistoragecapacities")) { Unconditional = false, ShownAs = StorageColumns.Capacities };

    /// <summary>A kind of storage.</summary>
    public static KindStrategy StorageClass => new GenericStrategy(ClusterScoped(V1, "StorageClass", "storageclasses", "sc")) { ShownAs = StorageColumns.Classes };

    /// <summary>A volume at a node.</summary>
    public static KindStrategy VolumeAttachment => new GenericStrategy(ClusterScoped(V1, "VolumeAttachment", "volumeattachments").WithStatus()) { Unconditional = false, ShownAs = StorageColumns.Attachments };

    /// <summary>Changeable properties of volumes.</summary>
    public static KindStrategy VolumeAttributesClass => new GenericStrategy(ClusterScoped(V1, "VolumeAttributesClass", "volumeattributesclasses", "vac")) { ShownAs = StorageColumns.AttributesClasses };
}
