using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.Explain;

/// <summary>Finds the objects that an object owns: those of the resources that workloads are made of, each listed once.</summary>
/// <param name="client">The way to the API.</param>
internal sealed class OwnedObjects(IResourceClient client)
{
    private const int PageSize = 500;
    private const int MostPages = 20;
    private static readonly GroupVersionResource Jobs = new("batch", "v1", "jobs");

    private static readonly GroupVersionResource[] Candidates =
        [WellKnownResources.Deployments, WellKnownResources.StatefulSets, WellKnownResources.DaemonSets, WellKnownResources.ReplicaSets, Jobs, WellKnownResources.Pods];

    private readonly Dictionary<(GroupVersionResource, string Namespace), IReadOnlyList<StoredObject>> _listed = [];

    /// <summary>The objects that name <paramref name="owner"/> as their owner, oldest first.</summary>
    /// <param name="resource">The owner's resource.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="gap">Told what could not be read.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<(GroupVersionResource Resource, StoredObject Item)>> OfAsync(GroupResource resource, StoredObject owner, Action<string> gap, CancellationToken cancel)
    {
        var found = new List<(GroupVersionResource, StoredObject)>();
        foreach (var candidate in CandidatesOf(resource))
            foreach (var item in await ListAsync(candidate, owner.Key.Namespace, gap, cancel))
                if (item.Head.Owners.Any(o => o.Uid == owner.Head.Uid))
                    found.Add((candidate, item));
        return [.. found.OrderBy(f => f.Item2.Head.Created).ThenBy(f => f.Item2.Key)];
    }

    // Of the built-in kinds it is known what they make; others may make anything.
    private static GroupVersionResource[] CandidatesOf(GroupResource owner) => owner.ToString() switch
    {
        "pods" => [],
        "deployments.apps" => [WellKnownResources.ReplicaSets],
        "replicasets.apps" or "statefulsets.apps" or "daemonsets.apps" or "jobs.batch" or "replicationcontrollers" => [WellKnownResources.Pods],
        "cronjobs.batch" => [Jobs],
        _ => Candidates,
    };

    private async Task<IReadOnlyList<StoredObject>> ListAsync(GroupVersionResource resource, string ns, Action<string> gap, CancellationToken cancel)
    {
        if (_listed.TryGetValue((resource, ns), out var known))
            return known;
        var all = new List<StoredObject>();
        try
        {
            string? next = null;
            for (var page = 0; page < MostPages && next is not ""; page++)
            {
                var list = await client.ListAsync(resource, ns, new ListOptions { Limit = PageSize, Continue = next }, cancel);
                all.AddRange(list.Items);
                next = list.Continue ?? "";
            }
            if (next is not "")
                gap($"only the first {all.Count} {resource.Plural} of the namespace were looked at");
        }
        catch (ApiException failure)
        {
            gap($"{resource.Plural} cannot be listed: {failure.Message}");
        }
        return _listed[(resource, ns)] = all;
    }
}
