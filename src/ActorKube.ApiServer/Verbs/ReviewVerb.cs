using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Reviews: questions that are asked by creating them and stored nowhere.</summary>
internal sealed class ReviewVerb(PipelineServices services)
{
    private readonly BodyDecoder _decoder = new(services.Schemas);

    /// <summary>Answers a review.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        var review = _decoder.Decode(request, served.Kind, options.Validation);
        services.Schemas.ApplyDefaults(served.Kind, review);
        var metadata = ObjectMetadata.Of(review);
        ObjectMetadata.EnsureNamespace(metadata, request.Namespace);
        return new DocumentResponse(await services.Reviews.ReviewAsync(review, request.User, request.Warnings, cancel), 201);
    }
}
