using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Client;

namespace ActorKube.NodeAgent.Tests.Support;

public sealed class FakeClusterTests
{
    private const int Writers = 8;
    private const int WritesEach = 200;

    [Fact]
    public async Task Patches_at_the_same_time_lose_nothing()
    {
        var cluster = new FakeCluster(TimeProvider.System);
        cluster.Put("nodes", (JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"}}""")!);
        var address = new ObjectAddress(WellKnownResources.Nodes, "", "n1");
        using var barrier = new Barrier(Writers);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(TestContext.Current.CancellationToken);
                for (var i = 0; i < WritesEach; i++)
                    _ = cluster.PatchAsync(address, PatchType.Merge, Encoding.UTF8.GetBytes($$$"""{"status":{"w{{{writer}}}-{{{i}}}":true} }""")).AsTask();
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(Writers * WritesEach, cluster.Find("nodes", "", "n1")!["status"]!.AsObject().Count);
    }
}
