using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.ApiServer.Verbs;
using ActorKube.Protocol.Store;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

/// <summary>Evictions and disruption budgets; what upstream's <c>eviction.go</c> does is the oracle.</summary>
public sealed class EvictionTests
{
    private const string Violation = "Cannot evict pod as it would violate the pod's disruption budget.";
    private static readonly GroupVersionResource Budgets = new("policy", "v1", "poddisruptionbudgets");
    private readonly PipelineBench _bench = new();

    private Task StatusAsync(GroupVersionResource resource, string name, string status) => _bench.RunAsync(
        Request(RequestVerb.Patch, resource, name, $$"""{"status": {{status}} }""", "application/merge-patch+json") with { Subresource = "status" });

    private async Task PodAsync(string status = """{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}""")
    {
        const string pod = """{"metadata":{"name":"p","labels":{"a":"b"}},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}}""";
        await _bench.RunAsync(Request(RequestVerb.Create, Pods, body: pod));
        await StatusAsync(Pods, "p", status);
    }

    private async Task BudgetAsync(string status, string spec = """{"selector":{"matchLabels":{"a":"b"}}}""", string name = "budget")
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Budgets, body: $$"""{"metadata":{"name":"{{name}}"},"spec":{{spec}}}"""));
        await StatusAsync(Budgets, name, status);
    }

    private static ApiRequest Evict(string options = "{}", string name = "p") =>
        Request(RequestVerb.Create, Pods, "p", $$$"""{"metadata":{"name":"{{{name}}}"},"deleteOptions":{{{options}}}}""") with { Subresource = "eviction" };

    private static string Counts(int allowed, int current = 3, int desired = 2, int observed = 1, string more = "") =>
        $$"""{"observedGeneration":{{observed}},"disruptionsAllowed":{{allowed}},"currentHealthy":{{current}},"desiredHealthy":{{desired}},"expectedPods":3{{more}}}""";

    private async Task<JsonNode> BudgetStatusAsync() => (await _bench.JsonAsync(Request(RequestVerb.Get, Budgets, "budget")))["status"]!;

    private async Task<bool> IsGoneAsync()
    {
        try
        {
            return (await _bench.JsonAsync(Request(RequestVerb.Get, Pods, "p")))["metadata"]!["deletionTimestamp"] is not null;
        }
        catch (ApiException e) when (e.Status.Code == 404)
        {
            return true;
        }
    }

    [Fact]
    public async Task An_eviction_uses_up_one_disruption_and_says_so_in_the_pod()
    {
        await PodAsync();
        await BudgetAsync(Counts(allowed: 2));
        var done = (DocumentResponse)await _bench.Pipeline.ExecuteAsync(Evict(), default);
        Assert.Equal((201, "Success"), (done.Code, (string?)done.Document["status"]));
        var status = await BudgetStatusAsync();
        Assert.Equal(1, (int)status["disruptionsAllowed"]!);
        Assert.Equal("""{"p":"2026-01-02T03:04:05Z"}""", status["disruptedPods"]!.ToJsonString());
        Assert.Null(status["conditions"]);
        var pod = await _bench.JsonAsync(Request(RequestVerb.Get, Pods, "p"));
        Assert.NotNull(pod["metadata"]!["deletionTimestamp"]);
        Assert.Equal(
            """{"type":"DisruptionTarget","observedGeneration":1,"status":"True","lastProbeTime":null,"lastTransitionTime":"2026-01-02T03:04:05Z","reason":"EvictionByEvictionAPI","message":"Eviction API: evicting"}""",
            pod["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["type"] == "DisruptionTarget")!.ToJsonString());
    }

    [Fact]
    public async Task The_last_disruption_leaves_a_condition()
    {
        await PodAsync();
        await BudgetAsync(Counts(allowed: 1));
        await _bench.RunAsync(Evict());
        Assert.Equal(
            """[{"type":"DisruptionAllowed","message":"","lastTransitionTime":"2026-01-02T03:04:05Z","status":"False","reason":"InsufficientPods","observedGeneration":1}]""",
            (await BudgetStatusAsync())["conditions"]!.ToJsonString());
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_is_refused_like_an_eviction()
    {
        await PodAsync();
        await BudgetAsync(Counts(allowed: 1));
        var before = _bench.Store.Content;
        await _bench.RunAsync(Evict("""{"dryRun":["All"]}"""));
        Assert.Equal(before, _bench.Store.Content);
        await _bench.RunAsync(Evict());
        Assert.Equal(429, (await ErrorAfterwardsAsync()).Code);

        async Task<ApiStatus> ErrorAfterwardsAsync()
        {
            await _bench.RunAsync(Request(RequestVerb.Create, Pods, body:
                """{"metadata":{"name":"q","labels":{"a":"b"}},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}}"""));
            await StatusAsync(Pods, "q", """{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}""");
            return await _bench.ErrorAsync(Evict("""{"dryRun":["All"]}""", "q") with { Name = "q" });
        }
    }

    [Theory]
    [InlineData(0, 1, 2, 1, "", 429, 0, Violation, "The disruption budget budget needs 2 healthy pods and has 1 currently")]
    [InlineData(1, 3, 2, 0, "", 429, 10, Violation, "The disruption budget budget is still being processed by the server.")]
    [InlineData(0, 3, 2, 1, "", 429, 0, Violation, "The disruption budget budget does not allow evicting pods currently")]
    [InlineData(0, 3, 2, 1, """,{"type":"DisruptionAllowed","status":"False","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Other","message":"why"}""", 429, 0, Violation,
        "The disruption budget budget does not allow evicting pods currently (Other): why")]
    [InlineData(0, 1, 2, 1, """,{"type":"DisruptionAllowed","status":"False","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"SyncFailed","message":"why"}""", 429, 0, Violation,
        "The disruption budget budget does not allow evicting pods currently because it failed sync: why")]
    public async Task A_budget_refuses_in_upstreams_words(
        int allowed, int current, int desired, int observed, string condition, int code, int retryAfter, string message, string cause)
    {
        await PodAsync();
        await BudgetAsync(Counts(allowed, current, desired, observed, condition.Length > 0 ? $",\"conditions\":[{condition[1..]}]" : ""));
        var status = await _bench.ErrorAsync(Evict());
        Assert.Equal((code, retryAfter, message), (status.Code, status.RetryAfterSeconds, status.Message));
        Assert.Equal(cause.Length > 0 ? [new StatusCause("DisruptionBudget", cause)] : [], status.Causes);
        Assert.False(await IsGoneAsync());
    }

    [Fact]
    public void A_budget_with_a_negative_number_which_validation_keeps_out_allows_nothing()
    {
        var budget = JsonNode.Parse("""{"metadata":{"name":"budget","generation":1},"status":{"observedGeneration":1,"disruptionsAllowed":-1}}""")!.AsObject();
        var refusal = Assert.Throws<ApiException>(() => DisruptionBudget.Spend(budget, "p", DateTimeOffset.UnixEpoch));
        Assert.Equal((403, "poddisruptionbudget.policy \"budget\" is forbidden: pdb disruptions allowed is negative"), (refusal.Status.Code, refusal.Status.Message));
    }

    [Fact]
    public async Task Several_budgets_for_one_pod_are_an_error_without_a_reason()
    {
        await PodAsync();
        await BudgetAsync(Counts(allowed: 1));
        await BudgetAsync(Counts(allowed: 1), spec: """{"selector":{}}""", name: "other");
        var status = await _bench.ErrorAsync(Evict());
        Assert.Equal((500, "", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."), (status.Code, status.Reason, status.Message));
        Assert.False(await IsGoneAsync());
    }

    [Theory]
    [InlineData("""{"phase":"Succeeded"}""", "", 3, 2, true)]
    [InlineData("""{"phase":"Failed"}""", "", 3, 2, true)]
    [InlineData("""{"phase":"Pending"}""", "", 3, 2, true)]
    [InlineData("""{"phase":"Running"}""", "", 2, 2, true)]
    [InlineData("""{"phase":"Running"}""", "", 1, 2, false)]
    [InlineData("""{"phase":"Running"}""", "", 0, 0, false)]
    [InlineData("""{"phase":"Running"}""", "IfHealthyBudget", 1, 2, false)]
    [InlineData("""{"phase":"Running"}""", "AlwaysAllow", 0, 2, true)]
    [InlineData("""{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}""", "AlwaysAllow", 3, 2, false)]
    public async Task Only_pods_that_count_need_the_budget(string pod, string policy, int current, int desired, bool goes)
    {
        await PodAsync(pod);
        await BudgetAsync(Counts(allowed: 0, current, desired), """{"selector":{"matchLabels":{"a":"b"}}MORE}""".Replace("MORE", policy.Length > 0 ? $",\"unhealthyPodEvictionPolicy\":\"{policy}\"" : ""));
        if (goes)
            await _bench.RunAsync(Evict());
        else
            Assert.Equal(429, (await _bench.ErrorAsync(Evict())).Code);
        Assert.Equal(goes, await IsGoneAsync());
        Assert.Equal(0, (await BudgetStatusAsync())["disruptionsAllowed"]?.GetValue<int>() ?? 0);
    }

    [Theory]
    [InlineData("""{"selector":{"matchLabels":{"a":"c"}}}""")]
    [InlineData("""{}""")]
    public async Task A_budget_for_other_pods_says_nothing(string spec)
    {
        await PodAsync();
        await BudgetAsync(Counts(allowed: 0), spec);
        await _bench.RunAsync(Evict());
        Assert.True(await IsGoneAsync());
    }

    [Fact]
    public async Task Of_two_evictions_at_the_same_time_one_gets_the_last_disruption()
    {
        await PodAsync();
        await BudgetAsync(Counts(allowed: 1));
        var others = 0;
        _bench.Store.BeforeWrite = async (id, command) =>
        {
            if (id.ToString()!.Contains("poddisruptionbudgets", StringComparison.Ordinal) && others++ == 0)
                await StatusAsync(Budgets, "budget", Counts(allowed: 0));
        };
        Assert.Equal(429, (await _bench.ErrorAsync(Evict())).Code);
        Assert.False(await IsGoneAsync());
    }

    [Fact]
    public async Task A_pod_that_becomes_ready_meanwhile_is_asked_about_again()
    {
        await PodAsync("""{"phase":"Running"}""");
        await BudgetAsync(Counts(allowed: 0, current: 2, desired: 2));
        var others = 0;
        _bench.Store.BeforeWrite = async (id, command) =>
        {
            if (command is ReplaceObject && others++ == 0)
                await StatusAsync(Pods, "p", """{"conditions":[{"type":"Ready","status":"True"}]}""");
        };
        var status = await _bench.ErrorAsync(Evict());
        Assert.Equal((429, "The disruption budget budget is still being processed by the server."), (status.Code, status.Causes[0].Message));
        Assert.False(await IsGoneAsync());
    }

    [Theory]
    [InlineData("""{"preconditions":{"uid":"other"}}""", "the UID in the precondition (other) does not match the UID in record")]
    [InlineData("""{"preconditions":{"resourceVersion":"1"}}""", "the ResourceVersion in the precondition (1) does not match the ResourceVersion in record")]
    public async Task Preconditions_are_kept(string options, string why)
    {
        await PodAsync("""{"phase":"Succeeded"}""");
        var status = await _bench.ErrorAsync(Evict(options));
        Assert.Equal((409, "Conflict"), (status.Code, status.Reason));
        Assert.StartsWith($"Operation cannot be fulfilled on Pod \"p\": {why}", status.Message, StringComparison.Ordinal);
        Assert.False(await IsGoneAsync());
    }

    [Fact]
    public async Task Admission_is_asked_about_the_eviction_and_not_about_the_deletion_that_follows()
    {
        var asked = new List<string>();
        var bench = PipelineBench.WithPlugins(_ => [new Recording(asked)]);
        await bench.RunAsync(Request(RequestVerb.Create, Pods, body: """{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}}"""));
        asked.Clear();
        await bench.RunAsync(Evict());
        Assert.Equal(["Create pods/eviction"], asked);
    }

    private sealed class Recording(List<string> asked) : IAdmissionPlugin
    {
        public string Name => "Recording";

        public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => true;

        public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
        {
            asked.Add($"{request.Operation} {request.Served.Facts.Plural}/{request.Subresource}");
            return ValueTask.CompletedTask;
        }
    }

    [Theory]
    [InlineData("other")]
    [InlineData("")]
    public async Task The_eviction_names_its_pod(string name)
    {
        await PodAsync();
        var status = await _bench.ErrorAsync(Evict(name: name));
        Assert.Equal((400, "name in URL does not match name in Eviction object"), (status.Code, status.Message));
    }
}
