using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Client;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Store;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Pipeline;

public sealed class TenuredClientTests
{
    private static readonly string[] Writes = ["create", "update", "patch", "delete", "delete all", "evict"];

    private readonly PipelineBench _bench = new();

    public static TheoryData<string> Kinds => [.. Writes];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nothing_is_written_any_more_once_another_incarnation_has_begun(string write)
    {
        var (first, second) = (Incarnation("1"), Incarnation("2"));
        await first.CreateAsync(Address("a"), Pod("a"));
        await second.BeginAsync(Pods);
        var before = _bench.Store.Content;
        var refused = await Assert.ThrowsAsync<ApiException>(() => DoAsync(first, write));
        Assert.True(refused.Status.IsStale);
        Assert.Equal(before, _bench.Store.Content);
        await DoAsync(second, write);
        Assert.NotEqual(before, _bench.Store.Content);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_resource_that_has_forgotten_who_may_write_is_told_again(string write)
    {
        var client = Incarnation("1");
        await client.CreateAsync(Address("a"), Pod("a"));
        _bench.Store.ForgetTenures(ResourceId.Root(Pods.Resource));
        var before = _bench.Store.Content;
        await DoAsync(client, write);
        Assert.NotEqual(before, _bench.Store.Content);
    }

    [Fact]
    public async Task One_that_has_been_stopped_does_not_begin_again()
    {
        using var stop = new CancellationTokenSource();
        var client = Incarnation("1");
        await client.BeginAsync(Pods);
        _bench.Store.ForgetTenures(ResourceId.Root(Pods.Resource));
        await stop.CancelAsync();
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => client.CreateAsync(Address("a"), Pod("a"), cancel: stop.Token).AsTask())).Status.IsStale);
    }

    [Fact]
    public async Task Where_nothing_was_begun_the_first_write_of_a_successor_ends_the_tenure_before()
    {
        var (first, second) = (Incarnation("1"), Incarnation("2"));
        await first.CreateAsync(Address("a"), Pod("a"));
        await second.CreateAsync(Address("b"), Pod("b"));
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => first.CreateAsync(Address("c"), Pod("c")).AsTask())).Status.IsStale);
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => first.BeginAsync(Pods).AsTask())).Status.IsStale);
        await second.CreateAsync(Address("c"), Pod("c"));
    }

    [Theory]
    [InlineData("metrics.k8s.io", "v1beta1", "pods", 405)]
    [InlineData("authorization.k8s.io", "v1", "subjectaccessreviews", 405)]
    [InlineData("example.com", "v1", "widgets", 404)]
    public async Task What_holds_no_objects_knows_no_tenures(string group, string version, string plural, int code) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<ApiException>(() => Incarnation("1").BeginAsync(new GroupVersionResource(group, version, plural)).AsTask())).Status.Code);

    private TenuredClient Incarnation(string holder) => new(_bench.Pipeline, Alice, new Tenure("root/controller", holder), _bench.Time, ResourceId.RootWorkspace);

    private static async Task DoAsync(TenuredClient client, string write)
    {
        switch (write)
        {
            case "create":
                await client.CreateAsync(Address("b"), Pod("b"));
                break;
            case "update":
                await client.UpdateAsync(Address("a"), Pod("a", """ "labels": { "x": "y" } """));
                break;
            case "patch":
                await client.PatchAsync(Address("a"), PatchType.Merge, Bytes("""{ "metadata": { "labels": { "x": "y" } } }"""));
                break;
            case "delete":
                await client.DeleteAsync(Address("a"));
                break;
            case "delete all":
                await client.DeleteCollectionAsync(Pods, "default");
                break;
            case "evict":
                await client.CreateAsync(Address("a") with { Subresource = "eviction" }, Bytes("""{ "apiVersion": "policy/v1", "kind": "Eviction", "metadata": { "namespace": "default", "name": "a" } }"""));
                break;
            default:
                throw new ArgumentException(write);
        }
    }

    private static ObjectAddress Address(string name) => new(Pods, "default", name);

    private static byte[] Pod(string name, string metadata = """ "labels": {} """) => Bytes($$"""
        { "apiVersion": "v1", "kind": "Pod", "metadata": { "namespace": "default", "name": "{{name}}", {{metadata}} }, "spec": { "containers": [ { "name": "c", "image": "i" } ] } }
        """);
}
