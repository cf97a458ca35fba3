using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>Turns objects into what one watcher asked for: themselves, rows of a table, or their metadata.</summary>
internal interface IWatchShape
{
    /// <summary>The encoded form of <paramref name="item"/>.</summary>
    ReadOnlyMemory<byte> Shape(StoredObject item);

    /// <summary>A bookmark in that form.</summary>
    /// <param name="revision">The revision up to which everything has been sent.</param>
    /// <param name="isInitialEnd">True for the one that ends the initial objects.</param>
    ReadOnlyMemory<byte> Bookmark(long revision, bool isInitialEnd);
}

/// <summary>Objects as they are stored.</summary>
internal sealed class WholeObjects(GroupVersionKind kind) : IWatchShape
{
    public ReadOnlyMemory<byte> Shape(StoredObject item) => item.Json;

    public ReadOnlyMemory<byte> Bookmark(long revision, bool isInitialEnd) => BookmarkText.Of(kind.Kind, kind.ApiVersion, revision, isInitialEnd, "");
}

/// <summary>Objects without spec and status.</summary>
internal sealed class MetadataOnly(MetaVersion version) : IWatchShape
{
    public ReadOnlyMemory<byte> Shape(StoredObject item) => PartialMetadata.Of(item, version);

    public ReadOnlyMemory<byte> Bookmark(long revision, bool isInitialEnd) => BookmarkText.Of("PartialObjectMetadata", version.ApiVersion(), revision, isInitialEnd, "");
}

/// <summary>A table of one row an event; only the first has the columns' definitions.</summary>
internal sealed class TableRows(ServedResource resource, TableObject include, MetaVersion version, TimeProvider time) : IWatchShape
{
    private bool _columnsKnown;

    public ReadOnlyMemory<byte> Shape(StoredObject item)
    {
        var row = TableRenderer.Render(resource, item, include, time.GetUtcNow(), columns: !_columnsKnown, version);
        _columnsKnown = true;
        return row;
    }

    public ReadOnlyMemory<byte> Bookmark(long revision, bool isInitialEnd) => BookmarkText.Of("Table", version.ApiVersion(), revision, isInitialEnd, ",\"columnDefinitions\":null,\"rows\":[]");
}

/// <summary>The objects inside bookmarks: nothing but a kind and a revision.</summary>
internal static class BookmarkText
{
    public static ReadOnlyMemory<byte> Of(string kind, string apiVersion, long revision, bool isInitialEnd, string more)
    {
        var annotations = isInitialEnd ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        return Encoding.UTF8.GetBytes(
            $"{{\"kind\":\"{kind}\",\"apiVersion\":\"{apiVersion}\",\"metadata\":{{\"resourceVersion\":\"{revision}\",\"creationTimestamp\":null{annotations}}}{more}}}");
    }
}
