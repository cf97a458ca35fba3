using System.Collections;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>One page of a cut: walks the snapshot while the answer is written and knows afterwards where it stopped.</summary>
/// <param name="snapshot">The cut.</param>
/// <param name="selection">What is asked for.</param>
/// <param name="after">The last object of the page before; null for the first page.</param>
/// <param name="limit">Size of the page; 0 for no limit.</param>
internal sealed class ListPage(IResourceSnapshot snapshot, Selection selection, ObjectKey? after, long limit) : IEnumerable<StoredObject>
{
    private ObjectKey? _stoppedAt;

    /// <inheritdoc/>
    public IEnumerator<StoredObject> GetEnumerator()
    {
        var filter = selection.Filter;
        if (filter is { Name: { } name, Namespace: var ns } && after is null && (ns is not null || snapshot.Find(new ObjectKey("", name)) is not null))
            return Single(snapshot.Find(new ObjectKey(ns ?? "", name))).GetEnumerator();
        return filter.Name is null && filter.Predicate is null && filter.Indexed is null && limit == 0
            ? snapshot.Range(filter.Namespace, after).GetEnumerator()
            : Walk().GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What follows; to be asked once the page has been walked.</summary>
    public ListEnd End()
    {
        if (_stoppedAt is not { } last)
            return new ListEnd(null, null);
        var rest = snapshot.CountRange(selection.Filter.Namespace, last);
        return rest == 0 ? new ListEnd(null, null) : new ListEnd(new ContinueToken(snapshot.Revision, last).ToString(), selection.IsSelective ? null : rest);
    }

    private IEnumerable<StoredObject> Walk()
    {
        _stoppedAt = null;
        long taken = 0;
        var filter = selection.Filter;
        var found = filter.Labels is { } labels ? snapshot.Candidates(labels, filter.Namespace, after) : null;
        foreach (var item in found ?? snapshot.Range(filter.Namespace, after))
        {
            if (!filter.Matches(item))
                continue;
            if (limit > 0 && ++taken == limit)
                _stoppedAt = item.Key;
            yield return item;
            if (_stoppedAt is not null)
                yield break;
        }
    }

    private IEnumerable<StoredObject> Single(StoredObject? found)
    {
        if (found is not null && selection.Filter.Matches(found))
            yield return found;
    }
}
