using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Journal;
using ActorKube.Store.Views;
using ActorKube.Store.Writing;
using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>The store of one process. Reads and writes of resources that this process owns need no message and no wait beyond the journal's.</summary>
/// <param name="services">What the process shares.</param>
/// <param name="locator">Takes <see cref="ActivateResource"/>: the region, or in a cluster the replica manager.</param>
internal sealed class ResourceStore(StoreServices services, IActorRef locator) : IResourceStore
{
    /// <summary>How often a write is tried again when the actor stopped before it had looked at it.</summary>
    private const int Attempts = 4;

    /// <summary>Told to clients with a 503: nothing has happened, they may try again.</summary>
    private const int RetryAfterSeconds = 1;

    private static readonly TimeSpan ActivationRetry = TimeSpan.FromMilliseconds(250);

    public ValueTask<IResourceSnapshot> ReadAsync(ResourceId resource, ReadAt at, CancellationToken cancel)
    {
        if (services.Directory.TryGet(resource, out var access) && (at.Kind == ReadKind.Any || (at.Kind == ReadKind.Latest && access.Barrier is null)))
            return new ValueTask<IResourceSnapshot>(access.View.Cut);
        return RetryAsync(resource, (a, c) => ReadFromAsync(a, at, c), cancel);
    }

    public async ValueTask<WriteResult> WriteAsync(ResourceId resource, WriteCommand command, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var write = new SingleWrite(command);
            (await OpenAsync(resource, cancel)).Inbox.Post(write);
            // An actor that waits for its journal may answer long after the caller's deadline.
            using var until = write.Until(cancel);
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
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var group = new WriteGroup(commands, _ => done.TrySetResult());
        (await OpenAsync(resource, cancel)).Inbox.Post(group.Writes);
        await done.Task.WaitAsync(cancel);
        return Array.ConvertAll(group.Results, r => r.Fate switch
        {
            WriteFate.Decided => r.Result,
            WriteFate.NotTaken => new WriteResult(WriteOutcome.Refused, null, 0),
            _ => throw SingleWrite.UnknownOutcome(),
        });
    }

    public ValueTask<IResourceWatch> WatchAsync(ResourceId resource, long afterRevision, ObjectFilter filter, CancellationToken cancel) =>
        RetryAsync<IResourceWatch>(resource, (access, _) => new ValueTask<IResourceWatch>(access.View.Watch(afterRevision, filter)), cancel);

    private async ValueTask<IResourceSnapshot> ReadFromAsync(ResourceAccess access, ReadAt at, CancellationToken cancel)
    {
        if (at.Kind == ReadKind.Latest && access.Barrier is not null)
            await WaitForAsync(access.View, await access.Barrier.Join().WaitAsync(cancel), cancel);
        if (at.Kind is ReadKind.NotOlderThan or ReadKind.Exact)
            await WaitForAsync(access.View, at.Revision, cancel);
        return at.Kind == ReadKind.Exact ? access.View.At(at.Revision) : access.View.Cut;
    }

    /// <summary>Tries again where the resource has gone to when it moves in the middle of a read.</summary>
    private async ValueTask<T> RetryAsync<T>(ResourceId resource, Func<ResourceAccess, CancellationToken, ValueTask<T>> read, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
            try
            {
                return await read(await OpenAsync(resource, cancel), cancel);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // The actor or replica stopped; the next attempt asks where the resource is now.
            }
        throw ApiErrors.ServiceUnavailable($"{resource} is moving between servers", RetryAfterSeconds);
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

    private ValueTask<ResourceAccess> OpenAsync(ResourceId resource, CancellationToken cancel) =>
        services.Directory.TryGet(resource, out var access) ? new ValueTask<ResourceAccess>(access) : ActivateAsync(resource, cancel);

    /// <summary>Asks for the resource, again and again: while a shard moves or a server goes, a request can be lost.</summary>
    private async ValueTask<ResourceAccess> ActivateAsync(ResourceId resource, CancellationToken cancel)
    {
        var begun = services.Time.GetTimestamp();
        while (true)
        {
            var coming = services.Directory.WaitFor(resource);
            locator.Tell(new ActivateResource(resource.ToString()), ActorRefs.NoSender);
            try
            {
                return await coming.WaitAsync(ActivationRetry, services.Time, cancel);
            }
            catch (TimeoutException) when (services.Time.GetElapsedTime(begun) < services.Options.ActivationTimeout)
            {
                // Asked again.
            }
            catch (TimeoutException)
            {
                throw ApiErrors.ServiceUnavailable($"the journal of {resource} did not answer in time", RetryAfterSeconds);
            }
            catch (Exception cause) when (cause is not OperationCanceledException and not ApiException and not JournalFormatException)
            {
                throw ApiErrors.ServiceUnavailable($"the journal of {resource} cannot be read at this time", RetryAfterSeconds);
            }
        }
    }
}
