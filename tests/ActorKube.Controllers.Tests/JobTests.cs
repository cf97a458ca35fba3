using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class JobTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new JobReconciler(new BackoffPolicy(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), 500));

    private JsonNode Status => _h.Cluster.Json(Jobs, "default", "pi")["status"]!;

    private List<StoredObject> Running => [.. _h.Cluster[Pods].All.Where(p => PodView.Project(p).IsActive).OrderBy(p => p.Key)];

    private JobTests Start(string spec = "", string podSpec = "\"restartPolicy\":\"Never\"", string metadata = "")
    {
        _h.Cluster.Create(Jobs, Manifests.Job("pi", spec, podSpec, metadata));
        _h.Settle();
        return this;
    }

    private void End(StoredObject pod, int exitCode, string condition = "")
    {
        _h.Cluster.Change(Pods, "default", pod.Key.Name, p => p["status"] = new JsonObject
        {
            ["phase"] = exitCode == 0 ? "Succeeded" : "Failed",
            ["conditions"] = condition.Length > 0 ? new JsonArray(new JsonObject { ["type"] = condition, ["status"] = "True" }) : new JsonArray(),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "c",
                ["state"] = new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = exitCode, ["finishedAt"] = JsonWriting.Time(_h.Time.GetUtcNow()) } },
            }),
        });
        _h.Settle();
    }

    private void EndAll(int exitCode)
    {
        foreach (var pod in Running)
            End(pod, exitCode);
    }

    private StoredObject OfIndex(int index) => Running.Single(p => p.Head.Labels[JobNames.Index] == $"{index}");

    private string[] Holding => [.. Status.Items("conditions").Where(c => c.Text("status") == "True").Select(c => $"{c.Text("type")}/{c.Text("reason")}")];

    [Theory]
    [InlineData("", 1)]
    [InlineData("\"parallelism\":3,\"completions\":7", 7)]
    [InlineData("\"parallelism\":10,\"completions\":4", 4)]
    [InlineData("\"parallelism\":2,\"completions\":5,\"completionMode\":\"Indexed\"", 5)]
    [InlineData("\"completions\":0", 0)]
    public void A_job_whose_pods_all_succeed_makes_as_many_as_it_wants_and_completes(string spec, int completions)
    {
        Start(spec);
        while (Running.Count > 0)
            EndAll(0);
        Assert.Equal(completions, _h.Cluster[Pods].All.Count);
        Assert.Equal(["SuccessCriteriaMet/CompletionsReached", "Complete/CompletionsReached"], Holding);
        Assert.Equal(completions, Status.Number("succeeded") ?? 0);
        Assert.NotNull(Status.Time("completionTime"));
        Assert.NotNull(Status.Time("startTime"));
        Assert.All(_h.Cluster[Pods].All, p => Assert.Empty(p.Head.Finalizers));
        Assert.Empty(Status.Items("uncountedTerminatedPods", "succeeded"));
        Assert.Single(_h.Events, e => e.Reason == "Completed" && e.Message == "Job completed");
        Assert.Equal(completions, _h.Events.Count(e => e.Reason == "SuccessfulCreate"));
    }

    [Fact]
    public void Restarts_beyond_counting_are_too_many_and_nobody_stumbles_over_them()
    {
        Start("\"parallelism\":2,\"completions\":2", "\"restartPolicy\":\"OnFailure\"");
        foreach (var pod in Running)
            _h.Cluster.Change(Pods, "default", pod.Key.Name, p => p["status"] =
                JsonNode.Parse($$$"""{"phase":"Running","containerStatuses":[{"name":"c","restartCount":{{{int.MaxValue}}}},{"name":"d","restartCount":{{{int.MaxValue}}}}]}"""));
        _h.Settle();
        Assert.Contains("FailureTarget/BackoffLimitExceeded", Holding);
    }

    [Fact]
    public void Never_more_pods_run_than_the_parallelism_allows()
    {
        Start("\"parallelism\":3,\"completions\":8");
        Assert.Equal(3, Running.Count);
        Assert.Equal(3, Status.Number("active"));
        End(Running[0], 0);
        Assert.Equal(3, Running.Count);
        _h.Cluster.Change(Jobs, "default", "pi", j => j["spec"]!["parallelism"] = 1);
        _h.Settle();
        Assert.Single(Running);
        Assert.Null(Status.Number("failed"));
    }

    [Fact]
    public void A_work_queue_ends_when_one_pod_has_succeeded_and_none_is_left()
    {
        Start("\"parallelism\":3,\"completions\":null");
        End(Running[0], 0);
        Assert.Equal(2, Running.Count);
        Assert.Empty(Holding);
        EndAll(0);
        Assert.Contains("Complete/CompletionsReached", Holding);
        Assert.Equal(3, Status.Number("succeeded"));
    }

    [Fact]
    public void Failed_pods_are_replaced_after_waits_that_double()
    {
        Start();
        foreach (var wait in (int[])[10, 20, 40, 80, 160, 320])
        {
            EndAll(1);
            _h.Advance(TimeSpan.FromSeconds(wait - 1));
            Assert.Empty(Running);
            _h.Advance(TimeSpan.FromSeconds(2));
            Assert.Single(Running);
        }
        EndAll(1);
        Assert.Equal(["FailureTarget/BackoffLimitExceeded", "Failed/BackoffLimitExceeded"], Holding);
        Assert.Equal(7, Status.Number("failed"));
        Assert.Single(_h.Events, e => e is { Warning: true, Reason: "BackoffLimitExceeded", Message: "Job has reached the specified backoff limit" });
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(7, _h.Cluster[Pods].All.Count);
    }

    [Fact]
    public void A_success_ends_the_row_of_failures()
    {
        Start("\"completions\":2");
        EndAll(1);
        _h.Advance(TimeSpan.FromSeconds(11));
        EndAll(0);
        Assert.Single(Running);
    }

    [Fact]
    public void Containers_restarted_in_place_count_against_the_limit()
    {
        Start("\"backoffLimit\":2", "\"restartPolicy\":\"OnFailure\"");
        void Restarts(int count) => _h.Cluster.Change(Pods, "default", Running.Single().Key.Name, p => p["status"] =
            new JsonObject { ["phase"] = "Running", ["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "c", ["restartCount"] = count }) });
        Restarts(1);
        _h.Settle();
        Assert.Empty(Holding);
        Restarts(2);
        _h.Settle();
        Assert.Contains("Failed/BackoffLimitExceeded", Holding);
        Assert.Empty(Running);
    }

    [Fact]
    public void An_indexed_pod_knows_its_index_from_everywhere()
    {
        Start("\"parallelism\":2,\"completions\":2,\"completionMode\":\"Indexed\"");
        var pod = OfIndex(1);
        var json = pod.Edit();
        Assert.Matches("^pi-1-[bcdfghjklmnpqrstvwxz2456789]{5}$", pod.Key.Name);
        Assert.Equal("1", json.At("metadata", "annotations").Text(JobNames.Index));
        Assert.Equal("pi-1", json.Text("spec", "hostname"));
        var variable = json["spec"]!["containers"]![0].Items("env").Single();
        Assert.Equal("JOB_COMPLETION_INDEX", variable.Text("name"));
        Assert.Equal("metadata.labels['batch.kubernetes.io/job-completion-index']", variable.Text("valueFrom", "fieldRef", "fieldPath"));
        Assert.Equal([JobNames.TrackingFinalizer], pod.Head.Finalizers);
    }

    [Fact]
    public void Completed_indexes_are_told_as_runs_and_only_missing_ones_are_repeated()
    {
        Start("\"parallelism\":8,\"completions\":8,\"completionMode\":\"Indexed\"");
        foreach (var index in (int[])[1, 3, 4, 5, 7])
            End(OfIndex(index), 0);
        Assert.Equal("1,3-5,7", Status.Text("completedIndexes"));
        End(OfIndex(2), 1);
        _h.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(["0", "2", "6"], Running.Select(p => p.Head.Labels[JobNames.Index]!).Order());
        EndAll(0);
        Assert.Equal("0-7", Status.Text("completedIndexes"));
        Assert.Contains("Complete/CompletionsReached", Holding);
    }

    [Fact]
    public void Each_index_has_its_own_limit_and_the_job_fails_when_all_others_are_done()
    {
        Start("\"parallelism\":3,\"completions\":3,\"completionMode\":\"Indexed\",\"backoffLimit\":2147483647,\"backoffLimitPerIndex\":1");
        End(OfIndex(1), 1);
        Assert.Equal(2, Running.Count);
        _h.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("1", OfIndex(1).Edit().At("metadata", "annotations").Text(JobNames.FailureCount));
        End(OfIndex(1), 1);
        Assert.Equal("1", Status.Text("failedIndexes"));
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Running.Count);
        EndAll(0);
        Assert.Contains("Failed/FailedIndexes", Holding);
        Assert.Equal((2, 2), (Status.Number("succeeded"), Status.Number("failed")));
        Assert.Equal("0,2", Status.Text("completedIndexes"));
    }

    [Fact]
    public void Too_many_failed_indexes_end_the_job()
    {
        Start("\"parallelism\":5,\"completions\":5,\"completionMode\":\"Indexed\",\"backoffLimitPerIndex\":0,\"maxFailedIndexes\":1");
        End(OfIndex(0), 1);
        Assert.Empty(Holding);
        End(OfIndex(1), 1);
        Assert.Contains("Failed/MaxFailedIndexesExceeded", Holding);
        Assert.Empty(Running);
        Assert.Equal("0,1", Status.Text("failedIndexes"));
    }

    public static TheoryData<string, int, string, string[], int> Policies => new()
    {
        { "\"action\":\"FailJob\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[42]}", 42, "", ["FailureTarget/PodFailurePolicy", "Failed/PodFailurePolicy"], 1 },
        { "\"action\":\"FailJob\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[42]}", 41, "", [], 1 },
        { "\"action\":\"FailJob\",\"onExitCodes\":{\"containerName\":\"other\",\"operator\":\"In\",\"values\":[42]}", 42, "", [], 1 },
        { "\"action\":\"FailJob\",\"onExitCodes\":{\"operator\":\"NotIn\",\"values\":[1,2]}", 3, "", ["FailureTarget/PodFailurePolicy", "Failed/PodFailurePolicy"], 1 },
        { "\"action\":\"Ignore\",\"onPodConditions\":[{\"type\":\"DisruptionTarget\",\"status\":\"True\"}]", 137, "DisruptionTarget", [], 0 },
        { "\"action\":\"Count\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[1]}", 1, "", [], 1 },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_failure_policy_decides_what_a_failure_means(string rule, int exitCode, string condition, string[] expected, int failed)
    {
        Start($$"""
            "podFailurePolicy":{"rules":[{{{rule}}}]}
            """);
        End(Running.Single(), exitCode, condition);
        Assert.Equal(expected, Holding);
        Assert.Equal(failed, Status.Number("failed") ?? 0);
        if (expected.Length > 0)
            Assert.Equal($"Container c for pod {_h.Cluster[Pods].All.Single().Key} failed with exit code {exitCode} matching FailJob rule at index 0", Status.Items("conditions").First().Text("message"));
    }

    [Fact]
    public void A_policy_can_give_up_one_index_at_once()
    {
        Start("""
            "parallelism":2,"completions":2,"completionMode":"Indexed","backoffLimitPerIndex":5,"podFailurePolicy":{"rules":[{"action":"FailIndex","onExitCodes":{"operator":"In","values":[9]}}]}
            """);
        End(OfIndex(0), 9);
        Assert.Equal("0", Status.Text("failedIndexes"));
        End(OfIndex(1), 0);
        Assert.Contains("Failed/FailedIndexes", Holding);
    }

    [Theory]
    [InlineData("\"succeededCount\":2", new[] { 0, 3 })]
    [InlineData("\"succeededIndexes\":\"1,2\"", new[] { 1, 2 })]
    [InlineData("\"succeededIndexes\":\"1-3\",\"succeededCount\":1", new[] { 3 })]
    public void A_success_policy_ends_the_job_early_and_the_rest_does_not_count(string rule, int[] indexes)
    {
        Start($$"""
            "parallelism":4,"completions":4,"completionMode":"Indexed","successPolicy":{"rules":[{{{rule}}}]}
            """);
        foreach (var index in indexes)
        {
            Assert.Empty(Holding);
            End(OfIndex(index), 0);
        }
        Assert.Equal(["SuccessCriteriaMet/SuccessPolicy", "Complete/SuccessPolicy"], Holding);
        Assert.Equal("Matched rules at index 0", Status.Items("conditions").First().Text("message"));
        Assert.Equal((indexes.Length, null), (Status.Number("succeeded"), Status.Number("failed")));
        Assert.Empty(Running);
    }

    [Fact]
    public void A_job_that_takes_too_long_is_ended_at_its_deadline()
    {
        Start("\"activeDeadlineSeconds\":60,\"parallelism\":2,\"completions\":2");
        _h.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, Running.Count);
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["FailureTarget/DeadlineExceeded", "Failed/DeadlineExceeded"], Holding);
        Assert.Equal(2, Status.Number("failed"));
        Assert.Empty(Running);
    }

    [Fact]
    public void Suspending_stops_the_pods_without_counting_them_and_resuming_starts_the_time_anew()
    {
        Start("\"activeDeadlineSeconds\":60,\"suspend\":true");
        Assert.Empty(Running);
        Assert.Equal(["Suspended/JobSuspended"], Holding);
        Assert.Null(Status.Time("startTime"));
        void Suspend(bool value)
        {
            _h.Cluster.Change(Jobs, "default", "pi", j => j["spec"]!["suspend"] = value);
            _h.Settle();
        }
        Suspend(false);
        Assert.Single(Running);
        Assert.Empty(Holding);
        _h.Advance(TimeSpan.FromSeconds(50));
        Suspend(true);
        Assert.Empty(Running);
        Assert.Null(Status.Time("startTime"));
        _h.Advance(TimeSpan.FromHours(1));
        Suspend(false);
        Assert.Equal(_h.Time.GetUtcNow(), Status.Time("startTime"));
        _h.Advance(TimeSpan.FromSeconds(50));
        Assert.Single(Running);
        Assert.Null(Status.Number("failed"));
        Assert.Equal(["Suspended", "Resumed", "Suspended", "Resumed"], _h.Events.Where(e => e.Reason is "Suspended" or "Resumed").Select(e => e.Reason));
    }

    [Theory]
    [InlineData("TerminatingOrFailed", 2)]
    [InlineData("Failed", 1)]
    public void A_terminating_pod_is_replaced_when_the_policy_says(string policy, int expected)
    {
        Start($"\"podReplacementPolicy\":\"{policy}\"");
        _h.Cluster.MakeReady(Running.Single(), _h.Time.GetUtcNow());
        _h.Settle();
        Assert.Equal(1, Status.Number("ready"));
        _h.Cluster.Delete(ObjectAddress.Of(Pods, Running.Single().Key));
        _h.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(expected, _h.Cluster[Pods].All.Count);
        Assert.Equal(1, Status.Number("terminating"));
    }

    [Fact]
    public void Pods_of_a_job_that_is_gone_are_let_go()
    {
        Start();
        _h.Cluster.Vanish(Jobs, "default", "pi");
        _h.Settle();
        Assert.Empty(Assert.Single(_h.Cluster[Pods].All).Head.Finalizers);
    }

    [Fact]
    public void Jobs_managed_by_somebody_else_are_left_alone()
    {
        Start("\"managedBy\":\"example.com/queue\"");
        Assert.Empty(_h.Cluster[Pods].All);
        Assert.Null(_h.Cluster.Json(Jobs, "default", "pi")["status"]);
    }

    [Fact]
    public void A_refused_creation_is_tried_once_each_time()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == Pods ? ApiErrors.Forbidden(Pods.Resource, address.Name, "exceeded quota: q") : null;
        Start("\"parallelism\":100,\"completions\":100");
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("create pods", StringComparison.Ordinal)), 4, 10);
        Assert.NotNull(Status.Time("startTime"));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(100, Running.Count);
    }

    [Fact]
    public void No_end_is_counted_twice_when_writes_fail_in_between()
    {
        var writes = 0UL;
        Start("\"parallelism\":5,\"completions\":20");
        _h.Cluster.Fault = (verb, address) => verb is "update" or "patch" && SafeNames.Mix(++writes) % 3 != 0 ? ApiErrors.Internal("the store is away") : null;
        for (var round = 0; round < 40 && Running.Count > 0; round++)
        {
            EndAll(0);
            _h.Advance(TimeSpan.FromSeconds(30));
        }
        _h.Advance(TimeSpan.FromHours(3));
        Assert.Contains("Complete/CompletionsReached", Holding);
        Assert.Equal(20, Status.Number("succeeded"));
        Assert.Equal(20, _h.Cluster[Pods].All.Count);
    }

    [Fact]
    public void A_stray_pod_is_adopted_with_the_finalizer_that_tracks_it()
    {
        _h.Cluster.Create(Pods, Manifests.Pod("stray", "pi"));
        Start();
        var pod = Assert.Single(_h.Cluster[Pods].All);
        Assert.Equal("stray", pod.Key.Name);
        Assert.Equal([JobNames.TrackingFinalizer], pod.Head.Finalizers);
    }
}
