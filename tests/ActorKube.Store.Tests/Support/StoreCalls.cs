using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.Store.Tests.Support;

/// <summary>Short forms of the calls that most tests make.</summary>
internal static class StoreCalls
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static ValueTask<WriteResult> Write(this IResourceStore store, WriteCommand command) =>
        store.WriteAsync(TestObjects.ConfigMaps, command, CancellationToken.None);

    public static ValueTask<IResourceSnapshot> Read(this IResourceStore store, ReadAt? at = null) =>
        store.ReadAsync(TestObjects.ConfigMaps, at ?? ReadAt.Latest, CancellationToken.None);

    public static ValueTask<IResourceWatch> Watch(this IResourceStore store, long after, ObjectFilter? filter = null) =>
        store.WatchAsync(TestObjects.ConfigMaps, after, filter ?? ObjectFilter.All, CancellationToken.None);

    /// <summary>The next change; fails the test when none comes.</summary>
    public static async Task<ResourceChange> Next(this IResourceWatch watch)
    {
        using var patience = new CancellationTokenSource(Patience);
        Assert.True(await watch.WaitAsync(patience.Token), "The watch ended.");
        Assert.True(watch.TryRead(out var change));
        return change;
    }

    /// <summary>Reads until the change with a revision has been read.</summary>
    public static async Task<List<ResourceChange>> ReadTo(this IResourceWatch watch, long revision)
    {
        var changes = new List<ResourceChange>();
        while (changes.Count == 0 || changes[^1].Revision < revision)
            changes.Add(await watch.Next());
        return changes;
    }
}
