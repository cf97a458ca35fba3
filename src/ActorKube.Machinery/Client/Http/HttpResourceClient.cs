using System.Globalization;
using System.Runtime.CompilerServices;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Client.Http;

/// <summary>The client of programs that reach an API server over HTTPS, as <c>kubectl</c> does.</summary>
public sealed class HttpResourceClient(HttpConnectionOptions options) : IResourceClient, IDisposable
{
    private readonly HttpTransport _transport = new(options);

    /// <inheritdoc/>
    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) =>
        _transport.CallAsync(HttpMethod.Get, ApiPath.Readable(address).With("resourceVersion", options?.ResourceVersion).With("labelSelector", options?.LabelSelector)
            .With("metricLabelSelector", options?.MetricLabelSelector), default, ReadObjectAsync, cancel);

    /// <inheritdoc/>
    public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default) =>
        _transport.CallAsync(HttpMethod.Get, Select(ApiPath.Collection(resource, ns ?? ""), options), default, ListReader.ReadAsync, cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var path = ApiPath.Collection(resource, ns ?? "").With("watch", "true").With("resourceVersion", options.ResourceVersion)
            .With("labelSelector", options.LabelSelector).With("fieldSelector", options.FieldSelector).With("allowWatchBookmarks", options.AllowBookmarks ? "true" : null)
            .With("sendInitialEvents", options.SendInitialEvents ? "true" : null).With("resourceVersionMatch", options.SendInitialEvents ? "NotOlderThan" : null)
            .With("timeoutSeconds", options.TimeoutSeconds?.ToString(CultureInfo.InvariantCulture));
        using var response = await _transport.SendAsync(HttpMethod.Get, path, default, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        await foreach (var change in WatchReader.ReadAsync(stream, cancel))
            yield return change;
    }

    /// <inheritdoc/>
    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        WriteAsync(HttpMethod.Post, address.Subresource.Length > 0 ? ApiPath.Object(address) : ApiPath.Collection(address.Resource, address.Namespace), new HttpBody(body), options, cancel);

    /// <inheritdoc/>
    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        WriteAsync(HttpMethod.Put, ApiPath.Object(address), new HttpBody(body), options, cancel);

    /// <inheritdoc/>
    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default) =>
        WriteAsync(HttpMethod.Patch, ApiPath.Object(address), new HttpBody(patch, type.MediaType()), options, cancel);

    /// <inheritdoc/>
    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) =>
        _transport.CallAsync(HttpMethod.Delete, ApiPath.Object(address), new HttpBody(RequestBodies.Encode(options)), (stream, stop) => ReadDeletedAsync(stream, address, stop), cancel);

    /// <inheritdoc/>
    public async ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) =>
        await _transport.CallAsync(HttpMethod.Delete, Select(ApiPath.Collection(resource, ns ?? ""), select), new HttpBody(RequestBodies.Encode(options)), ReadNothingAsync, cancel);

    /// <summary>The path of an object in the API.</summary>
    public static string PathOf(ObjectAddress address) => $"/{ApiPath.Object(address)}";

    /// <summary>Reads what stands under a path that is no resource: discovery, decision logs.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The answer's JSON.</returns>
    public ValueTask<byte[]> ReadAsync(string path, CancellationToken cancel = default) => _transport.CallAsync(HttpMethod.Get, path, default, ReadBytesAsync, cancel);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();

    private ValueTask<StoredObject> WriteAsync(HttpMethod method, string path, HttpBody body, WriteOptions? options, CancellationToken cancel)
    {
        if (options?.Epoch is not null)
            throw new ArgumentException("Roles that have epochs live in the control plane.", nameof(options));
        RequestBodies.CheckSize(body.Content);
        var query = path.With("dryRun", options is { DryRun: true } ? "All" : null).With("fieldManager", options?.FieldManager).With("fieldValidation", options?.FieldValidation);
        return _transport.CallAsync(method, query, body, ReadObjectAsync, cancel);
    }

    private static string Select(string path, ListOptions? options) => options is null
        ? path
        : path.With("resourceVersion", options.ResourceVersion).With("labelSelector", options.LabelSelector).With("fieldSelector", options.FieldSelector)
            .With("limit", options.Limit > 0 ? options.Limit.ToString(CultureInfo.InvariantCulture) : null).With("continue", options.Continue);

    private static async ValueTask<StoredObject> ReadObjectAsync(Stream stream, CancellationToken cancel) => StoredObject.Parse(await ReadBytesAsync(stream, cancel));

    private static async ValueTask<StoredObject> ReadDeletedAsync(Stream stream, ObjectAddress address, CancellationToken cancel)
    {
        var json = await ReadBytesAsync(stream, cancel);
        return FailedResponse.TryParse(json, 200) is { } gone
            ? new StoredObject(json, new ObjectHead { Key = address.Key, Uid = gone.Uid ?? "" })
            : StoredObject.Parse(json);
    }

    private static async ValueTask<byte[]> ReadBytesAsync(Stream stream, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer, cancel);
        return buffer.ToArray();
    }

    private static async ValueTask<bool> ReadNothingAsync(Stream stream, CancellationToken cancel)
    {
        await stream.CopyToAsync(Stream.Null, cancel);
        return true;
    }
}
