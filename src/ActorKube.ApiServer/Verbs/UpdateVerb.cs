using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Update (PUT) of an object, or of a subresource that has the object's own type.</summary>
internal sealed class UpdateVerb(PipelineServices services, ObjectUpdate update, CreateVerb create, ClientTurns turns)
{
    private readonly BodyDecoder _decoder = new(services.Schemas);

    /// <summary>Carries out an update. One with a resource version is tried once; one without replaces whatever there is.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        try
        {
            return await UpdateAsync(request, served, cancel);
        }
        catch (ApiException e) when (e.Is(StatusReason.Conflict))
        {
            await turns.WaitAsync(served.Storage, ObjectKeys.Of(request, served), cancel);
            throw;
        }
    }

    private async ValueTask<ApiResponse> UpdateAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var options = WriteOptions.Read(request.Query, "UpdateOptions");
        var obj = _decoder.Decode(request, served.Kind, options.Validation);
        var metadata = ObjectMetadata.Of(obj);
        ObjectMetadata.CheckName(metadata, request.Name);
        var sent = ReadRevision.Parse(metadata.Text("resourceVersion"));
        var current = await CurrentState.FindAsync(services, request, served, ObjectKeys.Of(request, served), sent, cancel);
        if (current is null)
            return await CreateInsteadAsync(request, served, obj, options, cancel);
        while (true)
        {
            var mine = sent > 0 ? obj : (JsonObject)obj.DeepClone();
            var change = new ObjectChange(request, served, current, StoredForm.Read(current, served), mine, request.Subresource, options);
            var outcome = await update.TryAsync(change, cancel);
            if (outcome.Result is { } result)
                return new ObjectResponse(result);
            if (sent > 0)
                throw ApiErrors.Modified(served.GroupResource, request.Name);
            current = outcome.Winner!;
            cancel.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask<ApiResponse> CreateInsteadAsync(ApiRequest request, ServedResource served, JsonObject obj, WriteOptions options, CancellationToken cancel)
    {
        if (!served.Strategy.AllowsCreateOnUpdate || request.Subresource.Length > 0)
            throw ApiErrors.NotFound(served.GroupResource, request.Name);
        var metadata = ObjectMetadata.Of(obj);
        if (metadata.Text("uid") is { Length: > 0 } uid)
            throw ApiErrors.Conflict(served.GroupResource, request.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: ");
        metadata.Remove("resourceVersion");
        var attributes = RequestAccess.Attributes(request with { Verb = RequestVerb.Create });
        var decision = await services.Authorizer.AuthorizeAsync(attributes, cancel);
        if (decision.Verdict != AccessVerdict.Allow)
            throw RequestAccess.Denied(attributes, decision);
        return await create.CreateAsync(request, served, obj, options, cancel);
    }
}
