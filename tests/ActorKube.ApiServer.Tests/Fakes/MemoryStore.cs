using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Tests.Fakes;

/// <summary>The store's contract in memory, one lock per resource: every write at once durable, every cut kept.</summary>
internal sealed class MemoryStore : IResourceStore
{
    private readonly ConcurrentDictionary<ResourceId, Resource> _resources = new();
    private long _writes;

    /// <summary>How many writes were committed, in all resources.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>Every object with its revision, in all resources: equal when nothing has changed.</summary>
    public string Content => string.Join('\n', _resources.OrderBy(r => r.Key.ToString(), StringComparer.Ordinal)
        .SelectMany(r => r.Value.Current.Objects.Select(o => $"{r.Key} {o.Key} {o.Value.Revision}")));

    /// <summary>Cuts up to this revision are forgotten.</summary>
    public long CompactedTo { get; set; }

    /// <summary>Called before each write is decided; may write itself, to come in between.</summary>
    public Func<ResourceId, WriteCommand, ValueTask>? BeforeWrite { get; set; }

    public ValueTask<IResourceSnapshot> ReadAsync(ResourceId resource, ReadAt at, CancellationToken cancel)
    {
        var current = Of(resource).Current;
        if (at.Kind is ReadKind.NotOlderThan or ReadKind.Exact && at.Revision > current.Revision)
            throw ApiErrors.TooLargeResourceVersion(at.Revision, current.Revision);
        if (at.Kind != ReadKind.Exact)
            return new(current);
        if (at.Revision <= CompactedTo)
            throw ApiErrors.Expired($"The resourceVersion for the provided list is too old.");
        return new(Of(resource).At(at.Revision));
    }

    public async ValueTask<WriteResult> WriteAsync(ResourceId resource, WriteCommand command, CancellationToken cancel)
    {
        if (BeforeWrite is { } before)
            await before(resource, command);
        var result = Of(resource).Write(command);
        if (result.Committed && command is not BeginTenure)
            Interlocked.Increment(ref _writes);
        return result;
    }

    public async ValueTask<IReadOnlyList<WriteResult>> WriteManyAsync(ResourceId resource, IReadOnlyList<WriteCommand> commands, CancellationToken cancel)
    {
        var results = new List<WriteResult>();
        foreach (var command in commands)
            results.Add(await WriteAsync(resource, command, cancel));
        return results;
    }

    public ValueTask<IResourceWatch> WatchAsync(ResourceId resource, long afterRevision, ObjectFilter filter, CancellationToken cancel)
    {
        if (afterRevision < CompactedTo)
            throw ApiErrors.Expired($"too old resource version: {afterRevision} ({CompactedTo})");
        return new(new Watch(Of(resource), afterRevision, filter));
    }

    /// <summary>What an actor that begins anew does not know.</summary>
    public void ForgetTenures(ResourceId resource) => Of(resource).Tenures.Clear();

    private Resource Of(ResourceId id) => _resources.GetOrAdd(id, static _ => new Resource());

    private sealed class Resource
    {
        private readonly List<Cut> _cuts = [new Cut(1, ImmutableSortedDictionary<ObjectKey, StoredObject>.Empty)];
        private readonly List<(StoredObject? Old, StoredObject New, bool Removed)> _events = [];
        private readonly Dictionary<string, long> _fences = [];
        public Dictionary<string, string> Tenures { get; } = [];

        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Cut Current
        {
            get
            {
                lock (_cuts)
                    return _cuts[^1];
            }
        }

        public Cut At(long revision)
        {
            lock (_cuts)
                return _cuts[(int)revision - 1];
        }

        public (IReadOnlyList<(StoredObject? Old, StoredObject New, bool Removed)> Events, Task Changed) Since(long revision)
        {
            lock (_cuts)
                return ([.. _events.Skip((int)revision - 1)], _changed.Task);
        }

        public WriteResult Write(WriteCommand command)
        {
            lock (_cuts)
            {
                var cut = _cuts[^1];
                if (command is BeginTenure begin)
                {
                    if (begin.Renews && Tenures.GetValueOrDefault(begin.Begun.Role, begin.Begun.Holder) != begin.Begun.Holder)
                        return new(WriteOutcome.Fenced, null, cut.Revision);
                    Tenures[begin.Begun.Role] = begin.Begun.Holder;
                    return new(WriteOutcome.Committed, null, cut.Revision);
                }
                var present = cut.Find(command.Key);
                if (Refusal(command, present) is { } outcome)
                    return new(outcome, present, cut.Revision);
                if (command.Fence is { } fence)
                    _fences[fence.Name] = fence.Epoch;
                var revision = cut.Revision + 1;
                var written = command switch
                {
                    CreateObject create => StoredObject.Parse(create.Content.At(revision)),
                    ReplaceObject replace => StoredObject.Parse(replace.Content.At(revision)),
                    RemoveObject => Renumbered(present!, revision),
                    _ => throw new InvalidOperationException($"Unknown command {command}."),
                };
                var removed = command is RemoveObject;
                _cuts.Add(new Cut(revision, removed ? cut.Objects.Remove(command.Key) : cut.Objects.SetItem(command.Key, written)));
                _events.Add((present, written, removed));
                _changed.TrySetResult();
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return new(WriteOutcome.Committed, written, revision);
            }
        }

        private WriteOutcome? Refusal(WriteCommand command, StoredObject? present)
        {
            if (command.Tenure is { } tenure && Tenures.GetValueOrDefault(tenure.Role) != tenure.Holder)
                return WriteOutcome.Fenced;
            if (command.Fence is { } fence && _fences.GetValueOrDefault(fence.Name) > fence.Epoch)
                return WriteOutcome.Fenced;
            return (command, present) switch
            {
                (CreateObject, not null) => WriteOutcome.AlreadyExists,
                (CreateObject, null) => null,
                (_, null) => WriteOutcome.NotFound,
                (ReplaceObject replace, _) when replace.ExpectedRevision != present.Revision => WriteOutcome.RevisionMismatch,
                (RemoveObject { ExpectedUid: { } uid }, _) when uid != present.Head.Uid => WriteOutcome.UidMismatch,
                (RemoveObject { ExpectedRevision: { } revision }, _) when revision != present.Revision => WriteOutcome.RevisionMismatch,
                _ => null,
            };
        }

        private static StoredObject Renumbered(StoredObject item, long revision)
        {
            var tree = System.Text.Json.Nodes.JsonNode.Parse(item.Json.Span)!;
            tree["metadata"]!["resourceVersion"] = revision.ToString();
            return StoredObject.Parse(Api.Json.JsonEncoder.Encode(tree));
        }
    }

    private sealed record Cut(long Revision, ImmutableSortedDictionary<ObjectKey, StoredObject> Objects) : IResourceSnapshot
    {
        public int Count => Objects.Count;

        public StoredObject? Find(ObjectKey key) => Objects.GetValueOrDefault(key);

        public IEnumerable<StoredObject> Range(string? ns, ObjectKey? after) =>
            Objects.Where(o => (ns is null || o.Key.Namespace == ns) && (after is not { } last || o.Key.CompareTo(last) > 0)).Select(o => o.Value);

        public int CountRange(string? ns, ObjectKey? after) => Range(ns, after).Count();
    }

    private sealed class Watch(Resource resource, long after, ObjectFilter filter) : IResourceWatch
    {
        private readonly Queue<ResourceChange> _queue = new();
        private bool _disposed;

        public long SafeRevision { get; private set; } = after;

        public bool TryRead([NotNullWhen(true)] out ResourceChange? change)
        {
            if (_queue.Count == 0)
                _ = Fill();
            return _queue.TryDequeue(out change);
        }

        public async ValueTask<bool> WaitAsync(CancellationToken cancel)
        {
            while (!_disposed)
            {
                var changed = Fill();
                if (_queue.Count > 0)
                    return true;
                await changed.WaitAsync(cancel);
            }
            return false;
        }

        public void Dispose() => _disposed = true;

        private Task Fill()
        {
            var (events, changed) = resource.Since(SafeRevision);
            foreach (var (old, item, removed) in events)
            {
                SafeRevision++;
                var before = old is not null && filter.Matches(old);
                var now = !removed && filter.Matches(item);
                if (before || now)
                    _queue.Enqueue(new ResourceChange(before && now ? ChangeType.Modified : now ? ChangeType.Added : ChangeType.Deleted, item, SafeRevision));
            }
            return changed;
        }
    }
}
