using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>What an agent does about a volume of its node that is being deleted.</summary>
internal enum RemovalStep
{
    /// <summary>Nothing, until something changes.</summary>
    Wait,

    /// <summary>Remove the directory, then say so.</summary>
    Remove,

    /// <summary>Leave the directory where it is and let the volume go.</summary>
    Keep,

    /// <summary>The volume names a place where the agent removes nothing.</summary>
    Refuse,
}

/// <summary>Decides about volumes of the local-path provisioner: pure.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Path">The directory.</param>
internal readonly record struct LocalPathRemoval(RemovalStep Step, string Path)
{
    /// <summary>Decides.</summary>
    /// <param name="volume">The persistent volume.</param>
    /// <param name="root">Where this node keeps such volumes: nothing outside of it is ever removed.</param>
    public static LocalPathRemoval Of(StoredObject volume, string root)
    {
        var json = volume.Edit();
        var path = json.Text("spec", "local", "path");
        if (volume.Head.Deleted is null || !Finalizers(json).Contains(LocalPath.Finalizer))
            return new(RemovalStep.Wait, path);
        // A volume that is deleted while a claim has it keeps its data for as long as the claim lives.
        if (json.Text("status", "phase") == "Bound")
            return new(RemovalStep.Wait, path);
        if (json.Text("spec", "persistentVolumeReclaimPolicy") != "Delete")
            return new(RemovalStep.Keep, path);
        return new(LocalPath.IsBelow(root, path) && json.Text("metadata", "annotations", VolumeAnnotations.ProvisionedBy) == LocalPath.Provisioner ? RemovalStep.Remove : RemovalStep.Refuse, path);
    }

    /// <summary>A merge patch that takes the finalizer away from the volume as it was read.</summary>
    public static ReadOnlyMemory<byte> WithoutFinalizer(StoredObject volume)
    {
        var json = volume.Edit();
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = volume.Head.Uid,
                ["resourceVersion"] = json.Text("metadata", "resourceVersion"),
                ["finalizers"] = new JsonArray([.. Finalizers(json).Where(f => f != LocalPath.Finalizer).Select(f => (JsonNode?)f)]),
            },
        }.Encode();
    }

    private static ImmutableArray<string> Finalizers(JsonObject volume) => [.. volume.Items("metadata", "finalizers").Select(f => f.Text())];
}
