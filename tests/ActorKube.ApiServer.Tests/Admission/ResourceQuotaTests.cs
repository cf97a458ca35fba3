using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Admission.Quotas;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Admission;

public sealed class ResourceQuotaTests
{
    private static readonly GroupVersionResource Quotas = new("", "v1", "resourcequotas");
    private static readonly GroupVersionResource Services = new("", "v1", "services");
    private readonly PipelineBench _bench = PipelineBench.WithAdmission();

    private async Task NamespaceAsync()
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"default"}}"""));
        await _bench.RunAsync(Request(RequestVerb.Create, new("", "v1", "serviceaccounts"), body: """{"metadata":{"name":"default"}}"""));
    }

    // As the controller leaves it.
    private async Task QuotaAsync(string name, string hard, string used, string spec = "")
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Quotas, body: $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"hard":{{{hard}}}{{{spec}}}}}"""));
        var status = Request(RequestVerb.Patch, Quotas, name, $$$"""{"status":{"hard":{{{hard}}},"used":{{{used}}}}}""", "application/merge-patch+json");
        await _bench.RunAsync(status with { Subresource = "status" });
    }

    private async Task<string> UsedAsync(string name) => (await _bench.JsonAsync(Request(RequestVerb.Get, Quotas, name)))["status"]!["used"]!.ToJsonString();

    private static ApiRequest Pod(string name, string resources = "{}", string spec = "") => Request(RequestVerb.Create, Pods, body:
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"c","image":"i","resources":{{{resources}}}}]{{{spec}}}}}""");

    [Fact]
    public async Task What_fits_is_charged_before_it_is_written()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"pods":"2","requests.cpu":"1"}""", """{"pods":"0","requests.cpu":"0"}""");
        await _bench.RunAsync(Pod("a", """{"requests":{"cpu":"300m"}}"""));
        Assert.Equal("""{"pods":"1","requests.cpu":"300m"}""", await UsedAsync("q"));
        var status = await _bench.ErrorAsync(Pod("b", """{"requests":{"cpu":"800m"}}"""));
        Assert.Equal((403, "pods \"b\" is forbidden: exceeded quota: q, requested: requests.cpu=800m, used: requests.cpu=300m, limited: requests.cpu=1"), (status.Code, status.Message));
        Assert.Equal("""{"pods":"1","requests.cpu":"300m"}""", await UsedAsync("q"));
    }

    [Fact]
    public async Task Containers_that_say_nothing_are_refused_where_a_quota_has_to_know()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"limits.cpu":"1","memory":"1Gi"}""", """{"limits.cpu":"0","memory":"0"}""");
        var status = await _bench.ErrorAsync(Pod("a"));
        Assert.Equal((403, "pods \"a\" is forbidden: failed quota: q: must specify limits.cpu for: c; memory for: c"), (status.Code, status.Message));
    }

    [Fact]
    public async Task Nothing_is_created_against_a_quota_that_has_not_been_counted()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"configmaps":"2"}""", "{}");
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"}}"""));
        Assert.Equal((403, "configmaps \"a\" is forbidden: status unknown for quota: q, resources: configmaps"), (status.Code, status.Message));
    }

    [Fact]
    public async Task A_quota_of_pods_without_a_deadline_does_not_count_those_with_one()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"pods":"0"}""", """{"pods":"0"}""", ""","scopes":["NotTerminating"]""");
        await _bench.RunAsync(Pod("a", spec: ""","activeDeadlineSeconds":5"""));
        Assert.Equal(403, (await _bench.ErrorAsync(Pod("b"))).Code);
    }

    [Fact]
    public async Task A_pod_that_gets_a_deadline_is_charged_to_the_quota_of_those_that_have_one()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"pods":"1"}""", """{"pods":"0"}""", ""","scopes":["Terminating"]""");
        await _bench.RunAsync(Pod("a"));
        await _bench.RunAsync(Pod("b"));
        await _bench.RunAsync(Request(RequestVerb.Patch, Pods, "a", """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json"));
        Assert.Equal("""{"pods":"0"}""", await UsedAsync("q"));
        await _bench.RunAsync(Request(RequestVerb.Patch, Pods, "a", """{"spec":{"activeDeadlineSeconds":5}}""", "application/merge-patch+json"));
        Assert.Equal("""{"pods":"1"}""", await UsedAsync("q"));
        await _bench.RunAsync(Request(RequestVerb.Patch, Pods, "a", """{"spec":{"activeDeadlineSeconds":4}}""", "application/merge-patch+json"));
        var status = await _bench.ErrorAsync(Request(RequestVerb.Patch, Pods, "b", """{"spec":{"activeDeadlineSeconds":5}}""", "application/merge-patch+json"));
        Assert.Equal("pods \"b\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1", status.Message);
    }

    [Fact]
    public async Task A_service_that_becomes_larger_pays_the_difference()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"services":"1","services.nodeports":"1"}""", """{"services":"0","services.nodeports":"0"}""");
        await _bench.RunAsync(Request(RequestVerb.Create, Services, body: """{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"name":"a"}]}}"""));
        await _bench.RunAsync(Request(RequestVerb.Patch, Services, "s", """{"spec":{"type":"NodePort"}}""", "application/merge-patch+json"));
        Assert.Equal("""{"services":"1","services.nodeports":"1"}""", await UsedAsync("q"));
        var status = await _bench.ErrorAsync(Request(RequestVerb.Patch, Services, "s", """{"spec":{"ports":[{"port":80,"name":"a"},{"port":81,"name":"b"}]}}""", "application/merge-patch+json"));
        Assert.Equal("services \"s\" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1", status.Message);
    }

    [Fact]
    public async Task A_dry_run_is_judged_and_costs_nothing()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"count/configmaps":"1"}""", """{"count/configmaps":"0"}""");
        var create = Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"}}""");
        await _bench.RunAsync(create with { Query = create.Query with { DryRun = ["All"] } });
        Assert.Equal("""{"count/configmaps":"0"}""", await UsedAsync("q"));
        await _bench.RunAsync(create);
        Assert.Equal(403, (await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"b"}}"""))).Code);
    }

    [Fact]
    public async Task Every_quota_of_the_namespace_is_charged_and_any_can_refuse()
    {
        await NamespaceAsync();
        await QuotaAsync("large", """{"pods":"5"}""", """{"pods":"0"}""");
        await QuotaAsync("small", """{"pods":"1"}""", """{"pods":"0"}""");
        await _bench.RunAsync(Pod("a"));
        Assert.Contains("exceeded quota: small", (await _bench.ErrorAsync(Pod("b"))).Message, StringComparison.Ordinal);
        Assert.Equal("""{"pods":"1"}""", await UsedAsync("large"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Concurrent_creates_never_exceed_a_quota_whoever_else_writes_it(int seed)
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"count/configmaps":"20"}""", """{"count/configmaps":"0"}""");
        var random = new Random(seed);
        var (meddled, elsewhere) = (0, 0);
        // Another process charges, and somebody labels the quota, between our read and our write.
        _bench.Store.BeforeWrite = async (resource, command) =>
        {
            if (resource.Resource.Plural != "resourcequotas")
                return;
            await Task.Yield();
            lock (random)
                if (random.Next(2) == 0 || meddled >= 8)
                    return;
            if (Interlocked.Increment(ref meddled) > 8)
                return;
            try
            {
                await new QuotaLane(_bench.Store, _bench.Time, "root", "default").ChargeAsync(Other(), dryRun: false, default);
                Interlocked.Increment(ref elsewhere);
            }
            catch (ApiException e) when (e.Status.Code == 403)
            {
                // Those of this process were faster and took all there was.
            }
        };
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            await Task.Yield();
            try
            {
                await _bench.RunAsync(Request(RequestVerb.Create, ConfigMaps, body: $$$"""{"metadata":{"name":"c{{{i}}}"}}"""));
                return true;
            }
            catch (ApiException e) when (e.Status.Code == 403)
            {
                return false;
            }
        }));
        Assert.Equal(20, outcomes.Count(o => o) + elsewhere);
        Assert.Equal("""{"count/configmaps":"20"}""", await UsedAsync("q"));
    }

    private static QuotaWrite Other() => new(Api.Quotas.QuotaEvaluators.Of(ConfigMaps.Resource)!, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "other" } }, null, "");

    [Fact]
    public async Task A_burst_of_creates_is_charged_together()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"count/configmaps":"100"}""", """{"count/configmaps":"0"}""");
        var first = new TaskCompletionSource();
        var charges = 0;
        _bench.Store.BeforeWrite = async (resource, _) =>
        {
            if (resource.Resource.Plural == "resourcequotas" && Interlocked.Increment(ref charges) == 1)
                await first.Task;
        };
        var creates = Enumerable.Range(0, 50).Select(i => _bench.CreateConfigMapAsync($"c{i}")).ToArray();
        first.SetResult();
        await Task.WhenAll(creates);
        Assert.Equal(2, charges);
    }

    [Fact]
    public async Task A_lane_in_which_nobody_waits_any_more_says_so_and_charges_on_when_it_is_used_all_the_same()
    {
        await NamespaceAsync();
        await QuotaAsync("q", """{"count/configmaps":"2"}""", """{"count/configmaps":"0"}""");
        using var idle = new SemaphoreSlim(0);
        var lane = new QuotaLane(_bench.Store, _bench.Time, "root", "default", _ => idle.Release());
        for (var i = 0; i < 2; i++)
        {
            Assert.Null(await lane.ChargeAsync(Other(), dryRun: false, default));
            await idle.WaitAsync(TestContext.Current.CancellationToken);
        }
        Assert.Contains("exceeded quota: q", (await lane.ChargeAsync(Other(), dryRun: false, default))!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_without_quotas_costs_no_allocation()
    {
        var plugin = new ResourceQuotaAdmission(_bench.Store, _bench.Time, []);
        var served = _bench.Services.Kinds.Find(ConfigMaps)!;
        Assert.True(plugin.Handles(AdmissionOperation.Create, served, ""));
        var request = new AdmissionRequest(AdmissionOperation.Create, Request(RequestVerb.Create, ConfigMaps), served) { Object = [] };
        for (var i = 0; i < 1000; i++)
            Look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Look();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Look()
        {
            var look = plugin.ValidateAsync(request, default);
            if (!look.IsCompletedSuccessfully)
                Assert.Fail("A look at the process's own copy needs no waiting.");
        }
    }
}
