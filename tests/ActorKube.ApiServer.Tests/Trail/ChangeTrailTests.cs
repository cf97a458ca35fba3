using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Trail;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging.Abstractions;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Trail;

public sealed class ChangeTrailTests
{
    private const string Template = """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}""";
    private static readonly GroupVersionResource Leases = new("coordination.k8s.io", "v1", "leases");
    private readonly PipelineBench _bench = WithChanges(100);

    [Fact]
    public async Task Creations_changes_and_deletions_are_kept_with_who_made_them()
    {
        await CreateAsync("web");
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        await _bench.RunAsync(Request(RequestVerb.Patch, Deployments, "web", """{"spec":{"replicas":5}}""", "application/merge-patch+json"));
        await _bench.RunAsync(Request(RequestVerb.Update, Deployments, "web", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"web"},"spec":{"replicas":2}}""") with { Subresource = "scale", User = new UserInfo("jane") });
        await _bench.RunAsync(Request(RequestVerb.Delete, Deployments, "web"));
        var changes = await ReadAsync("web");
        Assert.Equal(
            ["alice create deployments.apps default/web: ", "alice patch deployments.apps default/web: spec.replicas 1 → 5", "jane update deployments.apps/scale default/web: spec.replicas 5 → 2", "alice delete deployments.apps default/web: "],
            changes.Select(Text));
        Assert.Equal([Start, Start.AddSeconds(1)], changes.Select(c => c.At).Distinct());
        Assert.Equal(changes.Select(c => c.Revision).Order(), changes.Select(c => c.Revision));
        Assert.Equal(["jane", "alice"], (await _bench.Services.Changes!.ReadAsync("root", new("apps", "deployments"), new("default", "web"), Start.AddSeconds(1), default)).Skip(1).Select(c => c.User));
    }

    [Fact]
    public async Task What_is_deleted_with_its_collection_is_kept_too()
    {
        await CreateAsync("a");
        await CreateAsync("b");
        await _bench.RunAsync(Request(RequestVerb.DeleteCollection, Deployments));
        Assert.Equal(["create", "delete"], (await ReadAsync("a")).Select(c => c.Verb));
        Assert.Equal(["create", "delete"], (await ReadAsync("b")).Select(c => c.Verb));
    }

    [Fact]
    public async Task Objects_whose_names_end_alike_are_told_apart()
    {
        await CreateAsync("web");
        await CreateAsync("my-web");
        Assert.Equal("default/web", Assert.Single(await ReadAsync("web")).Object.ToString());
    }

    [Fact]
    public async Task A_change_of_nothing_but_the_status_or_of_what_kubectl_remembers_is_not_kept()
    {
        await CreateAsync("web");
        await _bench.RunAsync(Request(RequestVerb.Patch, Deployments, "web", """{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"b"}}}""", "application/merge-patch+json"));
        await _bench.RunAsync(Request(RequestVerb.Patch, Deployments, "web", """{"status":{"replicas":1}}""", "application/merge-patch+json") with { Subresource = "status" });
        Assert.Single(await ReadAsync("web"));
    }

    [Theory]
    [InlineData("system:serviceaccount:kube-system:deployment-controller", false)]
    [InlineData("system:serviceaccount:kube-system:horizontal-pod-autoscaler", false)]
    [InlineData("system:kube-controller-manager", false)]
    [InlineData("system:kube-scheduler", false)]
    [InlineData("system:apiserver", false)]
    [InlineData("system:node:node-1", false)]
    [InlineData("system:serviceaccount:kube-system:cluster-autoscaler", true)]
    [InlineData("system:serviceaccount:argocd:argocd-application-controller", true)]
    [InlineData("kubernetes-admin", true)]
    public async Task What_the_components_of_the_cluster_do_is_in_their_own_logs(string user, bool isKept)
    {
        await _bench.RunAsync(Creation("web") with { User = new UserInfo(user) });
        Assert.Equal(isKept ? 1 : 0, (await ReadAsync("web")).Count);
    }

    [Fact]
    public async Task Data_and_leases_are_left_out()
    {
        await _bench.CreateConfigMapAsync("c");
        await _bench.RunAsync(Request(RequestVerb.Create, Leases, body: """{"metadata":{"name":"l"},"spec":{"holderIdentity":"me"}}"""));
        Assert.Equal(0, (await _bench.Store.ReadAsync(ResourceId.Root(ChangeTrail.Resource), ReadAt.Latest, default)).Count);
    }

    [Fact]
    public async Task An_object_has_nothing_of_what_had_its_name_before()
    {
        await CreateAsync("web");
        await _bench.RunAsync(Request(RequestVerb.Delete, Deployments, "web"));
        Assert.Equal(["create", "delete"], (await ReadAsync("web")).Select(c => c.Verb));
        await _bench.RunAsync(Creation("web") with { User = new UserInfo("jane") });
        Assert.Equal("jane", Assert.Single(await ReadAsync("web")).User);
    }

    [Fact]
    public async Task Changes_that_come_while_one_is_written_share_the_next_write_and_are_bounded()
    {
        var bench = WithChanges(150);
        var written = new TaskCompletionSource();
        bench.Store.BeforeWrite = (id, _) => id.Resource == ChangeTrail.Resource ? new ValueTask(written.Task) : default;
        foreach (var i in Enumerable.Range(0, 200))
            await bench.RunAsync(Creation($"web-{i}"));
        bench.Store.BeforeWrite = null;
        written.SetResult();
        var kept = (await bench.Store.ReadAsync(ResourceId.Root(ChangeTrail.Resource), ReadAt.Latest, default)).Range(null, null).Select(c => ChangeBatch.Read(c).Count()).ToList();
        Assert.True(kept.Count <= 4, $"{kept.Count} writes for 200 changes.");
        Assert.InRange(kept.Sum(), 150 - ChangeBatch.Most, 150);
    }

    [Fact]
    public async Task Dry_runs_are_not_kept()
    {
        await _bench.RunAsync(Creation("web") with { Query = new RequestQuery { DryRun = ["All"] } });
        Assert.Empty(await ReadAsync("web"));
    }

    [Fact]
    public async Task The_oldest_are_forgotten()
    {
        var bench = WithChanges(3);
        foreach (var i in Enumerable.Range(0, 5))
            await bench.RunAsync(Creation($"web-{i}"));
        var kept = await bench.Store.ReadAsync(ResourceId.Root(ChangeTrail.Resource), ReadAt.Latest, default);
        Assert.Equal(["web-2", "web-3", "web-4"], kept.Range(null, null).SelectMany(ChangeBatch.Read).Select(c => c.Object.Name));
    }

    [Fact]
    public async Task Where_none_are_kept_none_are_told_and_those_that_are_there_go_when_a_server_starts()
    {
        foreach (var i in Enumerable.Range(0, 5))
            await CreateAsync($"web-{i}");
        var none = new ChangeTrail(_bench.Store, 0, NullLogger.Instance);
        Assert.Empty(await none.ReadAsync("root", new("apps", "deployments"), new("default", "web-1"), null, default));
        Assert.Single(await ReadAsync("web-1"));
        await _bench.Services.Changes!.ForgetUnwantedAsync("root", default);
        Assert.Single(await ReadAsync("web-1"));
        await none.ForgetUnwantedAsync("root", default);
        Assert.Equal(0, (await _bench.Store.ReadAsync(ResourceId.Root(ChangeTrail.Resource), ReadAt.Latest, default)).Count);
    }

    [Fact]
    public async Task A_change_that_cannot_be_kept_does_no_harm()
    {
        _bench.Store.BeforeWrite = (id, _) => id.Resource == ChangeTrail.Resource ? throw new InvalidOperationException("the journal is full") : default;
        await CreateAsync("web");
        Assert.Empty(await ReadAsync("web"));
    }

    private static PipelineBench WithChanges(int kept) => With(bench => bench.Services with { Changes = new ChangeTrail(bench.Store, kept, NullLogger.Instance) });

    private static string Text(UserChange change) =>
        $"{change.User} {change.Verb} {change.Resource}{(change.Subresource.Length > 0 ? $"/{change.Subresource}" : "")} {change.Object}: {string.Join("; ", change.Fields)}";

    private static ApiRequest Creation(string name) =>
        Request(RequestVerb.Create, Deployments, body: $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"selector":{"matchLabels":{"app":"web"}},"template":{{{Template}}}}}""");

    private Task CreateAsync(string name) => _bench.RunAsync(Creation(name));

    private async Task<IReadOnlyList<UserChange>> ReadAsync(string name) => await _bench.Services.Changes!.ReadAsync("root", new("apps", "deployments"), new("default", name), null, default);
}
