using ActorKube.Protocol.Hosting;
using ActorKube.Store.Watching;
using Akka.Configuration;

namespace ActorKube.Store.Hosting;

/// <summary>Settings of the store: the section <c>actorkube.store</c> of <c>hocon/store.conf</c>, which explains each.</summary>
public sealed record StoreOptions
{
    private const string Root = "actorkube.store";

    /// <summary>The shipped defaults.</summary>
    public static Config Reference { get; } = EmbeddedSettings.Read(typeof(StoreOptions).Assembly, "store.conf");

    /// <summary>Most events on their way to the journal per resource; beyond it creates and replaces are refused.</summary>
    public int MaxEventsInFlight { get; init; } = 10_000;

    /// <summary>Most bytes on their way to the journal per resource; beyond it creates and replaces are refused.</summary>
    public long MaxBytesInFlight { get; init; } = 64 << 20;

    /// <summary>Bytes that have to be free where an embedded journal lies; below it creates and replaces are refused.</summary>
    public long MinFreeSpace { get; init; } = 128 << 20;

    /// <summary>Most events kept in memory per resource for watchers that resume.</summary>
    public int HistoryEvents { get; init; } = 10_000;

    /// <summary>Most bytes of replaced states kept in memory per resource.</summary>
    public long HistoryBytes { get; init; } = 32 << 20;

    /// <summary>History older than this may be forgotten.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Events a watcher may lag behind before it is ended with 410.</summary>
    public int WatchQueue { get; init; } = 10_000;

    /// <summary>Least number of events between two snapshots.</summary>
    public int SnapshotMinimumTail { get; init; } = 2_000;

    /// <summary>Events deleted from the journal in one step of compaction.</summary>
    public int CompactionStep { get; init; } = 500;

    /// <summary>Objects removed in one step when many expire at once.</summary>
    public int ExpiryStep { get; init; } = 100;

    /// <summary>How long a read waits for a revision that is not there yet before it is answered with 504.</summary>
    public TimeSpan FutureRevisionWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a caller waits for a resource's actor to come up.</summary>
    public TimeSpan ActivationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads the settings; whatever the configuration does not say is taken from <see cref="Reference"/>.</summary>
    /// <exception cref="ConfigurationException">An unknown key or a bad value; the message names it.</exception>
    public static StoreOptions From(Config config)
    {
        var known = new SettingsReader(Root, config, Reference);
        return new StoreOptions
        {
            MaxEventsInFlight = known.Number("max-events-in-flight", 1),
            MaxBytesInFlight = known.Bytes("max-bytes-in-flight"),
            MinFreeSpace = known.Bytes("min-free-space"),
            HistoryEvents = known.Number("history.events", 1),
            HistoryBytes = known.Bytes("history.bytes"),
            HistoryAge = known.Time("history.age"),
            WatchQueue = known.Number("watch-queue", 1),
            SnapshotMinimumTail = known.Number("snapshot-minimum-tail", 1),
            CompactionStep = known.Number("compaction-step", 1),
            ExpiryStep = known.Number("expiry-step", 1),
            FutureRevisionWait = known.Time("future-revision-wait"),
            ActivationTimeout = known.Time("activation-timeout"),
        };
    }

    internal HistoryLimits History => new(HistoryEvents, HistoryBytes, HistoryAge);
}
