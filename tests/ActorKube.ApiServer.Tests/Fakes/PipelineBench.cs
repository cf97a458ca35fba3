using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Schema;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Admission.Quotas;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Client;
using ActorKube.ApiServer.Components;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Usage;
using ActorKube.ApiServer.Verbs;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Fakes;

/// <summary>A whole pipeline over a store in memory, at a time that stands still, with identities that count.</summary>
internal sealed class PipelineBench
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly GroupVersionResource ConfigMaps = new("", "v1", "configmaps");
    public static readonly GroupVersionResource Pods = new("", "v1", "pods");
    public static readonly GroupVersionResource Namespaces = new("", "v1", "namespaces");
    public static readonly GroupVersionResource Deployments = new("apps", "v1", "deployments");
    private static readonly KindRegistry SharedKinds = KindRegistry.BuiltIn(new KindOptions());
    private static readonly SchemaRegistry SharedSchemas = new();

    public PipelineBench()
        : this(static bench => bench.Services)
    {
    }

    private PipelineBench(Func<PipelineBench, PipelineServices> change)
    {
        Services = new PipelineServices
        {
            Store = Store,
            Kinds = SharedKinds,
            Authorizer = Authorizer,
            Schemas = new KindSchemas(SharedSchemas),
            Admission = new AdmissionChain([]),
            ServiceAddresses = new NoAddresses(),
            Tokens = new EchoIssuer(),
            Reviews = new EchoIssuer(),
            Usage = new UsageBoard(TimeSpan.FromMinutes(1), Time),
            Identities = Identities,
            Time = Time,
        };
        Services = change(this);
        Pipeline = new RequestPipeline(Services);
        Client = new InProcessClient(Pipeline, Alice, Time);
    }

    public static UserInfo Alice { get; } = new("alice");
    public MemoryStore Store { get; } = new();
    public FakeTimeProvider Time { get; } = new(Start);
    public CountingIdentities Identities { get; } = new();
    public SwitchAuthorizer Authorizer { get; } = new();
    public PipelineServices Services { get; }
    public RequestPipeline Pipeline { get; }
    public InProcessClient Client { get; }

    public static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    /// <summary>With the admission plug-ins that need no security.</summary>
    public static PipelineBench WithAdmission(params IReadOnlyList<LimitedResource> limited) => new(bench => bench.Services with
    {
        Admission = new AdmissionChain(AdmissionPlugins.InOrder(bench.Store, bench.Identities, bench.Time, new DefaultTolerations(), limited)),
    });

    /// <summary>With plug-ins of a test's own choice.</summary>
    public static PipelineBench WithPlugins(Func<PipelineBench, IEnumerable<IAdmissionPlugin>> plugins) => new(bench => bench.Services with { Admission = new AdmissionChain(plugins(bench)) });

    /// <summary>With parts of the control plane to be shown.</summary>
    public static PipelineBench WithComponents(params ComponentProbe[] components) => new(bench => bench.Services with { Components = components });

    /// <summary>With real allocation for services.</summary>
    public static PipelineBench WithAllocation(string range, int firstPort, int lastPort) =>
        new(bench => bench.Services with { ServiceAddresses = Allocator(bench, range, firstPort, lastPort) });

    /// <summary>With other services where a test needs them.</summary>
    public static PipelineBench With(Func<PipelineBench, PipelineServices> change) => new(change);

    /// <summary>With both.</summary>
    public static PipelineBench Whole(string range) => new(bench => bench.Services with
    {
        Admission = new AdmissionChain(AdmissionPlugins.InOrder(bench.Store, bench.Identities, bench.Time, new DefaultTolerations(), [])),
        ServiceAddresses = Allocator(bench, range, 30000, 32767),
    });

    private static ServiceAllocator Allocator(PipelineBench bench, string range, int firstPort, int lastPort) => new(
        new Reservations(bench.Store, bench.Identities, bench.Time),
        new ServiceRanges(bench.Store, new AddressRange(System.Net.IPNetwork.Parse(range))),
        new PortRange(firstPort, lastPort),
        bench.Identities);

    /// <summary>A request in namespace <c>default</c> unless changed.</summary>
    public static ApiRequest Request(RequestVerb verb, GroupVersionResource resource, string name = "", string body = "", string contentType = "application/json") => new()
    {
        User = Alice,
        Verb = verb,
        Resource = resource,
        Namespace = IsNamespaced(resource) ? "default" : "",
        Name = name,
        Body = Bytes(body),
        ContentType = body.Length > 0 ? contentType : "",
    };

    public async Task<JsonObject> JsonAsync(ApiRequest request)
    {
        var response = await Pipeline.ExecuteAsync(request, default);
        return response switch
        {
            ObjectResponse one => Decode(one.Object),
            DocumentResponse document => document.Document,
            _ => throw new InvalidOperationException($"{response.GetType().Name} is no document."),
        };
    }

    public async Task<StoredObject> StoredAsync(ApiRequest request) => ((ObjectResponse)await Pipeline.ExecuteAsync(request, default)).Object;

    /// <summary>Carries out a request whose answer does not matter.</summary>
    public async Task RunAsync(ApiRequest request) => await Pipeline.ExecuteAsync(request, default);

    /// <summary>The error that a request must end with.</summary>
    public async Task<ApiStatus> ErrorAsync(ApiRequest request) =>
        (await Assert.ThrowsAsync<ApiException>(async () => await Pipeline.ExecuteAsync(request, default))).Status;

    public Task<StoredObject> CreateConfigMapAsync(string name, string data = "{}", string metadata = "") =>
        StoredAsync(Request(RequestVerb.Create, ConfigMaps, body: $$"""{"metadata":{"name":"{{name}}"{{metadata}}},"data":{{data}}}"""));

    public static JsonObject Decode(StoredObject item) => (JsonObject)JsonNode.Parse(item.Json.Span)!;

    private static bool IsNamespaced(GroupVersionResource resource) => SharedKinds.Find(resource)?.Facts.Namespaced ?? true;
}

internal sealed class CountingIdentities : IIdentitySource
{
    private int _uids;
    private int _suffixes;

    public Queue<string> Suffixes { get; } = new();

    public string NewUid() => $"uid-{Interlocked.Increment(ref _uids)}";

    public void NewSuffix(Span<char> suffix)
    {
        var text = Suffixes.TryDequeue(out var next) ? next : Interlocked.Increment(ref _suffixes).ToString().PadLeft(suffix.Length, 'x');
        text.AsSpan(0, suffix.Length).CopyTo(suffix);
    }

    public double NextJitter() => 0.5;
}

internal sealed class SwitchAuthorizer : IAuthorizer
{
    public Func<AccessAttributes, AccessDecision> Decide { get; set; } = static _ => new(AccessVerdict.Allow, "");

    public ValueTask<AccessDecision> AuthorizeAsync(AccessAttributes attributes, CancellationToken cancel) => new(Decide(attributes));
}

internal sealed class NoAddresses : IServiceAllocator
{
    public ValueTask<IServiceAllocation> AllocateAsync(string workspace, JsonObject service, JsonObject? old, bool dryRun, CancellationToken cancel) => new(new Nothing());

    public ValueTask ReleaseAsync(string workspace, StoredObject service, CancellationToken cancel) => ValueTask.CompletedTask;

    private sealed class Nothing : IServiceAllocation
    {
        public ValueTask CommitAsync(CancellationToken cancel) => ValueTask.CompletedTask;
        public ValueTask RollbackAsync(CancellationToken cancel) => ValueTask.CompletedTask;
    }
}

/// <summary>Answers token requests and reviews with who asked.</summary>
internal sealed class EchoIssuer : ITokenIssuer, IReviewer
{
    public ValueTask<JsonObject> IssueAsync(StoredObject account, JsonObject request, UserInfo user, CancellationToken cancel)
    {
        request["status"] = new JsonObject { ["token"] = $"{user.Name}:{account.Key}" };
        return new(request);
    }

    public ValueTask<JsonObject> ReviewAsync(JsonObject review, UserInfo user, WarningList warnings, CancellationToken cancel)
    {
        review["status"] = new JsonObject { ["user"] = user.Name };
        return new(review);
    }
}
