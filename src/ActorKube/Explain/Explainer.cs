using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.Machinery.Client;

namespace ActorKube.Explain;

/// <summary>Reads what has been decided about an object, its owners and what they own.</summary>
/// <param name="client">The way to the API.</param>
/// <param name="resources">Knows what is served.</param>
/// <param name="decisions">Reads the decisions about an object.</param>
/// <param name="limits">Bounds.</param>
internal sealed class Explainer(
    IResourceClient client, ResourceFinder resources, Func<ObjectAddress, CancellationToken, Task<DecisionList>> decisions, ExplanationLimits limits)
{
    private const int MostOwners = 10;
    private readonly OwnedObjects _owned = new(client);
    // Whoever owns in a circle is told once.
    private readonly HashSet<string> _told = [];
    private int _objects;

    /// <summary>Explains an object.</summary>
    /// <returns>The tree from its topmost owner down; beside the line of owners only what the object itself owns.</returns>
    /// <exception cref="ApiException">The object cannot be read, or is gone and nothing is remembered about it.</exception>
    public async Task<Explanation> ExplainAsync(ObjectAddress address, CancellationToken cancel)
    {
        var gaps = new List<string>();
        StoredObject item;
        try
        {
            item = await client.GetAsync(address, cancel: cancel);
        }
        catch (ApiException failure) when (failure.Is(StatusReason.NotFound))
        {
            // What became of an object is often asked after its end.
            if (await ReadAsync(address, gaps, cancel) is { Decisions.Count: > 0 } remembered)
                return remembered with { IsAsked = true, Gaps = [.. gaps, "it is gone; who owned it, and what it owned, is not known any more"] };
            throw;
        }
        var explained = await DownAsync(address.Resource, item, cancel) with { IsAsked = true };
        for (var i = 0; i < MostOwners && OwnerOf(item) is { } reference; i++)
        {
            if (await OwnerAsync(reference, item.Key.Namespace, gaps, cancel) is not var (resource, owner) || !_told.Add(owner.Head.Uid))
                break;
            item = owner;
            explained = await OneAsync(resource, owner, [], cancel) with { Children = [explained] };
        }
        explained = explained.WithoutRepeats();
        return gaps.Count == 0 ? explained : explained with { Gaps = [.. explained.Gaps ?? [], .. gaps] };
    }

    // Whoever manages it; without one, whoever it goes with.
    private static OwnerReference? OwnerOf(StoredObject item) => item.Head.Controller ?? (item.Head.Owners.Count > 0 ? item.Head.Owners[0] : null);

    private async Task<(GroupVersionResource Resource, StoredObject Owner)?> OwnerAsync(OwnerReference reference, string ns, List<string> gaps, CancellationToken cancel)
    {
        try
        {
            if (await resources.OfKindAsync(reference.ApiVersion, reference.Kind, cancel) is not { } served)
                return null;
            var owner = await client.GetAsync(new ObjectAddress(served.Resource, served.IsNamespaced ? ns : "", reference.Name), cancel: cancel);
            return owner.Head.Uid == reference.Uid ? (served.Resource, owner) : null;
        }
        catch (ApiException failure)
        {
            gaps.Add($"its owner {reference.Kind} {reference.Name} cannot be read: {failure.Message}");
            return null;
        }
    }

    private async Task<Explanation> DownAsync(GroupVersionResource resource, StoredObject item, CancellationToken cancel)
    {
        _told.Add(item.Head.Uid);
        var gaps = new List<string>();
        var owned = await _owned.OfAsync(resource.Resource, item, gaps.Add, cancel);
        var explained = await OneAsync(resource, item, gaps, cancel);
        // The newest are what people ask about.
        var shown = owned.Skip(Math.Max(0, owned.Count - limits.Children)).ToArray();
        var children = new List<Explanation>();
        foreach (var (childResource, child) in shown)
            if (_objects < limits.Objects && !_told.Contains(child.Head.Uid))
                children.Add(await DownAsync(childResource, child, cancel));
        return explained with { Children = children, OmittedChildren = owned.Count - children.Count };
    }

    private async Task<Explanation> OneAsync(GroupVersionResource resource, StoredObject item, List<string> gaps, CancellationToken cancel)
    {
        _objects++;
        var one = await ReadAsync(new ObjectAddress(resource, item.Key.Namespace, item.Key.Name), gaps, cancel);
        return one with { Gaps = gaps.Count == 0 ? null : gaps };
    }

    private async Task<Explanation> ReadAsync(ObjectAddress address, List<string> gaps, CancellationToken cancel)
    {
        IReadOnlyList<DecisionEntry> items = [];
        var omitted = 0;
        try
        {
            var found = await decisions(address, cancel);
            // What people did stays in sight, however much controllers made of it.
            var made = found.Items.Where(static d => d.IsByUser).TakeLast(limits.Decisions);
            items = [.. found.Items.Where(static d => !d.IsByUser).TakeLast(limits.Decisions).Concat(made).OrderBy(static d => d.At)];
            omitted = found.Omitted + found.Items.Count - items.Count;
            if (found.Silent.Count > 0)
                gaps.Add($"no answer in time from {string.Join(", ", found.Silent)}");
        }
        catch (ApiException failure)
        {
            gaps.Add($"its decisions cannot be read: {failure.Message}");
        }
        return new Explanation(Explanation.NameOf(address.Resource.Resource, address.Name), address.Namespace, items, []) { OmittedDecisions = omitted };
    }
}
