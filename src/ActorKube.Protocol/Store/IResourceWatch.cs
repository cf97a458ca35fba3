using System.Diagnostics.CodeAnalysis;

namespace ActorKube.Protocol.Store;

/// <summary>One watcher's ordered stream of changes. For a single reader.</summary>
public interface IResourceWatch : IDisposable
{
    /// <summary>Takes the next change if one has arrived.</summary>
    bool TryRead([NotNullWhen(true)] out ResourceChange? change);

    /// <summary>
    /// Completes with true when a change can be read, with false when the stream has ended in good order (the process stops, or the resource moved: the client resumes by revision).
    /// </summary>
    /// <exception cref="Api.Errors.ApiException">The watcher fell behind what its queue holds (410 <c>Expired</c>) or lost the owner.</exception>
    ValueTask<bool> WaitAsync(CancellationToken cancel);

    /// <summary>Every change up to this revision that concerns the watcher has been handed out by <see cref="TryRead"/>: what a bookmark may say.</summary>
    long SafeRevision { get; }
}
