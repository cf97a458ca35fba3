using System.Globalization;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;

namespace ActorKube.Simulation.Tests;

public sealed class LongRunTests
{
    // A day says as much of the controllers; the month is for whoever asks for it.
    private static readonly int Days = int.Parse(Environment.GetEnvironmentVariable("ACTORKUBE_SIMULATED_DAYS") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void A_cron_job_every_minute_makes_every_job_once_and_keeps_the_history_that_it_should()
    {
        using var cluster = new SimulatedCluster(new SimulationOptions
        {
            Heartbeats = false,
            Nodes = ["node-1"],
            Controllers = ["cronjob-controller", "job-controller", "garbage-collector-controller", "serviceaccount-controller"],
        });
        var made = new List<string>();
        var most = 0;
        cluster.Journal = entry =>
        {
            if (entry.Plural == "jobs" && entry.Added is { } job)
                made.Add(job.Key.Name);
        };
        cluster.Create(WellKnownResources.CronJobs, Manifests.CronJob("tick", "* * * * *"));
        for (var day = 1; day <= Days; day++)
        {
            cluster.Advance(TimeSpan.FromDays(1));
            most = Math.Max(most, cluster.Stored(WellKnownResources.Jobs).Count);
        }
        cluster.Advance(TimeSpan.FromSeconds(30));
        var first = cluster.Options.Start.AddMinutes(1).ToUnixTimeSeconds() / 60;
        Assert.Equal(Enumerable.Range(0, Days * 24 * 60).Select(i => $"tick-{(first + i).ToString(CultureInfo.InvariantCulture)}"), made);
        // Three that succeeded, and the one of this very minute.
        Assert.InRange(most, 3, 4);
        Assert.InRange(cluster.Stored(WellKnownResources.Pods).Count, 3, 4);
        Assert.Equal(JsonWriting.Time(cluster.Options.Start.AddDays(Days)), cluster.Get(WellKnownResources.CronJobs, "tick").Text("status", "lastScheduleTime"));
        Assert.Empty(cluster.Strays);
    }
}
