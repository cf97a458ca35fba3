using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Schema;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Usage;
using ActorKube.ApiServer.Verbs;
using ActorKube.Store.Hosting;
using BenchmarkDotNet.Attributes;

namespace ActorKube.Benchmarks;

/// <summary>A create, a patch and a pod's status as its agent sends it, from the request's bytes to the stored object, over a store in memory, without HTTP.</summary>
public class PipelineBenchmarks
{
    private static readonly GroupVersionResource ConfigMaps = new("", "v1", "configmaps");
    private static readonly GroupVersionResource Pods = new("", "v1", "pods");
    private static readonly UserInfo User = new("benchmark");
    private InProcessStore _store = null!;
    private RequestPipeline _pipeline = null!;
    private int _next;

    [GlobalSetup]
    public async Task SetUp()
    {
        _store = InProcessStore.Start();
        var identities = new SystemIdentities();
        _pipeline = new RequestPipeline(new PipelineServices
        {
            Store = _store.Store,
            Kinds = KindRegistry.BuiltIn(new KindOptions()),
            Authorizer = new Everybody(),
            Schemas = new KindSchemas(new SchemaRegistry()),
            Admission = new AdmissionChain([]),
            ServiceAddresses = new ServiceAllocator(
                new Reservations(_store.Store, identities, TimeProvider.System), new ServiceRanges(_store.Store, new AddressRange(System.Net.IPNetwork.Parse("10.0.0.0/24"))), new PortRange(30000, 32767), identities),
            Tokens = new NotAsked(),
            Reviews = new NotAsked(),
            Usage = new UsageBoard(TimeSpan.FromMinutes(1), TimeProvider.System),
            Identities = identities,
            Time = TimeProvider.System,
        });
        await Execute(RequestVerb.Create, "", Samples.Body("patched"), "application/json");
        await Execute(new ApiRequest
        {
            User = User, Verb = RequestVerb.Create, Resource = Pods, Namespace = "default", ContentType = "application/json",
            Body = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"nginx:1","resources":{"requests":{"cpu":"10m","memory":"16Mi"}}}]}}"""u8.ToArray(),
        });
    }

    [GlobalCleanup]
    public ValueTask CleanUp() => _store.DisposeAsync();

    [Benchmark]
    public ValueTask<ApiResponse> Create() => Execute(RequestVerb.Create, "", Samples.Body($"cm-{_next++}"), "application/json");

    [Benchmark]
    public ValueTask<ApiResponse> Patch() =>
        Execute(RequestVerb.Patch, "patched", Encoding.UTF8.GetBytes("{\"metadata\":{\"annotations\":{\"i\":\"" + _next++ + "\"}}}"), "application/merge-patch+json");

    [Benchmark]
    public ValueTask<ApiResponse> PatchPodStatus() => Execute(new ApiRequest
    {
        User = User, Verb = RequestVerb.Patch, Resource = Pods, Subresource = "status", Namespace = "default", Name = "web", ContentType = "application/strategic-merge-patch+json",
        Body = Encoding.UTF8.GetBytes($$$"""
            {"status":{"phase":"Running","hostIP":"10.0.0.1","podIP":"10.1.0.2","podIPs":[{"ip":"10.1.0.2"}],"startTime":"2026-11-27T00:00:00Z","message":"{{{_next++}}}",
            "$setElementOrder/conditions":[{"type":"Initialized"},{"type":"Ready"},{"type":"ContainersReady"},{"type":"PodScheduled"}],
            "conditions":[{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-27T00:00:00Z"},
            {"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-27T00:00:01Z"},
            {"type":"ContainersReady","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-27T00:00:01Z"}],
            "containerStatuses":[{"name":"c","image":"nginx:1","imageID":"sha256:1","containerID":"containerd://1","ready":true,"started":true,"restartCount":0,"lastState":{},"state":{"running":{"startedAt":"2026-11-27T00:00:01Z"}} }]}}
            """),
    });

    private ValueTask<ApiResponse> Execute(RequestVerb verb, string name, byte[] body, string contentType) =>
        Execute(new ApiRequest { User = User, Verb = verb, Resource = ConfigMaps, Namespace = "default", Name = name, Body = body, ContentType = contentType });

    private ValueTask<ApiResponse> Execute(ApiRequest request) => _pipeline.ExecuteAsync(request, default);

    private sealed class Everybody : IAuthorizer
    {
        public ValueTask<AccessDecision> AuthorizeAsync(AccessAttributes attributes, CancellationToken cancel) => new(new AccessDecision(AccessVerdict.Allow, ""));
    }

    private sealed class NotAsked : ITokenIssuer, IReviewer
    {
        public ValueTask<JsonObject> IssueAsync(StoredObject account, JsonObject request, UserInfo user, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<JsonObject> ReviewAsync(JsonObject review, UserInfo user, WarningList warnings, CancellationToken cancel) => throw new NotSupportedException();
    }
}
