using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission.Limits;

/// <summary>Gives pods the requests and limits that the limit ranges of their namespace say, and refuses pods and claims outside their bounds (upstream: <c>plugin/pkg/admission/limitranger</c>).</summary>
internal sealed class LimitRanger(ObjectLookup lookup) : IAdmissionPlugin
{
    private static readonly GroupResource Ranges = new("", "limitranges");
    private static readonly GroupResource Pods = new("", "pods");
    private static readonly GroupResource Claims = new("", "persistentvolumeclaims");

    /// <inheritdoc/>
    public string Name => "LimitRanger";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => (operation, subresource) switch
    {
        // The resources of a pod only change by being resized.
        (AdmissionOperation.Create, "") => served.Storage == Pods || served.Storage == Claims,
        (AdmissionOperation.Update, "") => served.Storage == Claims,
        (AdmissionOperation.Update, "resize") => served.Storage == Pods,
        _ => false,
    };

    /// <inheritdoc/>
    public async ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Served.Storage != Pods)
            return false;
        var changed = false;
        foreach (var range in await RangesAsync(request, cancel))
            changed |= LimitDefaults.Apply(Limits(range), request.Object!);
        return changed;
    }

    /// <inheritdoc/>
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        foreach (var range in await RangesAsync(request, cancel))
        {
            var check = new LimitCheck();
            if (request.Served.Storage == Pods)
                check.Pod(Limits(range), request.Object!, request.Old);
            else
                check.Claim(Limits(range), request.Object!, request.Old);
            // Containers that are all wrong in the same way are told once.
            if (check.Faults.Distinct().ToList() is { Count: > 0 } faults)
                throw request.Forbid(faults.Count == 1 ? faults[0] : $"[{string.Join(", ", faults)}]");
        }
    }

    private async ValueTask<IEnumerable<StoredObject>> RangesAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var ranges = await lookup.AllAsync(request.Workspace, Ranges, cancel);
        return ranges.Count == 0 || request.Old?.Object("metadata").Text("deletionTimestamp") is not null ? [] : ranges.Range(request.Namespace, null);
    }

    private static IEnumerable<JsonObject> Limits(StoredObject range) => JsonDecoder.Decode(range.Json.Span, JsonLimits.Stored).RequireObject().Object("spec").Objects("limits");
}
