using System.Globalization;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using ActorKube.Testing.Simulation.Nodes;
using ActorKube.Testing.Simulation.Storage;

namespace ActorKube.Simulation.Tests;

/// <summary>Alone, for what it says of memory.</summary>
[CollectionDefinition(nameof(LongRunTests), DisableParallelization = true)]
[Collection(nameof(LongRunTests))]
public sealed class LongRunTests
{
    private const int Month = 30;

    // A day says as much of the whole cluster; more is for whoever asks for it.
    private static readonly int Days = int.Parse(Environment.GetEnvironmentVariable("ACTORKUBE_SIMULATED_DAYS") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void A_month_of_a_cron_job_every_minute_makes_every_job_once_and_keeps_neither_more_nor_less_than_it_should()
    {
        using var cluster = new SimulatedCluster(new SimulationOptions
        {
            Heartbeats = false,
            Nodes = [],
            Scheduler = false,
            Played = [Played.Jobs()],
            Controllers = ["cronjob-controller"],
        });
        var watched = new Watched(cluster);
        cluster.Create(WellKnownResources.CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Advance(TimeSpan.FromDays(5));
        var memory = Live();
        cluster.Advance(TimeSpan.FromDays(Month - 5) + TimeSpan.FromSeconds(30));
        watched.Check(cluster, Month);
        // What is kept of the past, and what all share, is full after some days.
        Assert.InRange(Live(), 0, memory + (2 << 20));
    }

    [Fact]
    public void A_day_of_a_cron_job_every_minute_with_the_pods_of_its_jobs()
    {
        using var cluster = new SimulatedCluster(new SimulationOptions
        {
            Heartbeats = false,
            Nodes = [],
            Scheduler = false,
            Played = [Played.Pods()],
            Controllers = ["cronjob-controller", "job-controller", "garbage-collector-controller", "serviceaccount-controller"],
        });
        var watched = new Watched(cluster);
        cluster.Create(WellKnownResources.CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(30));
        watched.Check(cluster, 1);
        Assert.InRange(cluster.Stored(WellKnownResources.Pods).Count, 3, 4);
    }

    [Fact]
    public void The_same_with_scheduler_and_nodes()
    {
        using var cluster = new SimulatedCluster(new SimulationOptions
        {
            Heartbeats = false,
            Nodes = ["node-1"],
            Controllers = ["cronjob-controller", "job-controller", "garbage-collector-controller", "serviceaccount-controller"],
        });
        var watched = new Watched(cluster);
        cluster.Create(WellKnownResources.CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Advance(TimeSpan.FromDays(Days) + TimeSpan.FromSeconds(30));
        watched.Check(cluster, Days);
        Assert.InRange(cluster.Stored(WellKnownResources.Pods).Count, 3, 4);
    }

    private static long Live() => GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>Sees every event of the store: jobs made, and how many there are at any moment.</summary>
    private sealed class Watched
    {
        private readonly List<string> _unexpected = [];
        private int _made;
        private int _jobs;
        private int _most;
        private int _events;
        private int _mostEvents;

        public Watched(SimulatedCluster cluster) => cluster.Journal = entry =>
        {
            if (entry.Plural == "jobs")
                Count(entry, ref _jobs, ref _most);
            if (entry.Plural == "events")
                Count(entry, ref _events, ref _mostEvents);
            if (entry.Plural != "jobs" || entry.Added is not { } job)
                return;
            var minute = cluster.Options.Start.AddMinutes(++_made).ToUnixTimeSeconds() / 60;
            if (job.Key.Name != $"tick-{minute.ToString(CultureInfo.InvariantCulture)}")
                _unexpected.Add(job.Key.Name);
        };

        public void Check(SimulatedCluster cluster, int days)
        {
            Assert.Empty(_unexpected);
            Assert.Equal(days * 24 * 60, _made);
            // Three that succeeded, the one that runs, and for a moment the one that has just ended beside the one that has to go.
            Assert.InRange(_most, 4, 5);
            Assert.InRange(_jobs, 3, 4);
            // They go after an hour.
            Assert.InRange(_mostEvents, 1, 250);
            Assert.Equal(JsonWriting.Time(cluster.Options.Start.AddDays(days)), cluster.Get(WellKnownResources.CronJobs, "tick").Text("status", "lastScheduleTime"));
            var log = cluster.Controllers.Single(c => c.Name == "cronjob-controller").Decisions.ToArray();
            Assert.Equal(1000, log.Length);
            Assert.InRange(log[0].At, cluster.Options.Start.AddDays(days).AddHours(-17), cluster.Options.Start.AddDays(days));
            Assert.Single(cluster.Controllers.Single(c => c.Name == "cronjob-controller").Requeues);
            Assert.Empty(cluster.Strays);
        }

        private static void Count(JournalEntry entry, ref int now, ref int most)
        {
            now += entry.Added is not null ? 1 : entry.Removed is not null ? -1 : 0;
            most = Math.Max(most, now);
        }
    }
}
