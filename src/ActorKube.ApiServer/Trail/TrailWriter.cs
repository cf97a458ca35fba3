using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Trail;

/// <summary>
/// Writes the changes of one workspace: one write at a time, and what comes meanwhile shares the next. So a single change is kept at once, and thousands cost little more than the bytes they are.
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="id">In what resource.</param>
/// <param name="kept">How many.</param>
/// <param name="log">Told when some could not be kept.</param>
internal sealed partial class TrailWriter(IResourceStore store, ResourceId id, int kept, ILogger log)
{
    private readonly Lock _lock = new();
    private readonly Queue<UserChange> _waiting = new();
    private bool _writes;

    /// <summary>Takes a change that is to be kept; of more than can be kept the oldest goes.</summary>
    public void Take(UserChange change)
    {
        lock (_lock)
        {
            if (_waiting.Count == kept)
                _waiting.Dequeue();
            _waiting.Enqueue(change);
            if (_writes)
                return;
            _writes = true;
        }
        _ = WriteAllAsync();
    }

    private async Task WriteAllAsync()
    {
        while (Next() is { } batch)
            try
            {
                await WriteAsync(batch);
            }
            catch (Exception failure)
            {
                NotKept(log, batch.Count, failure.Message);
            }
    }

    private List<UserChange>? Next()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _writes = false;
                return null;
            }
            var batch = new List<UserChange>(Math.Min(_waiting.Count, ChangeBatch.Most));
            while (batch.Count < batch.Capacity)
                batch.Add(_waiting.Dequeue());
            return batch;
        }
    }

    private async ValueTask WriteAsync(List<UserChange> batch)
    {
        var result = await store.WriteAsync(id, ChangeBatch.Creation(batch), default);
        if (!result.Committed)
        {
            NotKept(log, batch.Count, result.Outcome.ToString());
            return;
        }
        // Only when the new ones are there the oldest go.
        if (TooMany(await store.ReadAsync(id, ReadAt.Any, default)) is { Count: > 0 } oldest)
            await store.WriteManyAsync(id, oldest, default);
    }

    private List<WriteCommand> TooMany(IResourceSnapshot all)
    {
        var oldest = new List<WriteCommand>();
        // Most writes need not count.
        if (all.Count * ChangeBatch.Most <= kept)
            return oldest;
        var surplus = all.Range(null, null).Sum(static b => ChangeBatch.CountOf(b.Key)) - kept;
        foreach (var batch in all.Range(null, null))
            if ((surplus -= ChangeBatch.CountOf(batch.Key)) >= 0)
                oldest.Add(new RemoveObject(batch.Key, null, null));
            else
                break;
        return oldest;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "It could not be kept who made {Count} changes, so that explanations will not say it: {Why}")]
    private static partial void NotKept(ILogger log, int count, string why);
}
