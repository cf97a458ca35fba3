namespace ActorKube.Protocol.Store;

/// <summary>
/// The store as the request pipeline sees it; nothing else may call it. Every member upholds the consistency contract: nothing is answered,
/// listed or watched before it is durable.
/// </summary>
public interface IResourceStore
{
    /// <summary>
    /// The committed state of a resource as an immutable cut. Answers at once, without a message, when this process hosts the resource or its replica is recent enough.
    /// </summary>
    /// <exception cref="Api.Errors.ApiException">504 when the cut cannot be had in time: too large a revision was asked for, or the owner does not answer.</exception>
    ValueTask<IResourceSnapshot> ReadAsync(ResourceId resource, ReadAt at, CancellationToken cancel);

    /// <summary>Carries out one write; completes when it is durable, or when it is certain that it did not happen.</summary>
    /// <exception cref="Api.Errors.ApiException">504 <c>Timeout</c> when the outcome is unknown.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and left: it may be carried out all the same.</exception>
    ValueTask<WriteResult> WriteAsync(ResourceId resource, WriteCommand command, CancellationToken cancel);

    /// <summary>Carries out many independent writes to one resource, in order, in one message; the results are in the order of the commands. One failure does not undo others.</summary>
    /// <exception cref="Api.Errors.ApiException">504 <c>Timeout</c> when the outcome is unknown.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and left: some or all may be carried out all the same.</exception>
    ValueTask<IReadOnlyList<WriteResult>> WriteManyAsync(ResourceId resource, IReadOnlyList<WriteCommand> commands, CancellationToken cancel);

    /// <summary>Every change after <paramref name="afterRevision"/> that concerns <paramref name="filter"/>, in order.</summary>
    /// <exception cref="Api.Errors.ApiException">410 <c>Expired</c> when that revision is older than what is retained.</exception>
    ValueTask<IResourceWatch> WatchAsync(ResourceId resource, long afterRevision, Api.Objects.ObjectFilter filter, CancellationToken cancel);
}
