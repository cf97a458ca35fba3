using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// Delete of all objects that match in the newest cut, many in one message to the store. Not atomic, as upstream: what appears later stays, what was changed in between
/// is planned anew, what has gone by itself is fine.
/// </summary>
internal sealed class DeleteCollectionVerb(PipelineServices services, ObjectDeletion deletion)
{
    /// <summary>Carries out a deletecollection; answers with the objects as they were.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var options = DeleteOptions.Read(request);
        var (at, token, limit) = ReadQuery.List(request.Query);
        var selection = Selection.Of(request, served);
        var snapshot = await services.Store.ReadAsync(new ResourceId(request.Workspace, served.Storage), at.Kind == ReadKind.Any ? ReadAt.Latest : at, cancel);
        var page = new ListPage(snapshot, selection, token?.After, limit);
        var items = page.ToList();
        foreach (var batch in items.Chunk(services.Options.DeleteBatch))
            await DeleteAsync(request, served, batch, options, cancel);
        return new ListResponse(served.Facts.ListKind, served.Conversion is null ? items : items.Select(i => StoredForm.Serve(i, served)), snapshot.Revision) { End = page.End };
    }

    private async ValueTask DeleteAsync(ApiRequest request, ServedResource served, StoredObject[] items, DeleteOptions options, CancellationToken cancel)
    {
        var id = new ResourceId(request.Workspace, served.Storage);
        var now = services.Time.GetUtcNow();
        var commands = new List<WriteCommand>(items.Length);
        foreach (var item in items)
        {
            await deletion.AdmitAsync(request, served, item, options, cancel);
            var plan = DeletionPlan.Decide(item, served, options, now);
            if (plan.Step != DeletionStep.Wait && !options.DryRun)
                commands.Add(deletion.Command(plan, item, request, served, options));
        }
        if (commands.Count == 0)
            return;
        var results = await services.Store.WriteManyAsync(id, commands, cancel);
        for (var i = 0; i < commands.Count; i++)
            await FinishAsync(request, served, commands[i], results[i], options, now, cancel);
    }

    private async ValueTask FinishAsync(ApiRequest request, ServedResource served, WriteCommand command, WriteResult result, DeleteOptions options, DateTimeOffset at, CancellationToken cancel)
    {
        if (result.Committed)
        {
            services.Changes?.Deleted(request, served, result, at);
            if (command is RemoveObject)
                await ServiceSteps.ReleaseAsync(services, request.Workspace, served, result.Object!, cancel);
            return;
        }
        if (result.Outcome is WriteOutcome.NotFound or WriteOutcome.UidMismatch)
            return;
        if (result.Outcome != WriteOutcome.RevisionMismatch)
            throw WriteRefusal.Of(result, served, command.Key.Name);
        try
        {
            await deletion.DeleteAsync(request with { Name = command.Key.Name, Namespace = command.Key.Namespace }, served, options, cancel);
        }
        catch (ApiException e) when (e.Is(StatusReason.NotFound))
        {
            // Gone by itself.
        }
    }
}
