using ActorKube.Machinery.Queues;
using ActorKube.Protocol.Hosting;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Queue;
using ActorKube.Scheduler.Scheduling;
using Akka.Configuration;

namespace ActorKube.Scheduler.Hosting;

/// <summary>The settings in <c>actorkube.scheduler</c>; every key is explained in <c>scheduler.conf</c>.</summary>
public sealed record SchedulerOptions
{
    private const string Root = "actorkube.scheduler";

    /// <summary>The shipped defaults as HOCON.</summary>
    public static Config Reference { get; } = EmbeddedSettings.Read(typeof(SchedulerOptions).Assembly, "scheduler.conf");

    /// <summary>The shipped defaults.</summary>
    public static SchedulerOptions Default { get; } = From(Config.Empty);

    /// <summary><c>restart-after</c>.</summary>
    public required TimeSpan RestartAfter { get; init; }

    /// <summary><c>journal-plugin</c>.</summary>
    public required string JournalPlugin { get; init; }

    /// <summary><c>snapshot-plugin</c>.</summary>
    public required string SnapshotPlugin { get; init; }

    /// <summary><c>profiles</c>.</summary>
    internal IReadOnlyList<ProfileSpec> Profiles { get; init; } = [];

    /// <summary>The rest.</summary>
    internal SchedulerSettings Settings { get; init; } = new();

    /// <summary>Reads the settings; whatever the configuration does not say is taken from <see cref="Reference"/>. Plugins are looked for as well, so that a wrong name is found here.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed; the message names it.</exception>
    public static SchedulerOptions From(Config config)
    {
        var known = new SettingsReader(Root, config, Reference);
        var options = new SchedulerOptions
        {
            RestartAfter = known.Time("restart-after"),
            JournalPlugin = known.Text("journal-plugin"),
            SnapshotPlugin = known.Text("snapshot-plugin"),
            Profiles = [.. known.Objects("profiles").Select(ProfileReader.Read)],
            Settings = new SchedulerSettings
            {
                PercentageOfNodesToScore = known.Number("percentage-of-nodes-to-score", 0, 100),
                Queue = new QueueSettings
                {
                    Backoff = new BackoffPolicy(known.Time("queue.backoff-first"), known.Time("queue.backoff-longest")),
                    PoolFlush = known.Time("queue.pool-flush"),
                    PopFromBackoff = known.Switch("queue.pop-from-backoff"),
                },
                ParallelBindings = known.Number("parallel-bindings", 1, 100_000),
                AssumedPodExpiry = known.Time("assumed-pod-expiry"),
                DecisionsKept = known.Number("decisions-kept", 0, 1_000_000),
            },
        };
        try
        {
            _ = options.CreateCore(TimeProvider.System, static () => 0, fenced: false);
        }
        catch (ArgumentException wrong)
        {
            throw new ConfigurationException($"{Root}.profiles: {wrong.Message}", wrong);
        }
        return options;
    }

    internal SchedulerCore CreateCore(TimeProvider time, Func<double> random, bool fenced) =>
        new(Profiles, new PluginRegistry(PluginRegistry.BuiltIn), Settings, time, random, fenced);
}
