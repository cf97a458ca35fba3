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
        var error = content.Error?.Message ?? (failure is { IsConflict: false } && failure.Address.Resource != WellKnownResources.Namespaces ? failure.Status.Message : null);
        var remaining = content.Remaining
            .Select(r => $"{r.Resource.Resource.Plural}.{r.Resource.Resource.Group} has {r.Items.Count} resource instances")
            .Order(StringComparer.Ordinal).ToArray();
        var finalizers = content.Remaining.SelectMany(r => r.Items).SelectMany(i => i.Head.Finalizers).CountBy(f => f)
            .Select(f => $"{f.Key} in {f.Value} resource instances").Order(StringComparer.Ordinal).ToArray();
        (string Type, bool Bad, string Reason, string Message)[] wanted =
        [
            ("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
            ("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            error is null
                ? ("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization")
                : ("NamespaceDeletionContentFailure", true, "ContentDeletionFailed", $"Failed to delete all resource types, {remaining.Length} remaining: {error}"),
            remaining.Length == 0
                ? ("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
                : ("NamespaceContentRemaining", true, "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", remaining)}"),
            finalizers.Length == 0
                ? ("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
                : ("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers)}"),
        ];

        var known = item.Items("status", "conditions").DistinctBy(c => c.Text("type")).ToDictionary(c => c.Text("type"));
        var changed = false;
        var conditions = new JsonArray();
        foreach (var (type, bad, reason, message) in wanted)
        {
            var status = bad ? "True" : "False";
            known.Remove(type, out var before);
            if (before.Text("status") == status && before.Text("reason") == reason && before.Text("message") == message)
            {
                conditions.Add(before!.DeepClone());
                continue;
            }
            changed = true;
            conditions.Add(new JsonObject
            {
                ["type"] = type,
                ["status"] = status,
                ["lastTransitionTime"] = before.Text("status") == status ? before.Text("lastTransitionTime") : JsonWriting.Time(now),
                ["reason"] = reason,
                ["message"] = message,
            });
        }
        foreach (var other in known.Values)
            conditions.Add(other.DeepClone());
        return changed ? conditions : null;
    }
}
