using System.Globalization;
using ActorKube.Testing.Simulation;
using ActorKube.Testing.Simulation.Nodes;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>Cron jobs in Berlin, where the clocks of 2030 go forward on 31 March at 01:00 UTC and back on 27 October at 01:00 UTC.</summary>
public sealed class CalendarTests
{
    [Theory]
    [InlineData("30 2 * * *", "2030-03-29T12:00:00Z", "03-30 01:30, 04-01 00:30")] // an hour that does not come
    [InlineData("30 2 * * *", "2030-10-25T12:00:00Z", "10-26 00:30, 10-27 00:30, 10-27 01:30, 10-28 01:30")] // one that comes twice
    [InlineData("0 12 * * *", "2030-03-29T12:00:00Z", "03-30 11:00, 03-31 10:00, 04-01 10:00")]
    [InlineData("0 12 * * *", "2030-10-25T12:00:00Z", "10-26 10:00, 10-27 11:00, 10-28 11:00")]
    [InlineData("0 */6 * * *", "2030-03-30T12:00:00Z", "03-30 17:00, 03-30 23:00, 03-31 04:00, 03-31 10:00, 03-31 16:00, 03-31 22:00, 04-01 04:00, 04-01 10:00, 04-01 16:00, 04-01 22:00, 04-02 04:00, 04-02 10:00")]
    public void A_cron_job_follows_the_clocks_of_its_time_zone(string schedule, string start, string expected)
    {
        var made = Run(schedule, start, TimeSpan.FromDays(3));
        Assert.Equal(expected, string.Join(", ", made.Select(t => t.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture))));
    }

    [Theory]
    [InlineData("2030-03-30T12:00:00Z")]
    [InlineData("2030-10-26T12:00:00Z")]
    public void Every_half_hour_passes_either_change_without_a_gap_and_without_a_second_job(string start)
    {
        var made = Run("*/30 * * * *", start, TimeSpan.FromDays(1));
        Assert.Equal(48, made.Count);
        Assert.All(made.Zip(made.Skip(1), (a, b) => b - a), wait => Assert.Equal(TimeSpan.FromMinutes(30), wait));
    }

    // The times that the jobs made are for.
    private static List<DateTimeOffset> Run(string schedule, string start, TimeSpan time)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions
        {
            Start = DateTimeOffset.Parse(start, CultureInfo.InvariantCulture),
            Heartbeats = false,
            Nodes = [],
            Scheduler = false,
            Played = [Played.Jobs()],
            Controllers = ["cronjob-controller"],
        });
        var made = new List<DateTimeOffset>();
        cluster.Journal = entry =>
        {
            if (entry.Plural == "jobs" && entry.Added is { } job)
                made.Add(DateTimeOffset.FromUnixTimeSeconds(60 * long.Parse(job.Key.Name.Split('-')[^1], CultureInfo.InvariantCulture)));
        };
        cluster.Create(CronJobs, Manifests.CronJob("berlin", schedule, """ "timeZone": "Europe/Berlin", """));
        cluster.Advance(time);
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.Empty(cluster.Strays);
        return made;
    }
}
