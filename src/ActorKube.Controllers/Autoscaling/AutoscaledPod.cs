using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Pods;
using ActorKube.Api.Validation;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>Condition Ready of a pod.</summary>
internal sealed record Readiness(string Status, DateTimeOffset Changed);

/// <summary>What the autoscaler needs of a pod: how ready it is, and what it requests, in thousandths.</summary>
internal sealed class AutoscaledPod : IObjectView<AutoscaledPod>
{
    private AutoscaledPod(StoredObject item, JsonNode json)
    {
        Object = item;
        Phase = json.Text("status", "phase");
        Started = json.Time("status", "startTime");
        Ready = json.Items("status", "conditions").Where(c => c.Text("type") == "Ready")
            .Select(c => new Readiness(c.Text("status"), c.Time("lastTransitionTime") ?? DateTimeOffset.MinValue)).FirstOrDefault();
        Containers = [.. json.Items("spec", "containers").Concat(json.Items("spec", "initContainers").Where(c => c.Text("restartPolicy") == "Always"))
            .Select(c => (c.Text("name"), Amounts(c.At("resources", "requests"))))];
        WholeRequests = IsOwn(json.At("spec", "resources", "requests"))
            ? PodNeeds.Requests(new JsonObject { ["spec"] = json.At("spec")!.DeepClone() }).ToImmutableDictionary(static r => r.Key, static r => r.Value.MilliValue)
            : null;
    }

    public StoredObject Object { get; }

    public string Name => Object.Key.Name;

    public string Phase { get; }

    public DateTimeOffset? Started { get; }

    public Readiness? Ready { get; }

    /// <summary>Ended badly or on its way out: it counts for nothing.</summary>
    public bool IsGone => Object.Head.Deleted is not null || Phase == "Failed";

    /// <summary>Requests of the containers, those init containers that go on running among them.</summary>
    public ImmutableArray<(string Name, ImmutableDictionary<string, long> Requests)> Containers { get; }

    /// <summary>Requests of the pod as a whole, where it says any: they count instead of the containers'. Null where it says none.</summary>
    public ImmutableDictionary<string, long>? WholeRequests { get; }

    /// <inheritdoc/>
    public static AutoscaledPod Project(StoredObject item) => new(item, item.Edit());

    private static bool IsOwn(JsonNode? requests) => requests is JsonObject own && own.Any(static r => ResourceNames.IsOfPod(r.Key));

    private static ImmutableDictionary<string, long> Amounts(JsonNode? requests) => requests is JsonObject amounts
        ? amounts.Select(a => KeyValuePair.Create(a.Key, MetricSpec.Millis(a.Value))).Where(a => a.Value is not null).ToImmutableDictionary(a => a.Key, a => a.Value!.Value)
        : ImmutableDictionary<string, long>.Empty;
}
