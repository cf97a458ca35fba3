using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Kinds.Scheduling;

namespace ActorKube.ApiServer.Admission;

/// <summary>Writes the number behind a pod's priority class into the pod, sees to it that only one class is the default, and that those of the system stay (upstream: <c>plugin/pkg/admission/priority</c>).</summary>
internal sealed class PriorityAdmission(ObjectLookup lookup) : IAdmissionPlugin
{
    private static readonly GroupResource Classes = new("scheduling.k8s.io", "priorityclasses");

    /// <inheritdoc/>
    public string Name => "Priority";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        PodRequests.IsPod(served, subresource) ? operation is AdmissionOperation.Create or AdmissionOperation.Update
        : served.Storage == Classes && operation != AdmissionOperation.Connect;

    /// <inheritdoc/>
    public async ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Served.Storage == Classes)
            return false;
        var spec = request.Object!.ObjectOrNew("spec");
        if (request.Operation == AdmissionOperation.Update)
            return Keep(spec, request.Old.Object("spec"));
        var named = spec.Text("priorityClassName") ?? "";
        var found = named.Length > 0
            ? await lookup.FindAsync(request.Workspace, Classes, new ObjectKey("", named), cancel) ?? throw request.Forbid($"no PriorityClass with name {named} was found")
            : await DefaultAsync(request.Workspace, cancel);
        var priority = found is null ? 0 : long.Parse(Or(found.Field("value"), "0"));
        if (spec.Int64("priority") is { } given && given != priority)
            throw request.Forbid(
                $"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        var policy = Or(found?.Field("preemptionPolicy") ?? "", "PreemptLowerPriority");
        if (spec.Text("preemptionPolicy") is { } wanted && wanted != policy)
            throw request.Forbid(
                $"the string value of PreemptionPolicy ({wanted}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name");
        if (found is not null)
            spec["priorityClassName"] = found.Key.Name;
        spec["priority"] = priority;
        spec["preemptionPolicy"] = policy;
        return true;
    }

    // A client that does not know the fields may leave them out; they were given once and for all.
    private static bool Keep(JsonObject spec, JsonObject? old)
    {
        var changed = false;
        foreach (var field in (ReadOnlySpan<string>)["priority", "preemptionPolicy"])
            if (spec[field] is null && old?[field] is { } kept)
            {
                spec[field] = kept.DeepClone();
                changed = true;
            }
        return changed;
    }

    /// <inheritdoc/>
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Operation == AdmissionOperation.Delete && SystemPriorities.All.Any(c => c.Name == request.Name))
            throw request.Forbid("this is a system priority class and cannot be deleted");
        if (request.Served.Storage != Classes || request.Object.Bool("globalDefault") != true)
            return;
        var name = request.Object.Object("metadata").Text("name");
        if (await DefaultAsync(request.Workspace, cancel) is { } other && other.Key.Name != name)
            throw request.Forbid($"PriorityClass {other.Key.Name} is already marked as default. Only one default can exist");
    }

    // Should there ever be several, the lowest counts, as upstream.
    private async ValueTask<StoredObject?> DefaultAsync(string workspace, CancellationToken cancel)
    {
        StoredObject? found = null;
        foreach (var item in (await lookup.AllAsync(workspace, Classes, cancel)).Range(null, null))
            if (item.Field("globalDefault") == "true" && (found is null || long.Parse(Or(item.Field("value"), "0")) < long.Parse(Or(found.Field("value"), "0"))))
                found = item;
        return found;
    }

    private static string Or(string value, string otherwise) => value.Length > 0 ? value : otherwise;
}
