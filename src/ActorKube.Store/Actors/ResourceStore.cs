using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Journal;
using ActorKube.Store.Views;
using ActorKube.Store.Writing;
using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>The store of one process. Reads and writes of resources that this process owns need no message and no wait beyond the journal's.</summary>
internal sealed class ResourceStore(StoreServices services, IActorRef region) : IResourceStore
{
    /// <summary>How often a write is tried again when the actor stopped before it had looked at it.</summary>
    private const int Attempts = 4;

    public ValueTask<IResourceSnapshot> ReadAsync(ResourceId resource, ReadAt at, CancellationToken cancel)
    {
        if (services.Directory.TryGet(resource, out var owned) && at.Kind is ReadKind.Latest or ReadKind.Any)
            return new ValueTask<IResourceSnapshot>(owned!.View.Cut);
        return ReadSlowlyAsync(resource, at, cancel);
    }

    public async ValueTask<WriteResult> WriteAsync(ResourceId resource, WriteCommand command, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var write = new SingleWrite(command);
            (await OpenAsync(resource, cancel)).Inbox.Post(write);
            if (await write.Result is { } result)
                return result;
        }
        return new WriteResult(WriteOutcome.Refused, null, 0);
    }

    public async ValueTask<IReadOnlyList<WriteResult>> WriteManyAsync(ResourceId resource, IReadOnlyList<WriteCommand> commands, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (commands.Count == 0)
            return [];
        var group = new WriteGroup(commands);
        (await OpenAsync(resource, cancel)).Inbox.Post(group.Writes);
        var results = await group.Results;
        return Array.ConvertAll(results, r => r ?? new WriteResult(WriteOutcome.Refused, null, 0));
    }

    public async ValueTask<IResourceWatch> WatchAsync(ResourceId resource, long afterRevision, ObjectFilter filter, CancellationToken cancel)
    {
        var owned = await OpenAsync(resource, cancel);
        await WaitForAsync(owned.View, afterRevision, cancel);
        return owned.View.Watch(afterRevision, filter);
    }

    private async ValueTask<IResourceSnapshot> ReadSlowlyAsync(ResourceId resource, ReadAt at, CancellationToken cancel)
    {
        var owned = await OpenAsync(resource, cancel);
        if (at.Kind is ReadKind.NotOlderThan or ReadKind.Exact)
            await WaitForAsync(owned.View, at.Revision, cancel);
        return at.Kind == ReadKind.Exact ? owned.View.At(at.Revision) : owned.View.Cut;
    }

    private async ValueTask WaitForAsync(ResourceView view, long revision, CancellationToken cancel)
    {
        if (view.Cut.Revision >= revision)
            return;
        try
        {
            await view.WaitFor(revision).WaitAsync(services.Options.FutureRevisionWait, services.Time, cancel);
        }
        catch (TimeoutException)
        {
            throw ApiErrors.TooLargeResourceVersion(revision, view.Cut.Revision);
        }
    }

    private ValueTask<OwnedResource> OpenAsync(ResourceId resource, CancellationToken cancel) =>
        services.Directory.TryGet(resource, out var owned) ? new ValueTask<OwnedResource>(owned) : ActivateAsync(resource, cancel);

    private async ValueTask<OwnedResource> ActivateAsync(ResourceId resource, CancellationToken cancel)
    {
        var coming = services.Directory.WaitFor(resource);
        region.Tell(new ActivateResource(resource.ToString()), ActorRefs.NoSender);
        try
        {
            return await coming.WaitAsync(services.Options.ActivationTimeout, services.Time, cancel);
        }
        catch (TimeoutException)
        {
            throw ApiErrors.ServiceUnavailable($"the journal of {resource} did not answer in time");
        }
        catch (Exception cause) when (cause is not OperationCanceledException and not ApiException and not JournalFormatException)
        {
            throw ApiErrors.ServiceUnavailable($"the journal of {resource} cannot be read at this time");
        }
    }
}
