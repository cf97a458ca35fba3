using System.Collections.Immutable;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Usage;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Usage;
using ActorKube.Testing.Simulation.Serial;

namespace ActorKube.Testing.Simulation.Nodes;

/// <summary>What the agents of all nodes say of the CPU that their pods use, so that <c>metrics.k8s.io</c> answers.</summary>
/// <param name="client">May list pods.</param>
/// <param name="board">Where the server keeps reports.</param>
/// <param name="time">The clock.</param>
internal sealed class PlayedUse(IResourceClient client, UsageBoard board, VirtualTime time)
{
    /// <summary>Interval of the agents' default settings.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Reports for as long as the cluster runs.</summary>
    /// <param name="milliCores">What a running pod uses.</param>
    public async Task RunAsync(Func<StoredObject, long> milliCores)
    {
        for (; ; await time.Wait(Interval))
        {
            var pods = (await client.ListAsync(WellKnownResources.Pods, null)).Items.Where(p => p.Field("spec.nodeName").Length > 0 && p.Field("status.phase") == "Running");
            foreach (var node in pods.GroupBy(p => p.Field("spec.nodeName")))
            {
                var uses = node.Select(p => Use(p, milliCores(p))).ToImmutableArray();
                board.Take(node.Key, new UsageReport(time.GetUtcNow(), Interval, uses.Aggregate(default(UsedAmounts), (sum, p) => sum + p.Containers[0].Usage), uses));
            }
        }
    }

    private PodUsage Use(StoredObject pod, long milliCores) => new(
        pod.Key, pod.Head.Uid, time.GetUtcNow(), Interval,
        [new ContainerUsage(pod.Tree().Items("spec", "containers").First().Text("name"), new UsedAmounts(milliCores * 1_000_000, 64 << 20))]);
}
