using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// Patch: apply to the present state and write on the condition that it still is the present one; when another writer was faster, apply to what he left. Those who
/// were beaten once line up behind each other, so that of many writers to one object everybody gets his turn instead of all colliding again.
/// </summary>
internal sealed class PatchVerb(PipelineServices services, ObjectUpdate update)
{
    private readonly BodyDecoder _decoder = new(services.Schemas);
    private readonly ConflictQueue _queue = new();

    /// <summary>Carries out a patch of an object, or of a subresource that has the object's own type.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        // The type of the patch comes first: an apply patch is refused for what it is, not for options that belong to it.
        var patch = PatchDocument.Read(request, served.Kind, services.Schemas);
        var options = WriteOptions.Read(request.Query, "PatchOptions");
        var key = ObjectKeys.Of(request, served);
        long known = 0;
        if (!_queue.IsBusy(served.Storage, key))
        {
            var outcome = await TryAsync(request, served, key, known, patch, options, cancel);
            if (outcome.Result is { } atOnce)
                return new ObjectResponse(atOnce);
            known = outcome.Winner!.Revision;
        }
        using (await _queue.EnterAsync(served.Storage, key, cancel))
            for (var attempt = 1; attempt < services.Options.PatchAttempts; attempt++)
            {
                var outcome = await TryAsync(request, served, key, known, patch, options, cancel);
                if (outcome.Result is { } result)
                    return new ObjectResponse(result);
                known = outcome.Winner!.Revision;
            }
        throw ApiErrors.Modified(served.GroupResource, request.Name);
    }

    // Never from a state older than the one that beat us last: it would be beaten again.
    private async ValueTask<UpdateOutcome> TryAsync(
        ApiRequest request, ServedResource served, ObjectKey key, long known, PatchDocument patch, WriteOptions options, CancellationToken cancel)
    {
        var current = await CurrentState.GetAsync(services, request, served, key, known, cancel);
        var old = StoredForm.Read(current, served);
        var patched = patch.Apply((JsonObject)old.DeepClone(), served.Kind, options.Validation, _decoder, request.Warnings);
        return await update.TryAsync(new ObjectChange(request, served, current, old, patched, request.Subresource, options), cancel);
    }
}
