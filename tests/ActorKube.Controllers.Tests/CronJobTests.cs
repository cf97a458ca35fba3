using System.Text.Json.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.CronJobs;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class CronJobTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new CronJobReconciler());

    private JsonNode? Status => _h.Cluster.Json(CronJobs, "default", "tick")["status"];

    private string[] Names => [.. _h.Cluster[Jobs].All.Select(j => j.Key.Name).Order()];

    private IEnumerable<string> Created => _h.Events.Where(e => e.Reason == "SuccessfulCreate").Select(e => e.Message);

    private void Start(string schedule, string spec = "") => _h.Cluster.Create(CronJobs, $$$"""
        {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"namespace":"default","name":"tick"},"spec":{"schedule":"{{{schedule}}}","successfulJobsHistoryLimit":3,"failedJobsHistoryLimit":1,
         "jobTemplate":{"metadata":{"labels":{"l":"1"},"annotations":{"a":"2"}},"spec":{"completions":1,"template":{{{Manifests.Template("tick")}}}}}{{{spec}}}}}
        """);

    private void Change(string field, JsonNode value) => _h.Cluster.Change(CronJobs, "default", "tick", c => c["spec"]![field] = value);

    private void End(string name, string condition = "Complete") => _h.Cluster.Change(Jobs, "default", name, j => j["status"] = new JsonObject
    {
        ["startTime"] = j["metadata"]!["creationTimestamp"]!.DeepClone(),
        ["completionTime"] = JsonWriting.Time(_h.Time.GetUtcNow()),
        ["conditions"] = new JsonArray(new JsonObject { ["type"] = condition, ["status"] = "True", ["lastTransitionTime"] = JsonWriting.Time(_h.Time.GetUtcNow()) }),
    });

    private void EndAll()
    {
        foreach (var job in _h.Cluster[Jobs].All.Where(j => j.Edit()["status"] is null).ToArray())
            End(job.Key.Name);
        _h.Settle();
    }

    [Fact]
    public void In_a_month_of_minutes_each_gets_exactly_one_job()
    {
        Start("* * * * *");
        const int minutes = 31 * 24 * 60;
        for (var i = 0; i < minutes; i++)
        {
            _h.Advance(TimeSpan.FromMinutes(1));
            EndAll();
            // Nobody watches from the past; all states of a month would fill the memory.
            _h.Cluster[Jobs].Compact();
            _h.Cluster[CronJobs].Compact();
        }
        Assert.Equal(minutes, Created.Count());
        Assert.Equal(minutes, Created.Distinct().Count());
        Assert.Equal(3, Names.Length);
        Assert.Empty(Status.Items("active"));
        Assert.Equal(_h.Time.GetUtcNow(), Status.Time("lastScheduleTime"));
        Assert.Equal(_h.Time.GetUtcNow(), Status.Time("lastSuccessfulTime"));
        Assert.DoesNotContain(_h.Events, e => e.Warning);
    }

    [Fact]
    public void A_job_is_named_after_its_time_and_made_from_the_template()
    {
        Start("0 9 * * *", ",\"timeZone\":\"Europe/Berlin\"");
        _h.Advance(TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1));
        Assert.Empty(Names);
        _h.Advance(TimeSpan.FromSeconds(1));
        var time = new DateTimeOffset(2030, 1, 1, 8, 0, 0, TimeSpan.Zero);
        Assert.Equal([$"tick-{time.ToUnixTimeSeconds() / 60}"], Names);
        var job = _h.Cluster[Jobs].All.Single();
        Assert.Equal("1", job.Head.Labels["l"]);
        Assert.Equal(("2", "2030-01-01T09:00:00+01:00"), (job.Edit().Text("metadata", "annotations", "a"), job.Edit().Text("metadata", "annotations", "batch.kubernetes.io/cronjob-scheduled-timestamp")));
        Assert.Equal("CronJob", job.Head.Controller!.Kind);
        var active = Status.Items("active").Single();
        Assert.Equal((job.Head.Uid, "Job", "batch/v1"), (active.Text("uid"), active.Text("kind"), active.Text("apiVersion")));
        Assert.Equal(time, Status.Time("lastScheduleTime"));
    }

    [Theory]
    [InlineData("2030-03-31T00:00:00Z", "30 2 * * *", 2)] // 02:30 does not come that day
    [InlineData("2030-10-26T22:00:00Z", "30 2 * * *", 4)] // 02:30 comes twice
    [InlineData("2030-03-30T23:00:00Z", "0 * * * *", 71)]
    public void When_the_clock_changes_its_reading_counts(string from, string schedule, int jobs)
    {
        _h.Time.SetUtcNow(DateTimeOffset.Parse(from));
        Start(schedule, ",\"timeZone\":\"Europe/Berlin\"");
        var end = DateTimeOffset.Parse(from).AddDays(3).AddHours(-1);
        while (_h.Time.GetUtcNow() < end)
        {
            _h.Advance(TimeSpan.FromMinutes(30));
            EndAll();
        }
        Assert.Equal(jobs, Created.Count());
    }

    [Theory]
    [InlineData("Allow", 3, 3)]
    [InlineData("Forbid", 1, 1)]
    [InlineData("Replace", 3, 1)]
    public void The_policy_decides_what_happens_while_a_job_still_runs(string policy, int created, int running)
    {
        Start("* * * * *", $",\"concurrencyPolicy\":\"{policy}\"");
        _h.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(created, Created.Count());
        Assert.Equal(running, Names.Length);
        Assert.Equal(running, Status.Items("active").Count());
        Assert.Equal(policy == "Forbid", _h.Events.Any(e => e.Reason == "JobAlreadyActive"));
        Assert.Equal(policy == "Replace" ? 2 : 0, _h.Events.Count(e => e.Reason == "SuccessfulDelete"));
        Assert.DoesNotContain(_h.Events, e => e.Reason is "MissingJob" or "UnexpectedJob");
    }

    [Fact]
    public void A_forbidden_start_is_made_up_for_when_the_job_has_ended()
    {
        Start("*/10 * * * *", ",\"concurrencyPolicy\":\"Forbid\"");
        _h.Advance(TimeSpan.FromMinutes(25));
        EndAll();
        Assert.Equal(2, Created.Count());
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 20, 0, TimeSpan.Zero), Status.Time("lastScheduleTime"));
        Assert.Contains(_h.Events, e => e.Reason == "SawCompletedJob" && e.Message.EndsWith(", condition: Complete", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_missed_while_suspended_is_started_once_and_told_when_it_is_much()
    {
        Start("* * * * *", ",\"suspend\":true");
        _h.Advance(TimeSpan.FromHours(5));
        Assert.Empty(Names);
        Change("suspend", false);
        _h.Settle();
        Assert.Single(Names);
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "TooManyMissedTimes" });
        Assert.Equal(_h.Time.GetUtcNow(), Status.Time("lastScheduleTime"));
    }

    [Fact]
    public void A_start_that_is_too_late_is_left_out()
    {
        Start("0 * * * *", ",\"suspend\":true,\"startingDeadlineSeconds\":60,\"timeZone\":\"Europe/Berlin\"");
        _h.Advance(TimeSpan.FromMinutes(65));
        Change("suspend", false);
        _h.Settle();
        Assert.Empty(Names);
        _h.Advance(TimeSpan.FromMinutes(55));
        Assert.Single(Names);
    }

    [Fact]
    public void Of_ended_jobs_the_newest_are_kept()
    {
        Start("* * * * *");
        for (var i = 0; i < 6; i++)
        {
            _h.Advance(TimeSpan.FromMinutes(1));
            End(Names[^1], i % 2 == 0 ? "Failed" : "Complete");
            _h.Settle();
        }
        Assert.Equal(4, Names.Length);
        Assert.Contains(_h.Events, e => e.Reason == "SuccessfulDelete" && e.Message.StartsWith("Deleted job tick-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bad", "", "UnparseableSchedule")]
    [InlineData("* * * * *", ",\"timeZone\":\"Mars/Olympus\"", "UnknownTimeZone")]
    [InlineData("* * * * *", ",\"timeZone\":\"europe/berlin\"", "UnknownTimeZone")]
    [InlineData("0 0 30 2 *", "", "InvalidSchedule")]
    public void A_schedule_that_cannot_be_followed_is_told(string schedule, string spec, string reason)
    {
        Start(schedule, spec);
        _h.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal([reason], _h.Events.Select(e => e.Reason).Distinct());
    }

    [Theory]
    [InlineData("bad", "", "unparseable schedule: \"bad\" : expected exactly 5 fields, found 1: [bad]")]
    [InlineData("TZ=Mars/Olympus 0 * * * *", "", "unparseable schedule: \"TZ=Mars/Olympus 0 * * * *\" : provided bad location Mars/Olympus: unknown time zone Mars/Olympus")]
    [InlineData("* * * * *", "Mars/Olympus", "invalid timeZone: \"Mars/Olympus\": unknown time zone Mars/Olympus")]
    [InlineData("* * * * *", "../etc/passwd", "invalid timeZone: \"../etc/passwd\": time: invalid location name")]
    [InlineData("0 0 30 2 *", "", "invalid schedule: 0 0 30 2 * : time difference between two schedules is less than 1 second")]
    public void What_is_wrong_with_a_schedule_is_said_in_upstreams_words(string schedule, string zone, string message)
    {
        Start(schedule, zone.Length > 0 ? $",\"timeZone\":\"{zone}\"" : "");
        _h.Settle();
        Assert.Equal(message, _h.Events[^1].Message);
    }

    [Theory]
    [InlineData("TZ")]
    [InlineData("CRON_TZ")]
    public void A_zone_in_an_old_schedule_counts_and_is_warned_about(string word)
    {
        Start($"{word}=Asia/Tokyo 30 12 * * *");
        _h.Advance(TimeSpan.FromHours(3));
        Assert.Empty(Names);
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "UnsupportedSchedule" }
            && e.Message == $"CRON_TZ or TZ used in schedule \"{word}=Asia/Tokyo 30 12 * * *\" is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Single(Names);
    }

    [Theory]
    [InlineData("Allow")]
    [InlineData("Replace")]
    public void A_job_that_somebody_deleted_is_missed(string policy)
    {
        Start("0 * * * *", $",\"concurrencyPolicy\":\"{policy}\"");
        _h.Advance(TimeSpan.FromHours(1));
        _h.Cluster.Delete(new ObjectAddress(Jobs, "default", Names.Single()));
        _h.Settle();
        Assert.Empty(Status.Items("active"));
        Assert.Contains(_h.Events, e => e.Reason == "MissingJob");
        _h.Advance(TimeSpan.FromMinutes(30));
        Assert.Empty(Names);
    }
}
