using ActorKube.ApiServer.Security;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class ResourceFeedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task What_nobody_expected_begins_the_feed_anew_instead_of_ending_it()
    {
        var store = new MemoryStore();
        var feed = new ResourceFeed(store, ResourceId.Root(SecurityResources.Pods), TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var (resets, changes) = (0, 0);
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var whole = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = feed.RunAsync(
            all =>
            {
                switch (++resets)
                {
                    case 1:
                        throw new InvalidOperationException("the first reading");
                    case 2:
                        again.SetResult();
                        break;
                    default:
                        whole.TrySetResult(all.Count());
                        break;
                }
            },
            _ =>
            {
                if (++changes == 1)
                    throw new FormatException("the first change");
            },
            stop.Token);
        await again.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        store.Put(SecurityResources.Pods, """{"metadata":{"name":"p","namespace":"default"}}""");
        Assert.Equal(1, await whole.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        await running;
    }
}
