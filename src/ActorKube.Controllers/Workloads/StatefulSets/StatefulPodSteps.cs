using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.StatefulSets;

/// <summary>The writes about a stateful set's pods and claims, with upstream's events (<c>stateful_pod_control.go</c>).</summary>
internal sealed class StatefulPodSteps(StatefulSetView set, CacheView claims)
{
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource ClaimResource = WellKnownResources.PersistentVolumeClaims;

    private readonly JsonObject _set = set.Object.Edit();
    private readonly ObjectReference _about = ObjectReference.To(Kinds.StatefulSet, set.Object);

    public CreateStep Create(StatefulPod place, JsonNode? template, string revision)
    {
        var prepared = template.Copy();
        var labels = prepared.Child("metadata").Child("labels");
        labels[StatefulPod.NameLabel] = place.Name;
        labels[StatefulPod.IndexLabel] = place.Ordinal.ToString(CultureInfo.InvariantCulture);
        labels[StatefulPod.RevisionLabel] = revision;
        var spec = prepared.Child("spec");
        spec["hostname"] = place.Name;
        if (_set.Text("spec", "serviceName") is { Length: > 0 } service)
            spec["subdomain"] = service;
        if (!set.Claims.IsEmpty)
            spec["volumes"] = Volumes(place, spec);
        var body = new PodFactory(prepared, set.Object, Kinds.StatefulSet).Pod(place.Name);
        return new CreateStep(new ObjectAddress(Pods, set.Object.Key.Namespace, place.Name), body)
        {
            Tolerates = ["NamespaceTerminating"],
            OnDone = Done("create", place),
            OnFailed = Failed("create", place),
        };
    }

    public DeleteStep Delete(StatefulPod place) =>
        new(ObjectAddress.Of(Pods, place.Pod!.Object.Key), new DeleteOptions { Uid = place.Pod.Object.Head.Uid })
        {
            Tolerates = [StatusReason.NotFound],
            OnDone = Done("delete", place),
            OnFailed = Failed("delete", place),
        };

    /// <summary>Gives a pod back the label of its identity; null when it has it.</summary>
    public PatchStep? Identify(StatefulPod place) =>
        place.Pod!.Object.Head.Labels[StatefulPod.NameLabel] == place.Name ? null
        : new PatchStep(ObjectAddress.Of(Pods, place.Pod.Object.Key), PatchType.StrategicMerge, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = place.Pod.Object.Head.Uid,
                ["labels"] = new JsonObject { [StatefulPod.NameLabel] = place.Name, [StatefulPod.IndexLabel] = place.Ordinal.ToString(CultureInfo.InvariantCulture) },
            },
        }.Encode())
        {
            Tolerates = [StatusReason.NotFound],
            OnDone = Done("update", place),
            OnFailed = Failed("update", place),
        };

    /// <summary>The claims that a place lacks.</summary>
    public IEnumerable<CreateStep> MissingClaims(StatefulPod place)
    {
        foreach (var template in _set.Items("spec", "volumeClaimTemplates"))
        {
            var key = ClaimKey(place, template.Text("metadata", "name"));
            if (claims.Find(key) is not null)
                continue;
            var claim = template.Copy();
            claim["apiVersion"] = "v1";
            claim["kind"] = "PersistentVolumeClaim";
            claim.Remove("status");
            var metadata = claim.Child("metadata");
            metadata["name"] = key.Name;
            metadata["namespace"] = key.Namespace;
            foreach (var (label, value) in _set.Strings("spec", "selector", "matchLabels"))
                metadata.Child("labels")[label] = value;
            yield return new CreateStep(ObjectAddress.Of(ClaimResource, key), claim.Encode())
            {
                Tolerates = ["NamespaceTerminating"],
                OnDone = EventSpec.Normal(_about, "SuccessfulCreate", $"create Claim {key.Name} Pod {place.Name} in StatefulSet {set.Name} success"),
                OnFailed = EventSpec.Warn(_about, "FailedCreate", $"create Claim {key.Name} for Pod {place.Name} in StatefulSet {set.Name} failed error: "),
            };
        }
    }

    /// <summary>The changes that make the claims of a pod go, or stay, as the set's policy says.</summary>
    public IEnumerable<UpdateStep> MendClaims(StatefulPod place, bool condemned)
    {
        foreach (var claim in ClaimsOf(place))
            if (claim.Head.Deleted is null && set.Retention.Mended(claim.Object, set.Object, place.Pod!.Object, condemned) is { } mended)
                yield return new UpdateStep(ObjectAddress.Of(ClaimResource, claim.Key), mended) { Tolerates = [StatusReason.NotFound] };
    }

    /// <summary>What stands in the way of a place's next pod: claims that are being deleted, for which it has to wait.</summary>
    public EventSpec? Hindrance(StatefulPod place)
    {
        var leaving = ClaimsOf(place).Where(static c => c.Head.Deleted is not null).Select(static c => $"pvc {c.Key.Name} is being deleted").ToArray();
        return leaving.Length == 0 ? null : Failed("create", place.Name, leaving.Length == 1 ? leaving[0] : $"[{string.Join(", ", leaving)}]");
    }

    /// <summary>What a claim that could not be made means for its pod; null when something else failed.</summary>
    public EventSpec? Unclaimed(StepFailure? failure)
    {
        if (failure is not { Verb: "create", Address: { Resource: var resource, Name: var claim } } || resource != ClaimResource)
            return null;
        // The name of one template may be the beginning of another's, and go on with the set's.
        var template = set.Claims.Where(c => claim.StartsWith($"{c}-{set.Name}-", StringComparison.Ordinal)).MaxBy(static c => c.Length);
        return template is null ? null : Failed("create", claim[(template.Length + 1)..], $"failed to create PVC {claim}: {failure.Status.Message}");
    }

    /// <summary>Tells of claims that somebody else manages, whatever the policy says.</summary>
    /// <param name="place">The place.</param>
    /// <param name="onlyIfOurs">Only of those that carry a reference of ours nevertheless.</param>
    public IEnumerable<EventSpec> Conflicts(StatefulPod place, bool onlyIfOurs) =>
        ClaimsOf(place)
            .Where(c => ClaimRetention.HasOtherController(c.Object, set.Object, place.Pod?.Object) && (!onlyIfOurs || set.Retention.Mended(c.Object, set.Object, place.Pod!.Object, false) is not null))
            .Select(c => EventSpec.Warn(_about, "ConflictingController",
                $"PersistentVolumeClaim {c.Key.Name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim"));

    /// <summary>Whether a claim of a place is on its way out with the pod that had the place before.</summary>
    public bool HasStaleClaim(StatefulPod place) => ClaimsOf(place).Any(c => set.Retention.IsStale(c.Object, place.Name));

    private IEnumerable<CachedObject> ClaimsOf(StatefulPod place) => set.Claims.Select(c => claims.Find(ClaimKey(place, c))).OfType<CachedObject>();

    private ObjectKey ClaimKey(StatefulPod place, string template) => new(set.Object.Key.Namespace, $"{template}-{place.Name}");

    // A volume of the template gives way to the claim of the same name.
    private JsonArray Volumes(StatefulPod place, JsonObject spec) =>
    [
        .. set.Claims.Select(c => new JsonObject { ["name"] = c, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = ClaimKey(place, c).Name } }),
        .. spec.Items("volumes").Where(v => !set.Claims.Contains(v.Text("name"))).Select(v => v.DeepClone()),
    ];

    private EventSpec Done(string verb, StatefulPod place) =>
        EventSpec.Normal(_about, Reason("Successful", verb), $"{verb} Pod {place.Name} in StatefulSet {set.Name} successful");

    private EventSpec Failed(string verb, StatefulPod place) => Failed(verb, place.Name, "");

    private EventSpec Failed(string verb, string pod, string why) =>
        EventSpec.Warn(_about, Reason("Failed", verb), $"{verb} Pod {pod} in StatefulSet {set.Name} failed error: {why}");

    private static string Reason(string outcome, string verb) => outcome + char.ToUpperInvariant(verb[0]) + verb[1..];
}
