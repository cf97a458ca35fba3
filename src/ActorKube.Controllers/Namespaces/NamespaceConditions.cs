using System.Text.Json.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Namespaces;

/// <summary>The conditions of a namespace on its way out, with upstream's types, reasons and messages.</summary>
internal static class NamespaceConditions
{
    /// <summary>The new list of conditions; null when it says what the namespace says already.</summary>
    public static JsonArray? Of(JsonObject item, NamespaceContent content, StepFailure? failure, DateTimeOffset now)
    {
        var known = item.Items("status", "conditions").DistinctBy(c => c.Text("type")).ToDictionary(c => c.Text("type"));
        var changed = false;
        var conditions = new JsonArray();
        foreach (var wanted in Wanted(content, failure))
        {
            known.Remove(wanted.Type, out var before);
            var isSame = wanted.IsSaidBy(before);
            changed |= !isSame;
            conditions.Add(isSame ? before!.DeepClone() : wanted.ToJson(before, now));
        }
        foreach (var other in known.Values)
            conditions.Add(other.DeepClone());
        return changed ? conditions : null;
    }

    private static IEnumerable<Finding> Wanted(NamespaceContent content, StepFailure? failure)
    {
        var error = content.Error?.Message ?? (failure is { IsConflict: false } && failure.Address.Resource != WellKnownResources.Namespaces ? failure.Status.Message : null);
        var remaining = content.Remaining
            .Select(r => $"{r.Resource.Resource.Plural}.{r.Resource.Resource.Group} has {r.Items.Count} resource instances")
            .Order(StringComparer.Ordinal).ToArray();
        var finalizers = content.Remaining.SelectMany(r => r.Items).SelectMany(i => i.Head.Finalizers).CountBy(f => f)
            .Select(f => $"{f.Key} in {f.Value} resource instances").Order(StringComparer.Ordinal).ToArray();
        return
        [
            new("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
            new("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            error is null
                ? new("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization")
                : new("NamespaceDeletionContentFailure", true, "ContentDeletionFailed", $"Failed to delete all resource types, {remaining.Length} remaining: {error}"),
            remaining.Length == 0
                ? new("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
                : new("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", remaining)}"),
            finalizers.Length == 0
                ? new("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
                : new("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers)}"),
        ];
    }

    private readonly record struct Finding(string Type, bool IsBad, string Reason, string Message)
    {
        private string Status => IsBad ? "True" : "False";

        public bool IsSaidBy(JsonNode? condition) => condition.Text("status") == Status && condition.Text("reason") == Reason && condition.Text("message") == Message;

        public JsonObject ToJson(JsonNode? before, DateTimeOffset now) => new()
        {
            ["type"] = Type,
            ["status"] = Status,
            ["lastTransitionTime"] = before.Text("status") == Status ? before.Text("lastTransitionTime") : JsonWriting.Time(now),
            ["reason"] = Reason,
            ["message"] = Message,
        };
    }
}
