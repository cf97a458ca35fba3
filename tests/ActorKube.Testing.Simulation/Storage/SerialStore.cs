using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Testing.Simulation.Serial;

namespace ActorKube.Testing.Simulation.Storage;

/// <summary>
/// The store on one thread: the decider, the state, the views and the watch hub of the real one, around a journal that is a list. A write is decided in a step of its own and answered in another, so
/// that a caller can be gone in between.
/// </summary>
/// <param name="loop">Where it runs.</param>
/// <param name="time">Its clock.</param>
/// <param name="travel">A write's way, there or back.</param>
internal sealed class SerialStore(SerialLoop loop, TimeProvider time, Func<Task> travel) : IResourceStore, IDisposable
{
    private readonly Dictionary<ResourceId, SerialResource> _resources = [];

    /// <summary>Settings of the real store that hold here, too.</summary>
    public StoreOptions Options { get; init; } = new() { HistoryEvents = 500 };

    /// <summary>Told of every event as it becomes durable.</summary>
    public Action<JournalEntry>? Journal { get; set; }

    /// <summary>Events in the journal.</summary>
    public long Count { get; private set; }

    public ValueTask<IResourceSnapshot> ReadAsync(ResourceId resource, ReadAt at, CancellationToken cancel) => Of(resource).ReadAsync(at, cancel);

    public async ValueTask<WriteResult> WriteAsync(ResourceId resource, WriteCommand command, CancellationToken cancel) => (await WriteManyAsync(resource, [command], cancel))[0];

    public async ValueTask<IReadOnlyList<WriteResult>> WriteManyAsync(ResourceId resource, IReadOnlyList<WriteCommand> commands, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        await travel();
        var results = commands.Select(Of(resource).Write).ToArray();
        await travel();
        return results;
    }

    public ValueTask<IResourceWatch> WatchAsync(ResourceId resource, long afterRevision, ObjectFilter filter, CancellationToken cancel) =>
        new(Of(resource).Watch(afterRevision, filter));

    public void Dispose()
    {
        foreach (var resource in _resources.Values)
            resource.Dispose();
    }

    internal void Commit(JournalEntry entry)
    {
        Count++;
        Journal?.Invoke(entry);
    }

    private SerialResource Of(ResourceId id)
    {
        if (!_resources.TryGetValue(id, out var resource))
            _resources.Add(id, resource = new SerialResource(id, this, loop, time));
        return resource;
    }
}
