using System.Collections.Immutable;
using System.Globalization;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>
/// Labels and annotations by which the agent finds its sandboxes and containers again after a restart. The names are upstream's, so that other tools
/// understand them; one label is our own and keeps several agents on one runtime apart.
/// </summary>
internal static class RuntimeLabels
{
    public const string PodName = "io.kubernetes.pod.name";
    public const string PodNamespace = "io.kubernetes.pod.namespace";
    public const string PodUid = "io.kubernetes.pod.uid";
    public const string ContainerName = "io.kubernetes.container.name";
    public const string Node = "io.actorkube.node";
    public const string ContainerHash = "io.kubernetes.container.hash";
    public const string RestartCount = "io.kubernetes.container.restartCount";
    public const string TerminationMessagePath = "io.kubernetes.container.terminationMessagePath";
    public const string TerminationMessagePolicy = "io.kubernetes.container.terminationMessagePolicy";
    public const string TerminationGrace = "io.kubernetes.pod.terminationGracePeriod";

    /// <summary>What a sandbox bears: the pod's own labels and the identifying ones.</summary>
    public static ImmutableDictionary<string, string> Sandbox(V1Pod pod, string node) =>
        (pod.Metadata.Labels is { Count: > 0 } labels ? ImmutableDictionary.CreateRange(labels) : ImmutableDictionary<string, string>.Empty).SetItems(Pod(pod, node));

    /// <summary>What a container bears.</summary>
    public static ImmutableDictionary<string, string> Container(V1Pod pod, string container, string node) =>
        ImmutableDictionary.CreateRange(Pod(pod, node)).SetItem(ContainerName, container);

    /// <summary>What a container has to be remembered of beyond labels.</summary>
    public static ImmutableDictionary<string, string> Annotations(V1Pod pod, V1Container container, uint hash, uint attempt) =>
        ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create(ContainerHash, hash.ToString("x", CultureInfo.InvariantCulture)),
            KeyValuePair.Create(RestartCount, attempt.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create(TerminationMessagePath, container.TerminationMessagePath ?? ""),
            KeyValuePair.Create(TerminationMessagePolicy, container.TerminationMessagePolicy ?? ""),
            KeyValuePair.Create(TerminationGrace, (pod.Spec.TerminationGracePeriodSeconds ?? 30).ToString(CultureInfo.InvariantCulture)),
        ]);

    /// <summary>The hash a container was made with; null when it bears none that can be read.</summary>
    public static uint? HashOf(ImmutableDictionary<string, string> annotations) =>
        annotations.TryGetValue(ContainerHash, out var text) && uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hash) ? hash : null;

    private static KeyValuePair<string, string>[] Pod(V1Pod pod, string node) =>
    [
        KeyValuePair.Create(PodName, pod.Metadata.Name),
        KeyValuePair.Create(PodNamespace, pod.Metadata.NamespaceProperty),
        KeyValuePair.Create(PodUid, pod.Metadata.Uid),
        KeyValuePair.Create(Node, node),
    ];
}
