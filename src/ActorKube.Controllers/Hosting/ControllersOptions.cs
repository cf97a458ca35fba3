using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Queues;
using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.Controllers.Hosting;

/// <summary>The settings in <c>actorkube.controllers</c>; every key is explained in <c>controllers.conf</c>.</summary>
public sealed record ControllersOptions
{
    private const string Root = "actorkube.controllers";

    /// <summary>The shipped defaults.</summary>
    public static Config Reference { get; } = EmbeddedSettings.Read(typeof(ControllersOptions).Assembly, "controllers.conf");

    /// <summary><c>enabled</c>.</summary>
    public required IReadOnlyList<string> Enabled { get; init; }

    /// <summary><c>keep-alive-interval</c>.</summary>
    public required TimeSpan KeepAliveInterval { get; init; }

    /// <summary><c>shards</c>.</summary>
    public required int Shards { get; init; }

    /// <summary><c>journal-plugin</c>.</summary>
    public required string JournalPlugin { get; init; }

    /// <summary><c>snapshot-plugin</c>.</summary>
    public required string SnapshotPlugin { get; init; }

    /// <summary><c>shell</c>.</summary>
    public required ControllerSettings Shell { get; init; }

    /// <summary><c>replica-set.burst</c>.</summary>
    public required int ReplicaSetBurst { get; init; }

    /// <summary><c>job.burst</c>.</summary>
    public required int JobBurst { get; init; }

    /// <summary><c>job.backoff-first</c> and <c>job.backoff-longest</c>.</summary>
    public required BackoffPolicy JobBackoff { get; init; }

    /// <summary><c>replication-controller.burst</c>.</summary>
    public required int ReplicationControllerBurst { get; init; }

    /// <summary><c>daemon-set</c>.</summary>
    public required DaemonSetOptions DaemonSet { get; init; }

    /// <summary><c>endpoint-slice.max-endpoints</c>.</summary>
    public required int EndpointsPerSlice { get; init; }

    /// <summary><c>endpoint-slice.max-mirrored</c>.</summary>
    public required int MirroredPerSubset { get; init; }

    /// <summary><c>disruption</c>.</summary>
    public required DisruptionOptions Disruption { get; init; }

    /// <summary><c>horizontal-pod-autoscaler</c>.</summary>
    public required AutoscalerOptions Autoscaler { get; init; }

    /// <summary><c>pod-garbage-collector</c>.</summary>
    public required PodGarbageOptions PodGarbage { get; init; }

    /// <summary><c>node-lifecycle</c>.</summary>
    public required NodeLifecycleOptions NodeLifecycle { get; init; }

    /// <summary><c>node-ipam</c>.</summary>
    public required NodeIpamOptions NodeIpam { get; init; }

    /// <summary><c>attach-detach.longest-unmount-wait</c>; null without <c>attach-detach.force-on-timeout</c>.</summary>
    public required TimeSpan? LongestUnmountWait { get; init; }

    /// <summary><c>volume-binder.interval</c>.</summary>
    public required TimeSpan VolumeBinderInterval { get; init; }

    /// <summary><c>certificates.lifetime</c>.</summary>
    public required TimeSpan CertificateLifetime { get; init; }

    /// <summary><c>service-account-tokens.unused</c>.</summary>
    public required TimeSpan UnusedTokenTime { get; init; }

    /// <summary><c>resource-quota</c>.</summary>
    public required ResourceQuotaOptions ResourceQuota { get; init; }

    /// <summary><c>garbage-collector.absent-owners-kept</c>.</summary>
    public required int AbsentOwnersKept { get; init; }

    /// <summary><c>cloud</c>.</summary>
    public required CloudOptions Cloud { get; init; }

    /// <summary>Reads the settings; whatever the configuration does not say is taken from <see cref="Reference"/>.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed; the message names the key.</exception>
    public static ControllersOptions From(Config config)
    {
        var known = new SettingsReader(Root, config, Reference);
        return new ControllersOptions
        {
            Enabled = known.Texts("enabled"),
            KeepAliveInterval = known.Time("keep-alive-interval"),
            Shards = known.Number("shards", 1, 1000),
            JournalPlugin = known.Text("journal-plugin"),
            SnapshotPlugin = known.Text("snapshot-plugin"),
            Shell = new ControllerSettings
            {
                Workers = known.Number("shell.workers", 1, 1000),
                MinInterval = known.Time("shell.min-interval", zero: true),
                Backoff = new BackoffPolicy(known.Time("shell.backoff-first"), known.Time("shell.backoff-longest")),
                Patience = known.Time("shell.patience"),
                JournalRequeuesFrom = known.Time("shell.journal-requeues-from", zero: true),
                DecisionsKept = known.Number("shell.decisions-kept", 0, 1_000_000),
                WritesNamed = known.Number("shell.writes-named", 0, 10_000),
                SnapshotEvery = known.Number("shell.snapshot-every", 1, 1_000_000),
            },
            ReplicaSetBurst = known.Number("replica-set.burst", 1, 100_000),
            JobBurst = known.Number("job.burst", 1, 100_000),
            JobBackoff = new BackoffPolicy(known.Time("job.backoff-first"), known.Time("job.backoff-longest")),
            ReplicationControllerBurst = known.Number("replication-controller.burst", 1, 100_000),
            DaemonSet = new DaemonSetOptions(
                known.Number("daemon-set.burst", 1, 100_000), known.Time("daemon-set.failed-pod-backoff-first"), known.Time("daemon-set.failed-pod-backoff-longest")),
            EndpointsPerSlice = known.Number("endpoint-slice.max-endpoints", 1, 1000),
            MirroredPerSubset = known.Number("endpoint-slice.max-mirrored", 1, 1000),
            Disruption = new DisruptionOptions(known.Time("disruption.deletion-timeout"), known.Time("disruption.stale-target-timeout")),
            Autoscaler = new AutoscalerOptions
            {
                SyncPeriod = known.Time("horizontal-pod-autoscaler.sync-period"),
                DownscaleStabilization = known.Time("horizontal-pod-autoscaler.downscale-stabilization", zero: true),
                Tolerance = known.Fraction("horizontal-pod-autoscaler.tolerance", 1),
                CpuInitializationPeriod = known.Time("horizontal-pod-autoscaler.cpu-initialization-period", zero: true),
                InitialReadinessDelay = known.Time("horizontal-pod-autoscaler.initial-readiness-delay", zero: true),
            },
            PodGarbage = new PodGarbageOptions(
                known.Time("pod-garbage-collector.interval"),
                known.Number("pod-garbage-collector.terminated-pod-threshold", int.MinValue, int.MaxValue),
                known.Time("pod-garbage-collector.missing-node-grace")),
            NodeLifecycle = new NodeLifecycleOptions
            {
                MonitorPeriod = known.Time("node-lifecycle.monitor-period"),
                GracePeriod = known.Time("node-lifecycle.grace-period"),
                StartupGracePeriod = known.Time("node-lifecycle.startup-grace-period"),
                EvictionRate = known.Fraction("node-lifecycle.eviction-rate", 1000),
                SecondaryEvictionRate = known.Fraction("node-lifecycle.secondary-eviction-rate", 1000),
                LargeClusterSize = known.Number("node-lifecycle.large-cluster-size", 0, int.MaxValue),
                UnhealthyZoneThreshold = known.Fraction("node-lifecycle.unhealthy-zone-threshold", 1),
            },
            NodeIpam = NodeIpamOptions.From(known),
            Cloud = CloudOptions.From(known),
            LongestUnmountWait = known.Time("attach-detach.longest-unmount-wait") is var wait && known.Switch("attach-detach.force-on-timeout") ? wait : null,
            VolumeBinderInterval = known.Time("volume-binder.interval"),
            CertificateLifetime = known.Time("certificates.lifetime"),
            UnusedTokenTime = known.Time("service-account-tokens.unused"),
            ResourceQuota = new ResourceQuotaOptions(known.Time("resource-quota.settle"), known.Time("resource-quota.resync"), known.Time("resource-quota.rest")),
            AbsentOwnersKept = known.Number("garbage-collector.absent-owners-kept", 1, 1_000_000),
        };
    }
}

/// <summary><c>daemon-set</c>.</summary>
/// <param name="Burst">Most pods created, and most deleted, in one decision.</param>
/// <param name="FailedPodFirst">Wait after the first failed pod of a set on a node.</param>
/// <param name="FailedPodLongest">No wait is longer.</param>
public sealed record DaemonSetOptions(int Burst, TimeSpan FailedPodFirst, TimeSpan FailedPodLongest);

/// <summary><c>disruption</c>.</summary>
/// <param name="DeletionTimeout">How long an evicted pod that is still there counts as gone.</param>
/// <param name="StaleTargetTimeout">How long a pod may be the target of a disruption that does not happen.</param>
public sealed record DisruptionOptions(TimeSpan DeletionTimeout, TimeSpan StaleTargetTimeout);

/// <summary><c>horizontal-pod-autoscaler</c>; the defaults are those of <c>controllers.conf</c>.</summary>
public sealed record AutoscalerOptions
{
    /// <summary>How often each autoscaler is looked at.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How far back higher recommendations keep replicas, where the autoscaler does not say.</summary>
    public TimeSpan DownscaleStabilization { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What may be off from the target without scaling, where the autoscaler does not say.</summary>
    public double Tolerance { get; init; } = 0.1;

    /// <summary>How long after its start a pod's CPU counts only since it is ready.</summary>
    public TimeSpan CpuInitializationPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after its start a pod that has never been ready is taken to be starting still.</summary>
    public TimeSpan InitialReadinessDelay { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary><c>pod-garbage-collector</c>.</summary>
/// <param name="Interval">How often pods are looked through.</param>
/// <param name="TerminatedPodThreshold">Finished pods kept; 0 or less keeps all.</param>
/// <param name="MissingNodeGrace">How long a node has to be gone.</param>
public sealed record PodGarbageOptions(TimeSpan Interval, int TerminatedPodThreshold, TimeSpan MissingNodeGrace);

/// <summary><c>node-lifecycle</c>.</summary>
public sealed record NodeLifecycleOptions
{
    /// <summary>How often nodes are looked at.</summary>
    public required TimeSpan MonitorPeriod { get; init; }

    /// <summary>Silence that makes a node unknown.</summary>
    public required TimeSpan GracePeriod { get; init; }

    /// <summary>The same for a node that never said anything.</summary>
    public required TimeSpan StartupGracePeriod { get; init; }

    /// <summary>Evictions a second in a healthy zone.</summary>
    public required double EvictionRate { get; init; }

    /// <summary>Evictions a second in a partly disrupted, large zone.</summary>
    public required double SecondaryEvictionRate { get; init; }

    /// <summary>Zones with more nodes are large.</summary>
    public required int LargeClusterSize { get; init; }

    /// <summary>Share of unready nodes that makes a zone partly disrupted.</summary>
    public required double UnhealthyZoneThreshold { get; init; }
}

/// <summary>The settings in <c>actorkube.controllers.resource-quota</c>.</summary>
/// <param name="Settle">How long after a charge its object may still be missing from the caches.</param>
/// <param name="Resync">How often every quota is counted anew.</param>
/// <param name="Rest">Shortest time between two counts of a quota.</param>
public sealed record ResourceQuotaOptions(TimeSpan Settle, TimeSpan Resync, TimeSpan Rest);
