using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes.InTree;

namespace ActorKube.Scheduler.Indices;

/// <summary>A disk that stands in a pod by itself, without a claim.</summary>
/// <param name="Field">The field that names it.</param>
/// <param name="Source">What the pod says of it; for reading only.</param>
/// <param name="Driver">The CSI driver that has taken over; empty for none.</param>
/// <param name="Handle">How the CSI driver knows it; empty when it does not.</param>
internal sealed record PodDisk(string Field, JsonNode Source, string Driver, string Handle)
{
    /// <summary>Whether two pods on a node could get in each other's way with such disks.</summary>
    public bool IsRestricted => Field is "gcePersistentDisk" or "awsElasticBlockStore" or "iscsi" or "rbd";

    private bool IsReadOnly => Source.Flag("readOnly");

    /// <summary>Whether a property of a volume is such a disk; seen by its name.</summary>
    public static bool Is(ReadOnlySpan<byte> field) => field.Length switch
    {
        3 => field.SequenceEqual("rbd"u8),
        5 => field.SequenceEqual("iscsi"u8),
        6 => field.SequenceEqual("cinder"u8),
        9 => field.SequenceEqual("azureDisk"u8) || field.SequenceEqual("azureFile"u8),
        13 => field.SequenceEqual("vsphereVolume"u8),
        14 => field.SequenceEqual("portworxVolume"u8),
        17 => field.SequenceEqual("gcePersistentDisk"u8),
        20 => field.SequenceEqual("awsElasticBlockStore"u8),
        _ => false,
    };

    /// <summary>Reads a disk.</summary>
    /// <param name="field">The field that names it.</param>
    /// <param name="source">What the pod says of it.</param>
    /// <param name="volume">Name of the volume.</param>
    /// <param name="podNamespace">Namespace of the pod.</param>
    public static PodDisk Of(string field, JsonNode source, string volume, string podNamespace)
    {
        var inline = new JsonObject { ["name"] = volume, [field] = source };
        if (InTreeDrivers.Of(inline) is not { IsScheduled: true } driver)
            return new PodDisk(field, source, "", "");
        try
        {
            return new PodDisk(field, source, driver.Driver, driver.TranslateInline(inline, podNamespace).Text("spec", "csi", "volumeHandle"));
        }
        catch (FormatException)
        {
            return new PodDisk(field, source, driver.Driver, "");
        }
    }

    /// <summary>Whether this disk and one of another pod cannot be on the same node: they are the same, and not both only read where that helps.</summary>
    public bool IsInTheWayOf(PodDisk other) => Field == other.Field && Field switch
    {
        "gcePersistentDisk" => Same(other, "pdName") && !(IsReadOnly && other.IsReadOnly),
        "awsElasticBlockStore" => Same(other, "volumeID"),
        "iscsi" => Same(other, "iqn") && !(IsReadOnly && other.IsReadOnly),
        "rbd" => Monitors.Intersect(other.Monitors).Any() && Same(other, "pool") && Same(other, "image") && !(IsReadOnly && other.IsReadOnly),
        _ => false,
    };

    private IEnumerable<string> Monitors => Source.Items("monitors").Select(static m => m.Text());

    private bool Same(PodDisk other, string field) => Source.Text(field) == other.Source.Text(field);
}
