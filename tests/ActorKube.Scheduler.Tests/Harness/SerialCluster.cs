using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.Scheduler.Tests.Harness;

/// <summary>The in-memory API server for callers on many threads: one at a time, and watches that run on their own.</summary>
internal sealed class SerialCluster(TimeProvider time) : IResourceClient
{
    private readonly Lock _gate = new();

    public BindingCluster Inner { get; } = new(time);

    public void Locked(Action action)
    {
        lock (_gate)
            action();
    }

    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default)
    {
        lock (_gate)
            return Inner.GetAsync(address, options, cancel);
    }

    public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default)
    {
        lock (_gate)
            return Inner.ListAsync(resource, ns, options, cancel);
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        GroupVersionResource resource, string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var changes = Channel.CreateUnbounded<WatchEvent>();
        _ = PumpAsync(resource, ns, options, changes.Writer, cancel);
        await foreach (var change in changes.Reader.ReadAllAsync(cancel))
            yield return change;
    }

    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default)
    {
        lock (_gate)
            return Inner.CreateAsync(address, body, options, cancel);
    }

    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default)
    {
        lock (_gate)
            return Inner.UpdateAsync(address, body, options, cancel);
    }

    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default)
    {
        lock (_gate)
            return Inner.PatchAsync(address, type, patch, options, cancel);
    }

    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default)
    {
        lock (_gate)
            return Inner.DeleteAsync(address, options, cancel);
    }

    public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default)
    {
        lock (_gate)
            return Inner.DeleteCollectionAsync(resource, ns, options, select, cancel);
    }

    // The memory's watches call their readers while the writer holds the lock: the channel takes the change over and lets the writer go.
    private async Task PumpAsync(GroupVersionResource resource, string? ns, WatchOptions options, ChannelWriter<WatchEvent> to, CancellationToken cancel)
    {
        try
        {
            IAsyncEnumerator<WatchEvent> changes;
            ValueTask<bool> next;
            lock (_gate)
            {
                changes = Inner.WatchAsync(resource, ns, options, cancel).GetAsyncEnumerator(cancel);
                next = changes.MoveNextAsync();
            }
            while (await next)
            {
                to.TryWrite(changes.Current);
                next = changes.MoveNextAsync();
            }
            to.TryComplete();
        }
        catch (Exception end)
        {
            to.TryComplete(end);
        }
    }
}
