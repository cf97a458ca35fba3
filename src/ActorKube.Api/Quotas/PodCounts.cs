using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Pods;
using ActorKube.Api.Quantities;
using ActorKube.Api.Times;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Quotas;

/// <summary>Counts pods and what they request and are limited to (upstream: <c>evaluator/core/pods.go</c>).</summary>
public sealed class PodCounts() : QuotaEvaluator(new GroupResource("", "pods"))
{
    private const string RequestsPrefix = "requests.";

    // What a quota tracks of these has to be said by every container; upstream regrets it and adds no further ones.
    private static readonly string[] ToBeSaid = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

    private static readonly string[] Affinities = ["podAffinity", "podAntiAffinity"];

    /// <inheritdoc/>
    public override bool Tracks(string name) =>
        name is "pods" or "cpu" or "memory" or "ephemeral-storage" or "requests.cpu" or "requests.memory" or "requests.ephemeral-storage"
            or "limits.cpu" or "limits.memory" or "limits.ephemeral-storage"
        || name == CountName || ResourceNames.IsHugePages(name) || name.StartsWith("requests.hugepages-", StringComparison.Ordinal)
        || (name.StartsWith(RequestsPrefix, StringComparison.Ordinal) && !ResourceNames.IsNative(name));

    /// <inheritdoc/>
    public override bool Charges(bool creates, string subresource) => creates ? subresource.Length == 0 : subresource is "" or "resize";

    /// <inheritdoc/>
    public override bool Charges(JsonObject item, JsonObject old, string subresource) => subresource.Length > 0 || IsTerminating(item) != IsTerminating(old);

    /// <inheritdoc/>
    public override QuotaItem Measure(JsonObject item)
    {
        var (metadata, spec) = (item.Object("metadata"), item.Object("spec"));
        var stored = new Amounts();
        stored.Add(CountName, One);
        return new QuotaItem
        {
            Stored = stored,
            Alive = Compute(PodNeeds.Requests(item), PodNeeds.Limits(item)),
            Ended = item.Object("status").Text("phase") is "Failed" or "Succeeded",
            EndsAt = KubeTime.TryParse(metadata.Text("deletionTimestamp"), out var deleted) && metadata.Int64("deletionGracePeriodSeconds") is { } grace ? KubeTime.Later(deleted, grace) : null,
            IsTerminating = IsTerminating(item),
            IsBestEffort = (item.Object("status").Text("qosClass") is { Length: > 0 } quality ? quality : PodQuality.Of(spec)) == "BestEffort",
            PriorityClass = spec.Text("priorityClassName") ?? "",
            HasCrossNamespaceAffinity = Affinities.Any(kind => LooksElsewhere(spec.Object("affinity").Object(kind))),
        };
    }

    /// <inheritdoc/>
    public override bool IsInScope(QuotaScope scope, QuotaItem item) => scope.Name switch
    {
        QuotaScope.Terminating => item.IsTerminating,
        QuotaScope.NotTerminating => !item.IsTerminating,
        QuotaScope.BestEffort => item.IsBestEffort,
        QuotaScope.NotBestEffort => !item.IsBestEffort,
        QuotaScope.PriorityClass => scope.Admits(item.PriorityClass),
        QuotaScope.CrossNamespacePodAffinity => item.HasCrossNamespaceAffinity,
        _ => false,
    };

    /// <inheritdoc/>
    public override string? Missing(Amounts tracked, JsonObject item)
    {
        var spec = item.Object("spec");
        // Who says anything about the pod as a whole need not say it of every container.
        if (SaysAnything(spec.Object("resources")))
            return null;
        var missing = ToBeSaid.Where(tracked.Has).Select(name => (Name: name, Containers: Silent(spec, name))).Where(static m => m.Containers.Length > 0).ToList();
        return missing.Count == 0 ? null : $"must specify {string.Join("; ", missing.Select(static m => $"{m.Name} for: {string.Join(',', m.Containers)}"))}";
    }

    private static bool IsTerminating(JsonObject pod) => pod.Object("spec").Int64("activeDeadlineSeconds") is >= 0;

    private static bool SaysAnything(JsonObject? resources) =>
        (resources.Object("requests") ?? []).Concat(resources.Object("limits") ?? []).Any(static r => ResourceNames.IsOfPod(r.Key));

    private static string[] Silent(JsonObject? spec, string name) =>
        [.. spec.Objects("containers").Concat(spec.Objects("initContainers")).Where(c => !Said(c.Object("resources")).Has(name))
            .Select(static c => c.Text("name") ?? "").Distinct().Order(StringComparer.Ordinal)];

    private static Amounts Said(JsonObject? resources)
    {
        var (requests, limits) = (new Dictionary<string, Quantity>(), new Dictionary<string, Quantity>());
        PodResourceSums.Add(requests, resources.Object("requests"));
        PodResourceSums.Add(limits, resources.Object("limits"));
        return Compute(requests, limits);
    }

    private static Amounts Compute(Dictionary<string, Quantity> requests, Dictionary<string, Quantity> limits)
    {
        var amounts = new Amounts();
        amounts.Add("pods", One);
        foreach (var (name, amount) in requests)
        {
            var native = name is "cpu" or "memory" or "ephemeral-storage" || ResourceNames.IsHugePages(name);
            if (native)
                amounts.Add(name, amount);
            if (native || ResourceNames.IsExtended(name))
                amounts.Add(RequestsPrefix + name, amount);
        }
        foreach (var (name, amount) in limits)
            if (name is "cpu" or "memory" or "ephemeral-storage")
                amounts.Add("limits." + name, amount);
        return amounts;
    }

    private static bool LooksElsewhere(JsonObject? affinity) =>
        affinity.Objects("requiredDuringSchedulingIgnoredDuringExecution")
            .Concat(affinity.Objects("preferredDuringSchedulingIgnoredDuringExecution").Select(static p => p.Object("podAffinityTerm")).OfType<JsonObject>())
            .Any(static term => term.Array("namespaces") is { Count: > 0 } || term.Object("namespaceSelector") is not null);
}
