using ActorKube.Api.Names;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.PostgreSql;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Cluster;

/// <summary>Three servers with one journal.</summary>
public abstract class ClusterTests : IAsyncLifetime
{
    private readonly List<ClusterNode> _nodes = [];

    protected abstract Task<JournalChoice> SharedJournal();

    public async ValueTask InitializeAsync()
    {
        var journal = await SharedJournal();
        for (var i = 0; i < 3; i++)
            _nodes.Add(await ClusterNode.Start(journal, _nodes.FirstOrDefault()));
    }

    [Fact]
    public async Task Every_server_reads_what_any_server_has_written()
    {
        foreach (var (writer, number) in _nodes.Select((n, i) => (n, i)))
        {
            var written = await writer.Store.Write(Create($"o{number}", value: new string('x', 2000)));
            Assert.True(written.Committed);
            foreach (var reader in _nodes)
                Assert.Equal(written.Revision, (await reader.Store.Read()).Find(Key($"o{number}"))?.Revision);
        }
    }

    [Fact]
    public async Task All_servers_show_the_same_events_in_the_same_order()
    {
        var watches = new List<IResourceWatch>();
        foreach (var node in _nodes)
        {
            await node.Store.Read();
            watches.Add(await node.Store.Watch(1));
        }
        await Task.WhenAll(_nodes.Select((n, w) => Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                var created = await n.Store.Write(Create($"w{w}-{i}"));
                if (i % 3 == 0)
                    await n.Store.Write(new RemoveObject(Key($"w{w}-{i}"), created.Revision, null));
            }
        })));
        var last = (await _nodes[0].Store.Read()).Revision;
        var seen = new List<string>();
        foreach (var watch in watches)
            seen.Add(string.Join(' ', (await watch.ReadTo(last)).Select(c => $"{c.Revision}:{c.Type}:{c.Object.Key.Name}")));
        Assert.Single(seen.Distinct());
        Assert.Equal(last - 1, seen[0].Split(' ').Length);
    }

    [Fact]
    public async Task Refusals_and_removals_carry_their_object_to_other_servers()
    {
        await _nodes[0].Store.Write(Create("a", value: "first"));
        foreach (var node in _nodes)
        {
            var refused = await node.Store.Write(Create("a", value: "second"));
            Assert.Equal((WriteOutcome.AlreadyExists, "first"), (refused.Outcome, Value(refused.Object!)));
        }
        var removed = await _nodes[2].Store.Write(Remove("a"));
        Assert.Equal((true, "first", removed.Revision), (removed.Committed, Value(removed.Object!), removed.Object!.Revision));
    }

    [Fact]
    public async Task When_the_owner_leaves_the_others_go_on_and_nothing_acknowledged_is_lost()
    {
        var resources = Enumerable.Range(0, 12).Select(i => ResourceId.Root(new GroupResource("test", $"kind{i}"))).ToArray();
        foreach (var resource in resources)
            Assert.True((await _nodes[1].Store.WriteAsync(resource, Create("a"), CancellationToken.None)).Committed);
        await _nodes[0].Leave();
        foreach (var resource in resources)
        {
            var cut = await _nodes[2].Store.ReadAsync(resource, ReadAt.Latest, CancellationToken.None);
            Assert.NotNull(cut.Find(Key("a")));
            Assert.True((await _nodes[1].Store.WriteAsync(resource, Create("b"), CancellationToken.None)).Committed);
            Assert.NotNull((await _nodes[2].Store.ReadAsync(resource, ReadAt.Latest, CancellationToken.None)).Find(Key("b")));
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Task.WhenAll(_nodes.Select(n => n.DisposeAsync().AsTask()));
    }
}

/// <summary>On one SQLite file, which the three can share only because they live in one process.</summary>
[Trait("Category", "Cluster")]
public sealed class SqliteClusterTests : ClusterTests
{
    private readonly TemporaryDirectory _directory = new();

    protected override Task<JournalChoice> SharedJournal() => Task.FromResult(JournalChoice.Sqlite(_directory.Path) with { IsShared = true });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

[Trait("Category", "Cluster")]
public sealed class PostgreSqlClusterTests(PostgreSqlServer server) : ClusterTests, IClassFixture<PostgreSqlServer>
{
    protected override async Task<JournalChoice> SharedJournal()
    {
        Assert.SkipWhen(PostgreSqlServer.Home is null, "PostgreSQL is not installed.");
        return JournalChoice.PostgreSql(await server.NewDatabase());
    }
}
