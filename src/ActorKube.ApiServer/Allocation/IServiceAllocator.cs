using System.Text.Json.Nodes;
using ActorKube.Api.Objects;

namespace ActorKube.ApiServer.Allocation;

/// <summary>Gives cluster addresses and node ports to services, each to one service at a time, whoever else allocates in other processes.</summary>
internal interface IServiceAllocator
{
    /// <summary>
    /// Completes the spec of a service that is about to be written with the addresses and ports it needs and asks for.
    /// </summary>
    /// <param name="workspace">The Kubernetes API it belongs to.</param>
    /// <param name="service">The new state; changed in place.</param>
    /// <param name="old">The present state; null when it is created.</param>
    /// <param name="dryRun">Finds out what would be given, and takes nothing.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <returns>What to undo when the write fails and what to give back when it succeeds.</returns>
    /// <exception cref="Api.Errors.ApiException">422: an address or port is taken or outside its range. 500: the range is used up.</exception>
    ValueTask<IServiceAllocation> AllocateAsync(string workspace, JsonObject service, JsonObject? old, bool dryRun, CancellationToken cancel);

    /// <summary>Gives back what a service had.</summary>
    ValueTask ReleaseAsync(string workspace, StoredObject service, CancellationToken cancel);
}

/// <summary>What one write has taken.</summary>
internal interface IServiceAllocation
{
    /// <summary>The write is durable: what the old state no longer needs is free again.</summary>
    ValueTask CommitAsync(CancellationToken cancel);

    /// <summary>The write did not happen: what it took is free again.</summary>
    ValueTask RollbackAsync(CancellationToken cancel);
}
