using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>A container that has ended.</summary>
internal readonly record struct ContainerEnd(string Container, int ExitCode);

/// <summary>What a job needs to know of one of its pods.</summary>
internal sealed class JobPodView : IObjectView<JobPodView>
{
    public required PodView Pod { get; init; }

    /// <summary>The completion index; null when it has none that can be read.</summary>
    public required int? Index { get; init; }

    /// <summary>Failures of the index before this pod.</summary>
    public required int Failures { get; init; }

    /// <summary>Those that a policy ignored.</summary>
    public required int Ignored { get; init; }

    /// <summary>Restarts of all containers.</summary>
    public required int Restarts { get; init; }

    /// <summary>When its last container ended, as far as that is known.</summary>
    public required DateTimeOffset? Ended { get; init; }

    public required ImmutableArray<ContainerEnd> Ends { get; init; }

    public required ImmutableArray<(string Type, string Status)> Conditions { get; init; }

    public StoredObject Object => Pod.Object;

    public string Uid => Object.Head.Uid;

    public bool IsTracked => Object.Head.Finalizers.Contains(JobNames.TrackingFinalizer);

    public static JobPodView Project(StoredObject item)
    {
        var json = item.Tree();
        var status = json["status"];
        var annotations = json.At("metadata", "annotations");
        var containers = status.Items("initContainerStatuses").Concat(status.Items("containerStatuses")).ToArray();
        return new JobPodView
        {
            Pod = PodView.Project(item),
            Index = Number(annotations.Text(JobNames.Index)),
            Failures = Number(annotations.Text(JobNames.FailureCount)) ?? 0,
            Ignored = Number(annotations.Text(JobNames.IgnoredCount)) ?? 0,
            Restarts = (int)Math.Clamp(containers.Sum(c => (long)(c.Int("restartCount") ?? 0)), 0, int.MaxValue),
            Ended = EndOf(item, status),
            Ends = [.. containers.Where(c => c.At("state", "terminated") is not null)
                .Select(c => new ContainerEnd(c.Text("name"), c.Int("state", "terminated", "exitCode") ?? 0))],
            Conditions = [.. status.Items("conditions").Select(c => (c.Text("type"), c.Text("status")))],
        };
    }

    // Upstream's order of what to believe: the containers, then the condition Ready, then the deletion.
    private static DateTimeOffset? EndOf(StoredObject item, JsonNode? status)
    {
        var ends = status.Items("containerStatuses").Select(c => c.Time("state", "terminated", "finishedAt")).ToArray();
        if (ends.Length > 0 && ends.All(e => e is not null))
            return ends.Max();
        if (status.Items("conditions").FirstOrDefault(c => c.Text("type") == "Ready").Time("lastTransitionTime") is { } unready)
            return unready;
        return item.Head.Deleted is { } deleted ? KubeTime.Later(deleted, -(item.Head.DeletionGraceSeconds ?? 0)) : item.Head.Created;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
