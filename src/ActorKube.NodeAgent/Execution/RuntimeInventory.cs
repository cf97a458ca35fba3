using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Execution;

/// <summary>A pod found in the runtime.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="Uid">Uid.</param>
/// <param name="Seen">What the runtime shows.</param>
/// <param name="Grace">The grace period its containers were labelled with; null when they are not.</param>
internal sealed record FoundPod(ObjectKey Key, string Uid, PodSeen Seen, string? Grace);

/// <summary>Finds what an earlier life of this agent left in the runtime.</summary>
internal sealed class RuntimeInventory(IContainerRuntime runtime, ContainerStarter starter, string node)
{
    /// <summary>All pods of this node in the runtime, by uid.</summary>
    public async Task<ImmutableDictionary<string, FoundPod>> TakeAsync(CancellationToken cancel)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add(RuntimeLabels.Node, node);
        var pods = new Dictionary<string, FoundPod>();
        foreach (var sandbox in await runtime.ListSandboxesAsync(new SandboxFilter { Labels = labels }, cancel))
        {
            var meta = sandbox.Metadata;
            var pod = pods.GetValueOrDefault(meta.Uid) ?? new FoundPod(new ObjectKey(meta.Namespace, meta.Name), meta.Uid, PodSeen.Empty, null);
            var status = SeenMapper.Sandbox(await runtime.GetSandboxStatusAsync(sandbox.Id, cancel));
            pods[meta.Uid] = pod with { Seen = pod.Seen.With(status) };
        }
        foreach (var container in await runtime.ListContainersAsync(new ContainerFilter { Labels = labels }, cancel))
            if (pods.GetValueOrDefault(container.Labels.GetValueOrDefault(RuntimeLabels.PodUid, "")) is { } pod)
                pods[pod.Uid] = pod with
                {
                    Seen = pod.Seen.With(await starter.LookAsync(container.Id, container.SandboxId, cancel)),
                    Grace = container.Annotations.GetValueOrDefault(RuntimeLabels.TerminationGrace) ?? pod.Grace,
                };
        return pods.ToImmutableDictionary();
    }
}
