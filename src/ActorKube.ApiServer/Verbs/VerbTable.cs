using ActorKube.Api.Errors;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Which code carries out which verb on which subresource.</summary>
internal sealed class VerbTable
{
    private readonly GetVerb _get;
    private readonly ListVerb _list;
    private readonly WatchVerb _watch;
    private readonly CreateVerb _create;
    private readonly UpdateVerb _update;
    private readonly PatchVerb _patch;
    private readonly DeleteVerb _delete;
    private readonly DeleteCollectionVerb _deleteCollection;
    private readonly ScaleVerb _scale;
    private readonly BindingVerb _binding;
    private readonly EvictionVerb _eviction;
    private readonly TokenVerb _token;
    private readonly ReviewVerb _review;
    private readonly MetricsVerb _metrics;
    private readonly ComponentStatusVerb _components;

    /// <summary>Builds the verbs over shared services.</summary>
    public VerbTable(PipelineServices services)
    {
        var turns = new ClientTurns(services.Time);
        var update = new ObjectUpdate(services, turns);
        var deletion = new ObjectDeletion(services);
        _get = new GetVerb(services);
        _list = new ListVerb(services);
        _watch = new WatchVerb(services);
        _create = new CreateVerb(services);
        _update = new UpdateVerb(services, update, _create, turns);
        _patch = new PatchVerb(services, update);
        _delete = new DeleteVerb(deletion);
        _deleteCollection = new DeleteCollectionVerb(services, deletion);
        _scale = new ScaleVerb(services, update);
        _binding = new BindingVerb(services);
        _eviction = new EvictionVerb(services, deletion);
        _token = new TokenVerb(services);
        _review = new ReviewVerb(services);
        _metrics = new MetricsVerb(services);
        _components = new ComponentStatusVerb(services);
    }

    /// <summary>Carries out an authorised request.</summary>
    public ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel) =>
        request.Subresource.Length == 0 ? OnObject(request, served, cancel) : OnSubresource(request, served, cancel);

    private ValueTask<ApiResponse> OnObject(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        if (!served.Has(request.Verb))
            throw ApiErrors.MethodNotAllowed();
        return request.Verb switch
        {
            RequestVerb.Get when served.Facts.MadeFrom is not null => _metrics.GetAsync(request, served, cancel),
            RequestVerb.List when served.Facts.MadeFrom is not null => _metrics.ListAsync(request, served, cancel),
            RequestVerb.Get when served.Kind.Kind == "ComponentStatus" => _components.GetAsync(request, served, cancel),
            RequestVerb.List when served.Kind.Kind == "ComponentStatus" => _components.ListAsync(request, served, cancel),
            RequestVerb.Get => _get.ExecuteAsync(request, served, cancel),
            RequestVerb.List => _list.ExecuteAsync(request, served, cancel),
            RequestVerb.Watch => _watch.ExecuteAsync(request, served, cancel),
            RequestVerb.Create when ReferenceEquals(served.Facts.Verbs, KindFacts.CreateOnly) => _review.ExecuteAsync(request, served, cancel),
            RequestVerb.Create when served.Kind.Kind == "Binding" => _binding.ExecuteOnCollectionAsync(request, served, cancel),
            RequestVerb.Create => _create.ExecuteAsync(request, served, cancel),
            RequestVerb.Update => _update.ExecuteAsync(request, served, cancel),
            RequestVerb.Patch => _patch.ExecuteAsync(request, served, cancel),
            RequestVerb.Delete => _delete.ExecuteAsync(request, served, cancel),
            RequestVerb.DeleteCollection => _deleteCollection.ExecuteAsync(request, served, cancel),
            _ => throw new InvalidOperationException($"Unknown verb {request.Verb}."),
        };
    }

    private ValueTask<ApiResponse> OnSubresource(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var subresource = served.Facts.Subresource(request.Subresource) ?? throw ApiErrors.NoSuchPath();
        // Streams and proxies are served by the edges; who gets here asked an edge that has none.
        if (subresource.IsConnection)
            throw ApiErrors.NotSupported(request.Verb.Name(), $"{served.Facts.Plural}/{subresource.Name}");
        if (!subresource.Verbs.Contains(request.Verb))
            throw ApiErrors.MethodNotAllowed();
        return (subresource.Name, request.Verb) switch
        {
            ("scale", _) => _scale.ExecuteAsync(request, served, cancel),
            ("binding", RequestVerb.Create) => _binding.ExecuteAsync(request, served, cancel),
            ("eviction", RequestVerb.Create) => _eviction.ExecuteAsync(request, served, cancel),
            ("token", RequestVerb.Create) => _token.ExecuteAsync(request, served, cancel),
            (_, RequestVerb.Get) => _get.ExecuteAsync(request, served, cancel),
            (_, RequestVerb.Update) => _update.ExecuteAsync(request, served, cancel),
            (_, RequestVerb.Patch) => _patch.ExecuteAsync(request, served, cancel),
            _ => throw new InvalidOperationException($"{served} has {subresource.Name} with {request.Verb}, which nothing carries out."),
        };
    }
}
