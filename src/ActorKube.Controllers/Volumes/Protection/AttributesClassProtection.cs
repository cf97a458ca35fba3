using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Protection;

/// <summary>A VolumeAttributesClass stays while a claim wants or has it, or a volume has it. Upstream: <c>pkg/controller/volume/vacprotection</c>.</summary>
internal sealed class AttributesClassProtection : IReconciler
{
    private static readonly GroupVersionResource Classes = WellKnownResources.VolumeAttributesClasses;
    private static readonly GroupVersionResource Claims = WellKnownResources.PersistentVolumeClaims;
    private static readonly GroupVersionResource Volumes = WellKnownResources.PersistentVolumes;
    private static readonly Protecting Protecting = new(Classes, ProtectionFinalizers.AttributesClass);

    // A claim can be about three classes at once: the one it wants, the one it has, and the one that is being applied.
    private static readonly string[] Fields = ["spec.volumeAttributesClassName", "status.currentVolumeAttributesClassName", "status.modifyVolumeStatus.targetVolumeAttributesClassName"];
    private static readonly CacheIndex[] Indexes = [.. Fields.Select(static f => new CacheIndex(f, o => o.Field(f) is { Length: > 0 } name ? name : null))];

    public string Name => "volumeattributesclass-protection-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Classes),
        new WatchSpec(Claims, static (change, view) => Left(change, view), Indexes),
        new WatchSpec(Volumes, static (change, view) => Left(change, view), Indexes),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Classes) is not { } item)
            return Plan.Nothing;
        if (!Protecting.AsksFor(item.Object))
            return Protecting.Guard(item.Object);
        if (Indexes.Any(i => context.View.Of(Claims).CountBy(i, item.Key.Name) + context.View.Of(Volumes).CountBy(i, item.Key.Name) > 0))
            return Plan.Nothing;
        LiveRead[] reads = [LiveRead.List(Volumes, ""), LiveRead.List(Claims, "")];
        if (reads.Any(r => context.Live[r] is null))
            return Plan.Ask(reads);
        foreach (var read in reads)
            if (context.Live[read]!.Error is { } error)
                return new Plan { Retry = $"the {read.Resource.Plural} that may use the class could not be read: {error.Message}" };
        return reads.Any(r => context.Live[r]!.Items.Any(o => Uses(o, item.Key.Name))) ? Plan.Nothing : Protecting.LetGo(item.Object);
    }

    private static bool Uses(StoredObject item, string name) => Fields.Any(f => item.Field(f) == name);

    private static IEnumerable<ObjectKey> Left(ObjectChanged change, IClusterView view)
    {
        if (change.Old is not { } before)
            yield break;
        foreach (var field in Fields)
            if (before.Object.Field(field) is { Length: > 0 } name && name != change.New?.Object.Field(field)
                && view.Of(Classes).Find(new ObjectKey("", name)) is { } left && Protecting.AsksFor(left.Object))
                yield return left.Key;
    }
}
