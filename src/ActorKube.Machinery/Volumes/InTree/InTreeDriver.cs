using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>
/// A driver that was part of Kubernetes once, and whose volumes a CSI driver has taken over: objects that name the former are read as if they named the latter. Pure. Upstream:
/// <c>k8s.io/csi-translation-lib</c>.
/// </summary>
/// <param name="source">Where a volume names it, in <c>spec</c> of a PersistentVolume or among a pod's volumes.</param>
/// <param name="plugin">Its name in storage classes and annotations.</param>
/// <param name="driver">The CSI driver.</param>
public abstract class InTreeDriver(string source, string plugin, string driver)
{
    /// <summary>Where a volume names it, in <c>spec</c> of a PersistentVolume or among a pod's volumes.</summary>
    public string Field => source;

    /// <summary>Its name in storage classes and annotations.</summary>
    public string Plugin => plugin;

    /// <summary>The CSI driver that has taken over.</summary>
    public string Driver => driver;

    /// <summary>Whether the scheduler reads its volumes as the CSI driver's, too; upstream's does not do so for all.</summary>
    public virtual bool IsScheduled => true;

    /// <summary>A PersistentVolume as one of the CSI driver.</summary>
    /// <param name="volume">The volume; it is not changed.</param>
    /// <exception cref="FormatException">The volume says something that the CSI driver has no words for.</exception>
    public JsonObject Translate(JsonObject volume)
    {
        var made = volume.Copy();
        var spec = made.Child("spec");
        var csi = Source(volume.At("spec", Field), new VolumePlace(volume));
        if (volume.Flag("spec", Field, "readOnly") && KeepsReadOnly)
            csi["readOnly"] = true;
        spec.Remove(Field);
        spec["csi"] = csi;
        Finish(made);
        return made;
    }

    /// <summary>A volume that stands in a pod, as a PersistentVolume of the CSI driver: it has a name, modes and a source.</summary>
    /// <param name="volume">The volume; it is not changed.</param>
    /// <param name="podNamespace">Namespace of the pod.</param>
    /// <exception cref="FormatException">The volume says something that the CSI driver has no words for.</exception>
    public JsonObject TranslateInline(JsonNode volume, string podNamespace)
    {
        var inline = volume.At(Field);
        var csi = Source(inline, new VolumePlace(volume.Text("name"), podNamespace));
        if (inline.Flag("readOnly") && KeepsReadOnly)
            csi["readOnly"] = true;
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = InlineName(inline, csi) },
            ["spec"] = new JsonObject { ["csi"] = csi, ["accessModes"] = new JsonArray(InlineMode(inline)), ["volumeMode"] = "Filesystem" },
        };
    }

    /// <summary>Whether a volume that may be read only is so for the CSI driver, too.</summary>
    private protected virtual bool KeepsReadOnly => true;

    /// <summary>The source for the CSI driver, without <c>readOnly</c>.</summary>
    private protected abstract JsonObject Source(JsonNode? inTree, VolumePlace place);

    /// <summary>What else changes of a PersistentVolume: where it can be reached, how it may be used.</summary>
    private protected virtual void Finish(JsonObject volume)
    {
    }

    private protected virtual string InlineName(JsonNode? inTree, JsonObject csi) => $"{driver}-{csi.Text("volumeHandle")}";

    private protected virtual string InlineMode(JsonNode? inTree) => "ReadWriteOnce";

    /// <summary>A source with a handle, and with what else the volume says.</summary>
    private protected JsonObject Csi(string handle, JsonNode? inTree, JsonObject attributes)
    {
        var csi = new JsonObject { ["driver"] = driver, ["volumeHandle"] = handle };
        if (inTree.Text("fsType") is { Length: > 0 } system)
            csi["fsType"] = system;
        if (attributes.Count > 0)
            csi["volumeAttributes"] = attributes;
        return csi;
    }
}

/// <summary>What surrounds a source.</summary>
internal sealed class VolumePlace
{
    private readonly JsonObject? _volume;

    /// <summary>It stands in a PersistentVolume.</summary>
    public VolumePlace(JsonObject volume) => (_volume, Name, Namespace) = (volume, volume.Text("metadata", "name"), volume.Text("spec", "claimRef", "namespace"));

    /// <summary>It stands in a pod.</summary>
    public VolumePlace(string name, string podNamespace) => (Name, Namespace) = (name, podNamespace.Length > 0 ? podNamespace : "default");

    /// <summary>Name of the volume.</summary>
    public string Name { get; }

    /// <summary>The namespace that it is used in; empty where that is not known.</summary>
    public string Namespace { get; }

    /// <summary>Whether it stands in a pod.</summary>
    [MemberNotNullWhen(false, nameof(_volume))]
    public bool IsInline => _volume is null;

    /// <summary>A label of the volume; empty for none.</summary>
    public string Label(string name) => _volume.Text("metadata", "labels", name);

    /// <summary>An annotation of the volume; empty for none.</summary>
    public string Annotation(string name) => _volume.Text("metadata", "annotations", name);
}
