using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class JobEndTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new JobReconciler(new BackoffPolicy(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), 500));

    private JsonNode Status => _h.Cluster.Json(Jobs, "default", "pi")["status"]!;

    private IEnumerable<StoredObject> Running => _h.Cluster[Pods].All.Where(p => PodView.Project(p).IsActive);

    private void Start(string spec) => _h.Cluster.Create(Jobs, Manifests.Job("pi", spec));

    private void End(StoredObject pod, string phase) => _h.Cluster.Change(Pods, "default", pod.Key.Name, p => p["status"] = new JsonObject
    {
        ["phase"] = phase,
        ["containerStatuses"] = new JsonArray(JsonNode.Parse($$$"""{"name":"c","state":{"terminated":{"exitCode":1,"finishedAt":"{{{JsonWriting.Time(_h.Time.GetUtcNow())}}}"} } }""")),
    });

    [Fact]
    public void A_job_with_more_successes_than_it_wants_is_complete_and_says_both()
    {
        Start("");
        _h.Settle();
        End(Running.Single(), "Succeeded");
        _h.Cluster.Create(Pods, Manifests.Pod("more", "pi", ",\"status\":{\"phase\":\"Succeeded\"}"));
        _h.Settle();
        Assert.Equal(2, Status.Number("succeeded"));
        Assert.Equal(["Warning TooManySucceededPods: Too many succeeded pods running after completion count reached", "Normal Completed: Job completed"],
            _h.Events.Where(e => e.Reason is "TooManySucceededPods" or "Completed").Select(e => $"{e.Type} {e.Reason}: {e.Message}"));
    }

    [Fact]
    public void An_index_that_waits_after_a_failure_keeps_its_place_before_those_that_have_not_begun()
    {
        Start("\"parallelism\":1,\"completions\":2,\"completionMode\":\"Indexed\",\"backoffLimitPerIndex\":3");
        _h.Settle();
        End(Running.Single(), "Failed");
        _h.Settle();
        Assert.Empty(Running);
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("0", Running.Single().Head.Labels[JobNames.Index]);
    }

    [Theory]
    [InlineData("Failed", "Failed", "backoffLimit", 0)]
    [InlineData("Complete", "Succeeded", "completions", 1)]
    public void An_end_that_is_decided_while_the_job_is_suspended_has_a_start(string end, string phase, string lowered, int to)
    {
        Start("\"parallelism\":1,\"completions\":2,\"completionMode\":\"Indexed\"");
        _h.Settle();
        End(Running.Single(), phase);
        _h.Cluster.Change(Jobs, "default", "pi", j => j["spec"]!["suspend"] = true);
        _h.Settle();
        Assert.Null(Status["startTime"]);
        _h.Cluster.Change(Jobs, "default", "pi", j => j["spec"]![lowered] = to);
        _h.Settle();
        Assert.Contains($"{end}=True", Status.Items("conditions").Select(c => $"{c.Text("type")}={c.Text("status")}"));
        Assert.Equal(JsonWriting.Time(_h.Time.GetUtcNow()), Status.Text("startTime"));
    }

    [Fact]
    public void Conditions_stay_where_they_stand()
    {
        Start("\"suspend\":true");
        _h.Settle();
        _h.Cluster.Change(Jobs, "default", "pi", j => j["status"]!["conditions"]!.AsArray().Add(JsonNode.Parse("""{"type":"example.com/Checked","status":"True"}""")));
        _h.Cluster.Change(Jobs, "default", "pi", j => j["spec"]!["suspend"] = false);
        _h.Settle();
        Assert.Equal(["Suspended=False JobResumed", "example.com/Checked=True "], Status.Items("conditions").Select(c => $"{c.Text("type")}={c.Text("status")} {c.Text("reason")}"));
    }
}
