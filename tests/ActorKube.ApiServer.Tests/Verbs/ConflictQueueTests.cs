using ActorKube.Api.Names;
using ActorKube.ApiServer.Verbs;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class ConflictQueueTests
{
    private static readonly GroupResource Pods = new("", "pods");
    private static readonly ObjectKey Key = new("default", "a");
    private readonly ConflictQueue _queue = new();

    [Fact]
    public async Task Turns_follow_each_other_and_the_queue_is_busy_until_the_last_has_ended()
    {
        var first = await _queue.EnterAsync(Pods, Key, default);
        var second = _queue.EnterAsync(Pods, Key, default);
        Assert.False(second.IsCompleted);
        Assert.True(_queue.IsBusy(Pods, Key));
        first.Dispose();
        (await second).Dispose();
        Assert.False(_queue.IsBusy(Pods, Key));
    }

    [Fact]
    public async Task Who_gives_up_while_he_waits_costs_nobody_a_turn()
    {
        var first = await _queue.EnterAsync(Pods, Key, default);
        using var given = new CancellationTokenSource();
        var second = _queue.EnterAsync(Pods, Key, given.Token).AsTask();
        var third = _queue.EnterAsync(Pods, Key, default).AsTask();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        (await third).Dispose();
        Assert.False(_queue.IsBusy(Pods, Key));
    }
}
