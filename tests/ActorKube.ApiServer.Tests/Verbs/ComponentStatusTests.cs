using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Components;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.ApiServer.Tests.Kinds;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class ComponentStatusTests
{
    private static readonly GroupVersionResource Statuses = new("", "v1", "componentstatuses");
    private readonly PipelineBench _bench = PipelineBench.WithComponents(
        new ComponentProbe("scheduler", static _ => Task.FromResult(ComponentHealth.Ok)),
        new ComponentProbe("etcd-0", static _ => Task.FromResult(ComponentHealth.Failed("the disk is full"))),
        new ComponentProbe("controller-manager", static _ => Task.FromResult(ComponentHealth.Unhealthy("no answer from deployment"))));

    [Theory]
    [InlineData("scheduler", """{"type":"Healthy","status":"True","message":"ok"}""", "Healthy", "ok", "")]
    [InlineData("etcd-0", """{"type":"Healthy","status":"False","error":"the disk is full"}""", "Unhealthy", "", "the disk is full")]
    [InlineData("controller-manager", """{"type":"Healthy","status":"False","message":"no answer from deployment"}""", "Unhealthy", "no answer from deployment", "")]
    public async Task A_component_says_how_it_is(string name, string condition, string status, string message, string error)
    {
        var answer = await _bench.JsonAsync(PipelineBench.Request(RequestVerb.Get, Statuses, name) with { Namespace = "" });
        Assert.Equal(condition, Assert.Single(answer["conditions"]!.AsArray())!.ToJsonString());
        Assert.Equal($$"""{"name":"{{name}}","creationTimestamp":null}""", answer["metadata"]!.ToJsonString());
        var cells = KindBench.Cells("componentstatuses", answer.ToJsonString());
        Assert.Equal((status, message, error), (cells["Status"], cells["Message"], cells["Error"]));
    }

    [Theory]
    [InlineData(null, null, "controller-manager etcd-0 scheduler")]
    [InlineData(null, "metadata.name=etcd-0", "etcd-0")]
    [InlineData(null, "metadata.name!=etcd-0", "controller-manager scheduler")]
    [InlineData("app=web", null, "")]
    [InlineData("!app", null, "controller-manager etcd-0 scheduler")]
    public async Task A_list_leaves_out_what_selectors_leave_out(string? labels, string? fields, string names)
    {
        var request = PipelineBench.Request(RequestVerb.List, Statuses) with { Namespace = "", Query = RequestQuery.None with { LabelSelector = labels, FieldSelector = fields } };
        var list = Assert.IsType<ListResponse>(await _bench.Pipeline.ExecuteAsync(request, default));
        Assert.Equal((names, "ComponentStatusList"), (string.Join(' ', list.Items.Select(static i => i.Key.Name)), list.ListKind.Kind));
    }

    [Fact]
    public async Task A_component_that_nobody_knows_is_not_found()
    {
        var status = await _bench.ErrorAsync(PipelineBench.Request(RequestVerb.Get, Statuses, "dns") with { Namespace = "" });
        Assert.Equal((404, "componentstatuses \"dns\" not found"), (status.Code, status.Message));
    }

    [Fact]
    public async Task Who_does_not_answer_is_of_unknown_health()
    {
        var bench = PipelineBench.WithComponents(new ComponentProbe("scheduler", static _ => new TaskCompletionSource<ComponentHealth>().Task));
        var answer = bench.JsonAsync(PipelineBench.Request(RequestVerb.Get, Statuses, "scheduler") with { Namespace = "" });
        Assert.False(answer.IsCompleted);
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("Unknown", (string?)(await answer)["conditions"]![0]!["status"]);
    }

    [Fact]
    public async Task The_journal_is_well_while_it_is_read_and_written()
    {
        string? failed = null;
        var probe = StoreProbe.Of(new MemoryStore(), () => failed);
        Assert.Equal(("etcd-0", ComponentHealth.Ok), (probe.Name, await probe.CheckAsync(default)));
        failed = "the journal does not answer";
        Assert.Equal(new ComponentHealth(false, "", failed), await probe.CheckAsync(default));
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_says_why()
    {
        Assert.Equal(new ComponentHealth(false, "", "Timeout: nobody answers"), await StoreProbe.Of(new Silent(), static () => null).CheckAsync(default));
    }

    private sealed class Silent : IResourceStore
    {
        public ValueTask<IResourceSnapshot> ReadAsync(ResourceId resource, ReadAt at, CancellationToken cancel) => throw ApiErrors.Timeout("nobody answers");

        public ValueTask<WriteResult> WriteAsync(ResourceId resource, WriteCommand command, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<WriteResult>> WriteManyAsync(ResourceId resource, IReadOnlyList<WriteCommand> commands, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<IResourceWatch> WatchAsync(ResourceId resource, long afterRevision, ObjectFilter filter, CancellationToken cancel) => throw new NotSupportedException();
    }
}
