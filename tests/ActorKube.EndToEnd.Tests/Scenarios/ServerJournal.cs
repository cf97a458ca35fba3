using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.Testing.PostgreSql;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What a server says when its journal or its token is not the right one, and what it does while the database is away.</summary>
[Trait("needs", "postgresql")]
[Collection(SeveralServers.Name)]
public sealed class ServerJournal(PostgreSqlServer postgres)
{
    [Fact]
    public async Task Several_servers_without_a_shared_journal_are_refused()
    {
        using var directory = new TemporaryDirectory();
        var said = await FailAsync("server", "--data", directory.Path, "--join", "127.0.0.1:1", "--token", $"ak1-abcdef.0123456789abcdef-{new string('0', 64)}");
        Assert.Equal("actorkube: Several servers need a journal that all of them can reach: start every server with the same --journal postgresql:CONNECTION-STRING.", said);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_told_in_one_sentence()
    {
        using var directory = new TemporaryDirectory();
        var said = await FailAsync("server", "--data", directory.Path, "--journal", "postgresql:Host=127.0.0.1;Port=1;Username=u;Password=secret;Database=d");
        Assert.Equal("actorkube: The journal's database 'd' at 127.0.0.1:1 cannot be used: Connection refused.", said);
        Assert.False(Directory.Exists(Path.Combine(directory.Path, "pki")));
    }

    [Fact]
    public async Task Mistakes_of_a_further_server_are_told_in_one_sentence_and_change_nothing()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        var connection = await postgres.NewDatabase();
        await using var cluster = await ServerCluster.StartAsync(connection, 1);
        var server = cluster.Servers[0];
        string[] join = ["--join", $"{server.Address}:{server.Port}"];
        string[] common = ["server", "--data", cluster.Data("x"), "--port", "0", "--cluster-port", "0"];

        Assert.EndsWith("cannot join: this token is not for servers", await FailAsync([.. common, .. join, "--token", await cluster.TokenAsync("agent"), "--journal", $"postgresql:{connection}"]));
        Assert.StartsWith("actorkube: The journal is in use by servers that run; join them with", await FailAsync([.. common, "--journal", $"postgresql:{connection}"]));
        Assert.StartsWith(
            "actorkube: No server runs with this journal: start this one with the same --journal as the server at",
            await FailAsync([.. common, .. join, "--token", await cluster.TokenAsync("server"), "--journal", $"postgresql:{await postgres.NewDatabase()}"]));
        Assert.False(Directory.Exists(Path.Combine(cluster.Data("x"), "pki")));
    }

    [Fact]
    public async Task Of_first_servers_that_start_together_one_makes_the_cluster_and_the_others_make_nothing()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        var connection = await postgres.NewDatabase();
        using var directory = new TemporaryDirectory();
        string Data(int number) => Path.Combine(directory.Path, $"s{number}");
        var servers = Enumerable.Range(1, 3).Select(i => ActorKubeProcess.Start(
            "server", "--data", Data(i), "--address", "127.0.0.1", "--bind-address", "127.0.0.1", "--port", "0", "--cluster-port", "0", "--journal", $"postgresql:{connection}")).ToArray();
        try
        {
            var running = servers.ToList();
            while (running.Count > 1)
            {
                var loser = await await Task.WhenAny(running.Select(EndAsync));
                Assert.Contains("actorkube: The journal is in use by servers that run; join them with", loser.Output, StringComparison.Ordinal);
                running.Remove(loser);
            }
            await Assert.Single(running).LineAsync("To let nodes join");
            Assert.Single(Enumerable.Range(1, 3), i => Directory.Exists(Path.Combine(Data(i), "pki")));
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    private static async Task<ActorKubeProcess> EndAsync(ActorKubeProcess server)
    {
        Assert.Equal(1, await server.ExitAsync());
        return server;
    }

    [Fact]
    public async Task While_the_database_is_away_requests_are_refused_and_afterwards_all_is_well()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await using var cluster = await ServerCluster.StartAsync(await postgres.NewDatabase(), 1);
        var kubectl = cluster.Servers[0].Kubectl;
        await kubectl.RunAsync("create", "configmap", "before", "--from-literal=a=b");
        await postgres.StopAsync();
        try
        {
            foreach (var request in new[] { new[] { "create", "configmap", "during" }, ["get", "configmap", "before"], ["get", "pods"] })
            {
                var refused = await kubectl.TryAsync(request);
                Assert.Equal(1, refused.ExitCode);
                Assert.Matches(@"\((ServiceUnavailable|Timeout)\)|Timeout:|unable to handle the request", refused.Error);
            }
        }
        finally
        {
            await postgres.StartAsync();
        }
        await kubectl.UntilAsync("create", "configmap", "after");
        await kubectl.UntilAsync("get", "configmap", "before", "after");
        await kubectl.RunAsync("create", "deployment", "web", "--image=busybox");
        await kubectl.UntilAsync("get", "replicaset", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}");
    }

    /// <summary>Runs a command that has to end with code 1.</summary>
    /// <returns>The last line it printed.</returns>
    private static async Task<string> FailAsync(params string[] arguments)
    {
        await using var process = ActorKubeProcess.Start(arguments);
        Assert.Equal(1, await process.ExitAsync());
        return process.Output.Split('\n').Last(l => l.Length > 0);
    }
}
