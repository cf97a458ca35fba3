using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Carries out deletion plans of single objects; one that another writer invalidated is made anew from the state he left.</summary>
internal sealed class ObjectDeletion(PipelineServices services)
{
    /// <summary>Deletes one object, or marks it.</summary>
    /// <param name="request">Who wants it; names the object.</param>
    /// <param name="served">The resource.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <exception cref="ApiException">404, 409 or what admission says.</exception>
    public ValueTask<ApiResponse> DeleteAsync(ApiRequest request, ServedResource served, DeleteOptions options, CancellationToken cancel) =>
        DeleteAsync(request, served, options, admits: true, cancel);

    /// <summary>The same for a deletion that follows from a request that has been admitted as something else: the admission of deletions is not asked, as upstream.</summary>
    /// <exception cref="ApiException">404 or 409.</exception>
    public ValueTask<ApiResponse> DeleteAdmittedAsync(ApiRequest request, ServedResource served, DeleteOptions options, CancellationToken cancel) =>
        DeleteAsync(request, served, options, admits: false, cancel);

    private async ValueTask<ApiResponse> DeleteAsync(ApiRequest request, ServedResource served, DeleteOptions options, bool admits, CancellationToken cancel)
    {
        var key = ObjectKeys.Of(request, served);
        var known = options.ResourceVersion is null ? 0 : ReadRevision.Parse(options.ResourceVersion);
        var current = await CurrentState.GetAsync(services, request, served, key, known, cancel);
        while (true)
        {
            if (admits)
                await AdmitAsync(request, served, current, options, cancel);
            var now = services.Time.GetUtcNow();
            var plan = DeletionPlan.Decide(current, served, options, now);
            if (plan.Step == DeletionStep.Wait)
                return Held(StoredForm.Serve(current, served), options);
            if (options.DryRun)
                return plan.Marked is { } marked ? Held(StoredForm.Preview(marked, current.Revision), options) : Gone(StoredForm.Serve(current, served), served);
            var id = new ResourceId(request.Workspace, served.Storage);
            var result = await services.Store.WriteAsync(id, Command(plan, current, request, served, options), cancel);
            if (result.Committed)
            {
                services.Changes?.Deleted(request, served, result, now);
                var after = StoredForm.Serve(result.Object!, served);
                if (plan.Step == DeletionStep.Mark)
                    return Held(after, options);
                await ServiceSteps.ReleaseAsync(services, request.Workspace, served, result.Object!, cancel);
                return Gone(after, served);
            }
            if (result is not { Outcome: WriteOutcome.RevisionMismatch, Object: { } winner })
                throw WriteRefusal.Of(result, served, key.Name);
            current = winner;
        }
    }

    /// <summary>The write that a plan comes down to.</summary>
    public WriteCommand Command(in DeletionPlan plan, StoredObject current, ApiRequest request, ServedResource served, DeleteOptions options) => plan.Step switch
    {
        // The plan was made for this state; without a resource version to respect, whatever the object turned into may go unless it gained a finalizer.
        DeletionStep.Remove => new RemoveObject(current.Key, current.Revision, options.Uid ?? current.Head.Uid) { Tenure = request.Tenure },
        DeletionStep.Mark => new ReplaceObject(
            current.Key, current.Revision, StoredForm.Encode(plan.Marked!, served), served.Strategy.ExpiresAt(plan.Marked!, services.Time.GetUtcNow())) { Tenure = request.Tenure },
        _ => throw new InvalidOperationException($"{plan.Step} needs no write."),
    };

    /// <summary>Asks admission about the deletion of one object.</summary>
    public async ValueTask AdmitAsync(ApiRequest request, ServedResource served, StoredObject item, DeleteOptions options, CancellationToken cancel)
    {
        if (!services.Admission.Handles(AdmissionOperation.Delete, served, ""))
            return;
        var admission = new AdmissionRequest(AdmissionOperation.Delete, request, served)
        {
            Name = item.Key.Name,
            Namespace = item.Key.Namespace,
            OldSource = () => StoredForm.Read(item, served),
            DryRun = options.DryRun,
        };
        await services.Admission.MutateAsync(admission, cancel);
        await services.Admission.ValidateAsync(admission, cancel);
    }

    private static ObjectResponse Held(StoredObject item, DeleteOptions options) =>
        new(item, options.OrphanDependents == false ? 202 : 200);

    private static ApiResponse Gone(StoredObject last, ServedResource served)
    {
        if (served.Strategy.ReturnsDeletedObject)
            return new ObjectResponse(last);
        var details = new JsonObject { ["name"] = last.Key.Name };
        if (served.Kind.Group.Length > 0)
            details["group"] = served.Kind.Group;
        details["kind"] = served.Facts.Plural;
        details["uid"] = last.Head.Uid;
        return new DocumentResponse(StatusDocument.Success(details)) { About = last };
    }
}

/// <summary>Statuses of requests that succeeded.</summary>
internal static class StatusDocument
{
    /// <summary>A <c>Success</c>.</summary>
    public static JsonObject Success(JsonObject? details = null, int? code = null)
    {
        var status = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" };
        if (details is not null)
            status["details"] = details;
        if (code is not null)
            status["code"] = code;
        return status;
    }
}
