using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes;

/// <summary>A volume of a pod that is a claim.</summary>
/// <param name="Volume">Name of the volume in the pod.</param>
/// <param name="Claim">Name of the claim.</param>
/// <param name="Ephemeral">Whether the claim is made for the pod and goes with it.</param>
public readonly record struct ClaimedVolume(string Volume, string Claim, bool Ephemeral);

/// <summary>The claims of a pod. Most pods have none: that is seen by one search over the bytes, without reading the pod.</summary>
public sealed class PodClaims : IObjectView<PodClaims>
{
    private static readonly PodClaims None = new("");

    /// <summary>Pods by the one claim that they have, as <c>namespace/name</c>; those that have several together under <c>namespace/</c>.</summary>
    public static readonly CacheIndex Users = CacheIndex.Of<PodClaims>("claim-users", static p => p.Volumes switch
    {
        [] => null,
        [var only] => $"{p._namespace}/{only.Claim}",
        _ => $"{p._namespace}/",
    });

    private readonly string _namespace;

    private PodClaims(string ns) => _namespace = ns;

    /// <summary>The claims, in the order of the pod's volumes.</summary>
    public ImmutableArray<ClaimedVolume> Volumes { get; private init; } = [];

    /// <summary>The claims of a pod.</summary>
    public static ImmutableArray<ClaimedVolume> Of(CachedObject pod) => HasAny(pod.Object) ? pod.As<PodClaims>().Volumes : [];

    /// <summary>The keys of the claims of a pod before and after a change.</summary>
    public static IEnumerable<ObjectKey> Keys(ObjectChanged change)
    {
        foreach (var pod in (ReadOnlySpan<CachedObject?>)[change.Old, change.New])
            if (pod is not null && HasAny(pod.Object))
                return (change.Old is null ? [] : Of(change.Old)).Concat(change.New is null ? [] : Of(change.New)).Select(c => new ObjectKey(change.Latest.Key.Namespace, c.Claim)).Distinct();
        return [];
    }

    /// <summary>The pods that use a claim.</summary>
    /// <param name="pods">Pods, indexed by <see cref="Users"/>.</param>
    /// <param name="claim">The claim.</param>
    public static IEnumerable<CachedObject> UsersOf(CacheView pods, ObjectKey claim)
    {
        foreach (var pod in pods.By(Users, claim.ToString()))
            yield return pod;
        foreach (var pod in pods.By(Users, $"{claim.Namespace}/"))
            if (pod.As<PodClaims>().Volumes.Any(v => v.Claim == claim.Name))
                yield return pod;
    }

    /// <summary>Name of the claim of an ephemeral volume.</summary>
    public static string EphemeralName(string pod, string volume) => $"{pod}-{volume}";

    /// <summary>Whether a claim was made for a pod, as its owner says.</summary>
    public static bool IsMadeFor(StoredObject claim, StoredObject pod) => claim.Head.Controller?.Uid == pod.Head.Uid;

    /// <inheritdoc/>
    public static PodClaims Project(StoredObject item)
    {
        if (!HasAny(item))
            return None;
        var volumes = ImmutableArray.CreateBuilder<ClaimedVolume>();
        foreach (var volume in item.Tree().Items("spec", "volumes"))
            if (volume.Text("persistentVolumeClaim", "claimName") is { Length: > 0 } claim)
                volumes.Add(new(volume.Text("name"), claim, Ephemeral: false));
            else if (volume.At("ephemeral") is not null)
                volumes.Add(new(volume.Text("name"), EphemeralName(item.Key.Name, volume.Text("name")), Ephemeral: true));
        return volumes.Count == 0 ? None : new PodClaims(item.Key.Namespace) { Volumes = volumes.DrainToImmutable() };
    }

    private static bool HasAny(StoredObject pod) =>
        pod.Json.Span.IndexOf("\"persistentVolumeClaim\""u8) >= 0 || pod.Json.Span.IndexOf("\"ephemeral\""u8) >= 0;
}
