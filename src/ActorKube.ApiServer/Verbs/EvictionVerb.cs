using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Api.Times;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Eviction: a deletion that asks the pod's disruption budget first.</summary>
internal sealed class EvictionVerb(PipelineServices services, ObjectDeletion deletion)
{
    private const int Attempts = 20;
    private static readonly GroupVersionKind Eviction = new("policy", "v1", "Eviction");
    private static readonly GroupVersionResource Budgets = new("policy", "v1", "poddisruptionbudgets");
    // Upstream names the kind here where every other conflict names the resource.
    private static readonly GroupResource ConflictResource = new("", "Pod");
    private readonly BodyDecoder _decoder = new(services.Schemas);

    /// <summary>Evicts a pod.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource pods, CancellationToken cancel)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        var eviction = _decoder.Decode(request, Eviction, options.Validation);
        var metadata = ObjectMetadata.Of(eviction);
        ObjectMetadata.EnsureNamespace(metadata, request.Namespace);
        if (metadata.Text("name") != request.Name)
            throw ApiErrors.BadRequest("name in URL does not match name in Eviction object");
        var admission = new AdmissionRequest(AdmissionOperation.Create, request, pods) { Object = eviction, DryRun = options.DryRun };
        await services.Admission.MutateAsync(admission, cancel);
        await services.Admission.ValidateAsync(admission, cancel);
        var delete = eviction.Object("deleteOptions") is { } sent ? DeleteOptions.FromBody(sent) : new DeleteOptions();
        await EvictAsync(request, pods, delete with { DryRun = delete.DryRun || options.DryRun }, cancel);
        return new DocumentResponse(StatusDocument.Success(code: 201), 201);
    }

    private async ValueTask EvictAsync(ApiRequest request, ServedResource pods, DeleteOptions options, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var current = await LatestAsync(request, pods, cancel);
            var pod = StoredForm.Decode(current, pods);
            if (!DisruptionBudget.IsNeedless(pod))
            {
                await AskAndDeleteAsync(request, pods, current, pod, options, cancel);
                return;
            }
            try
            {
                // A pod that has not run yet may become one that counts.
                var unchanged = pod.Object("status").Text("phase") == "Pending" && current.Head.Deleted is null;
                await DeleteAsync(request, pods, unchanged ? Unchanged(options, current) : options, cancel);
                return;
            }
            catch (ApiException e) when (e.Status.Reason == StatusReason.Conflict && options.ResourceVersion is null && attempt < Attempts)
            {
                // Somebody changed the pod; whether it still goes without asking is looked at again.
            }
        }
    }

    private async ValueTask AskAndDeleteAsync(
        ApiRequest request, ServedResource pods, StoredObject current, JsonObject pod, DeleteOptions options, CancellationToken cancel)
    {
        var served = services.Kinds.Find(Budgets) ?? throw ApiErrors.NoSuchPath();
        var found = await BudgetsOfAsync(request, served, current, cancel);
        if (found.Count > 1)
            throw new ApiException(new ApiStatus(500, "", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."));
        if (found is not [var budget])
        {
            await DeleteAsync(request, pods, options, cancel);
            return;
        }
        if (!DisruptionBudget.LetsGo(StoredForm.Decode(budget, served), pod))
        {
            await SpendAsync(request, served, budget, options.DryRun, cancel);
            await DeleteAsync(request, pods, options, cancel);
            return;
        }
        try
        {
            await DeleteAsync(request, pods, Unchanged(options, current), cancel);
        }
        catch (ApiException e) when (e.Status.Reason == StatusReason.Conflict && options.ResourceVersion is null)
        {
            // It may have become ready.
            throw DisruptionBudget.StillProcessed(budget.Key.Name);
        }
    }

    private async ValueTask<List<StoredObject>> BudgetsOfAsync(ApiRequest request, ServedResource served, StoredObject pod, CancellationToken cancel)
    {
        var budgets = await services.Store.ReadAsync(new ResourceId(request.Workspace, served.Storage), ReadAt.Latest, cancel);
        return [.. budgets.Range(request.Namespace, null).Where(b => LabelSelectorJson.ReadStored(StoredForm.Decode(b, served).Object("spec").Object("selector")).Matches(pod.Head.Labels))];
    }

    private async ValueTask SpendAsync(ApiRequest request, ServedResource served, StoredObject budget, bool dryRun, CancellationToken cancel)
    {
        var id = new ResourceId(request.Workspace, served.Storage);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var tree = StoredForm.Decode(budget, served);
            DisruptionBudget.Spend(tree, request.Name, services.Time.GetUtcNow());
            if (dryRun)
                return;
            var result = await services.Store.WriteAsync(id, new ReplaceObject(budget.Key, budget.Revision, StoredForm.Encode(tree, served)), cancel);
            if (result.Committed)
                return;
            if (result is not { Outcome: WriteOutcome.RevisionMismatch, Object: { } winner })
                throw WriteRefusal.Of(result, served, budget.Key.Name);
            budget = winner;
        }
        throw ApiErrors.Timeout($"couldn't update PodDisruptionBudget \"{budget.Key.Name}\" due to conflicts", retryAfterSeconds: 10);
    }

    // The pod says first why it goes; a resource version that the deletion insists on is then the one of that change.
    private async ValueTask DeleteAsync(ApiRequest request, ServedResource pods, DeleteOptions options, CancellationToken cancel)
    {
        if (!options.DryRun && await ExplainAsync(request, pods, options, cancel) is var revision && options.ResourceVersion is not null)
            options = options with { ResourceVersion = KubeRevision(revision) };
        await deletion.DeleteAdmittedAsync(request, pods, options, cancel);
    }

    private async ValueTask<long> ExplainAsync(ApiRequest request, ServedResource pods, DeleteOptions options, CancellationToken cancel)
    {
        var current = await LatestAsync(request, pods, cancel);
        while (true)
        {
            DeletionPlan.CheckPreconditions(current, ConflictResource, options);
            var pod = StoredForm.Decode(current, pods);
            if (!SetTarget(pod))
                return current.Revision;
            var command = new ReplaceObject(current.Key, current.Revision, StoredForm.Encode(pod, pods)) { Tenure = request.Tenure };
            var result = await services.Store.WriteAsync(new ResourceId(request.Workspace, pods.Storage), command, cancel);
            if (result.Committed)
                return result.Object!.Revision;
            if (result is not { Outcome: WriteOutcome.RevisionMismatch, Object: { } winner })
                throw WriteRefusal.Of(result, pods, request.Name);
            current = winner;
        }
    }

    private bool SetTarget(JsonObject pod)
    {
        var generation = ObjectMetadata.Of(pod).Int64("generation") ?? 0;
        var conditions = pod.ObjectOrNew("status").ArrayOrNew("conditions");
        var target = conditions.OfType<JsonObject>().FirstOrDefault(static c => c.Text("type") == "DisruptionTarget");
        if (target.Text("status") == "True" && target.Text("reason") == "EvictionByEvictionAPI" && target.Int64("observedGeneration") == generation)
            return false;
        var since = target.Text("status") == "True" ? target.Text("lastTransitionTime") : null;
        if (target is null)
            conditions.Add(target = new JsonObject { ["type"] = "DisruptionTarget" });
        target["observedGeneration"] = generation;
        target["status"] = "True";
        target["lastProbeTime"] = null;
        target["lastTransitionTime"] = since ?? KubeTime.Format(services.Time.GetUtcNow());
        target["reason"] = "EvictionByEvictionAPI";
        target["message"] = "Eviction API: evicting";
        return true;
    }

    private async ValueTask<StoredObject> LatestAsync(ApiRequest request, ServedResource pods, CancellationToken cancel)
    {
        var snapshot = await services.Store.ReadAsync(new ResourceId(request.Workspace, pods.Storage), ReadAt.Latest, cancel);
        return snapshot.Find(ObjectKeys.Of(request, pods)) ?? throw ApiErrors.NotFound(pods.GroupResource, request.Name);
    }

    private static DeleteOptions Unchanged(DeleteOptions options, StoredObject current) =>
        options.ResourceVersion is null ? options with { ResourceVersion = KubeRevision(current.Revision) } : options;

    private static string KubeRevision(long revision) => revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
