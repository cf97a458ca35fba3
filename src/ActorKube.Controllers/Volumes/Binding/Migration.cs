using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;
using ActorKube.Machinery.Volumes.InTree;

namespace ActorKube.Controllers.Volumes.Binding;

/// <summary>
/// Claims and volumes that were made by a driver of the tree say which CSI driver has taken over, so that its provisioner looks after them. Upstream: <c>updateMigrationAnnotations</c>,
/// <c>modifyDeletionFinalizers</c>.
/// </summary>
internal static class Migration
{
    /// <summary>Of volumes: a driver of the tree is to delete the disk first.</summary>
    public const string InTreeFinalizer = "kubernetes.io/pv-controller";

    /// <summary>Whether a claim or volume has to be changed.</summary>
    /// <param name="item">The claim or volume.</param>
    /// <param name="provisioner">Who makes or made the volume; empty for people.</param>
    /// <param name="migratedTo">Whom it says it was handed to.</param>
    public static bool IsDue(StoredObject item, string provisioner, string migratedTo) =>
        provisioner.Length > 0 && (SuccessorOf(provisioner) != migratedTo || IsKeptFor(provisioner, item));

    /// <summary>Changes a claim or volume.</summary>
    /// <returns>False when there is nothing to change.</returns>
    public static bool Apply(JsonObject item, string provisioner)
    {
        var changed = SuccessorOf(provisioner) is { Length: > 0 } driver ? VolumeAnnotations.Set(item, VolumeAnnotations.MigratedTo, driver)
            : item.At("metadata", "annotations") is JsonObject annotations && annotations.Remove(VolumeAnnotations.MigratedTo);
        if (SuccessorOf(provisioner).Length == 0 || item.At("metadata", "finalizers") is not JsonArray finalizers)
            return changed;
        return finalizers.RemoveAll(static f => f.Text() == InTreeFinalizer) > 0 || changed;
    }

    private static string SuccessorOf(string provisioner) => InTreeDrivers.Named(provisioner)?.Driver ?? "";

    private static bool IsKeptFor(string provisioner, StoredObject item) => SuccessorOf(provisioner).Length > 0 && item.Head.Finalizers.Contains(InTreeFinalizer);
}
