using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Client;

/// <summary>
/// The client of components that live in the API server's process: straight into the pipeline as a given user, with no serialisation. Objects are the store's own.
/// </summary>
/// <param name="pipeline">The request pipeline.</param>
/// <param name="user">Whom the requests are made as.</param>
/// <param name="time">Paces bookmarks and the length of watches.</param>
/// <param name="workspace">Which Kubernetes API is meant.</param>
/// <param name="tenure">What its writes are bound to; null for nothing.</param>
public sealed class InProcessClient(IRequestPipeline pipeline, UserInfo user, TimeProvider time, string workspace = ResourceId.RootWorkspace, Tenure? tenure = null) : IResourceClient
{
    private static readonly string[] DryRunAll = ["All"];

    /// <inheritdoc/>
    public async ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) =>
        Object(await ExecuteAsync(
            Request(RequestVerb.Get, address) with
            {
                Query = options is null ? RequestQuery.None
                    : new RequestQuery { ResourceVersion = options.ResourceVersion, LabelSelector = options.LabelSelector, MetricLabelSelector = options.MetricLabelSelector },
            },
            cancel));

    /// <inheritdoc/>
    public async ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default)
    {
        var response = (ListResponse)await ExecuteAsync(Request(RequestVerb.List, new ObjectAddress(resource, ns ?? "", "")) with { Query = Query(options) }, cancel);
        var items = response.Items.ToList();
        return new ObjectList(items, response.Revision.ToString(), response.End().Continue);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        GroupVersionResource resource, string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var query = new RequestQuery
        {
            ResourceVersion = options.ResourceVersion,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            AllowWatchBookmarks = options.AllowBookmarks ? "true" : null,
            SendInitialEvents = options.SendInitialEvents ? "true" : null,
            ResourceVersionMatch = options.SendInitialEvents ? "NotOlderThan" : null,
            TimeoutSeconds = options.TimeoutSeconds?.ToString(),
        };
        var response = (WatchResponse)await ExecuteAsync(Request(RequestVerb.Watch, new ObjectAddress(resource, ns ?? "", "")) with { Query = query }, cancel);
        using var watch = response.Watch;
        foreach (var item in response.Initial ?? [])
            yield return new WatchEvent(WatchEventType.Added, item, response.InitialRevision.ToString());
        if (response.MarkInitialEnd)
            yield return new WatchEvent(WatchEventType.Bookmark, null, response.InitialRevision.ToString()) { EndsInitialEvents = true };
        using var stream = new WatchStream(response, time);
        await foreach (var change in stream.ReadAsync(cancel))
            yield return change;
    }

    /// <inheritdoc/>
    public async ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        Object(await ExecuteAsync(Write(RequestVerb.Create, address, body, "application/json", options), cancel));

    /// <inheritdoc/>
    public async ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        Object(await ExecuteAsync(Write(RequestVerb.Update, address, body, "application/json", options), cancel));

    /// <inheritdoc/>
    public async ValueTask<StoredObject> PatchAsync(
        ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default) =>
        Object(await ExecuteAsync(Write(RequestVerb.Patch, address, patch, type.MediaType(), options), cancel));

    /// <inheritdoc/>
    public async ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) =>
        Object(await ExecuteAsync(Request(RequestVerb.Delete, address) with { Body = RequestBodies.Encode(options) }, cancel));

    /// <inheritdoc/>
    public async ValueTask DeleteCollectionAsync(
        GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) =>
        await ExecuteAsync(Request(RequestVerb.DeleteCollection, new ObjectAddress(resource, ns ?? "", "")) with { Query = Query(select), Body = RequestBodies.Encode(options) }, cancel);

    private ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, CancellationToken cancel) => pipeline.ExecuteAsync(request, cancel);

    private ApiRequest Request(RequestVerb verb, ObjectAddress address) => new()
    {
        User = user,
        Workspace = workspace,
        Verb = verb,
        Resource = address.Resource,
        Subresource = address.Subresource,
        Namespace = address.Namespace,
        Name = address.Name,
        Tenure = tenure,
    };

    private ApiRequest Write(RequestVerb verb, ObjectAddress address, ReadOnlyMemory<byte> body, string contentType, WriteOptions? options)
    {
        RequestBodies.CheckSize(body);
        return Request(verb, address) with { Body = body, ContentType = contentType, Epoch = options?.Epoch, Query = Query(options) };
    }

    private static RequestQuery Query(WriteOptions? options) => options is null ? RequestQuery.None : new RequestQuery
    {
        DryRun = options.DryRun ? DryRunAll : [],
        FieldManager = options.FieldManager,
        FieldValidation = options.FieldValidation,
    };

    private static RequestQuery Query(ListOptions? options) => options is null ? RequestQuery.None : new RequestQuery
    {
        ResourceVersion = options.ResourceVersion,
        LabelSelector = options.LabelSelector,
        FieldSelector = options.FieldSelector,
        Limit = options.Limit > 0 ? options.Limit.ToString() : null,
        Continue = options.Continue,
    };

    private static StoredObject Object(ApiResponse response) => response switch
    {
        ObjectResponse one => one.Object,
        DocumentResponse { About: { } about } => about,
        DocumentResponse document => Wrap(document.Document),
        _ => throw ApiErrors.Internal($"a {response.GetType().Name} stands for no object"),
    };

    // Documents such as Scale are not stored, but callers read them alike.
    private static StoredObject Wrap(JsonObject document) => StoredObject.Parse(JsonEncoder.Encode(document));
}
