using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.EndToEnd.Tests.Workload;

/// <summary>
/// Counts up in all counted objects through one server, by read and compare-and-set, as fast as it is let. It remembers what was acknowledged, and checks at every read that it
/// is there: no fewer than were acknowledged, no more than acknowledged and unknown ones together.
/// </summary>
internal sealed class CountingWriter(string name, IResourceClient client)
{
    // 409: another writer was faster. 429 and 503: nothing has happened. 504: nobody knows.
    private static readonly int[] Expected = [409, 429, 503, 504];

    // Unknown: the revision that a write of unknown outcome was to replace. As long as the object is at that revision the write may still come.
    private readonly Dictionary<ObjectAddress, (int Acknowledged, long? Unknown)> _counts = CountedObjects.All.ToDictionary(o => o, _ => (0, (long?)null));

    private (int Acknowledged, TaskCompletionSource Reached)? _goal;

    public string Name => name;

    /// <summary>Writes that were acknowledged.</summary>
    public int Acknowledged => _counts.Values.Sum(c => c.Acknowledged);

    /// <summary>Completes when so many writes have been acknowledged.</summary>
    public Task ReachedAsync(int acknowledged)
    {
        var goal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _goal = (acknowledged, goal);
        return goal.Task;
    }

    /// <summary>Answers other than success, by status code.</summary>
    public SortedDictionary<int, int> Refusals { get; } = [];

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            foreach (var address in CountedObjects.All)
                await CountAsync(address, stop);
    }

    /// <summary>Whether an object read now holds what this writer knows of.</summary>
    public void Check(ObjectAddress address, StoredObject item)
    {
        var found = CountedObjects.Counters(item).GetValueOrDefault(name);
        var (acknowledged, unknown) = _counts[address];
        Assert.True(found >= acknowledged, $"{name}: {acknowledged} writes to {address.Resource.Plural} {address.Name} were acknowledged, but only {found} are there at {item.Revision}.");
        Assert.True(found <= acknowledged + (unknown is null ? 0 : 1), $"{name}: {address.Resource.Plural} {address.Name} holds {found} writes at {item.Revision}, but {acknowledged} were acknowledged and the others refused.");
    }

    private async Task CountAsync(ObjectAddress address, CancellationToken stop)
    {
        try
        {
            var item = await client.GetAsync(address, null, stop);
            Check(address, item);
            var next = CountedObjects.Counters(item).GetValueOrDefault(name) + 1;
            if (_counts[address].Unknown != item.Revision)
                _counts[address] = (next - 1, null);
            await TryAsync(address, item, next, stop);
        }
        catch (ApiException failure)
        {
            Note(failure);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // A write that was cut off has an unknown outcome.
        }
    }

    private async Task TryAsync(ObjectAddress address, StoredObject item, int next, CancellationToken stop)
    {
        var before = _counts[address];
        _counts[address] = (next - 1, item.Revision);
        try
        {
            await client.UpdateAsync(address, CountedObjects.With(item, name, next), null, stop);
            _counts[address] = (next, null);
            if (_goal is { } goal && Acknowledged >= goal.Acknowledged)
                goal.Reached.TrySetResult();
        }
        catch (ApiException refused) when (refused.Status.Code is 409 or 429)
        {
            _counts[address] = before;
            Note(refused);
        }
    }

    private void Note(ApiException failure)
    {
        Assert.True(Expected.Contains(failure.Status.Code), $"{name} was answered {failure.Status.Code} {failure.Status.Reason}: {failure.Status.Message}");
        Refusals[failure.Status.Code] = Refusals.GetValueOrDefault(failure.Status.Code) + 1;
    }
}
