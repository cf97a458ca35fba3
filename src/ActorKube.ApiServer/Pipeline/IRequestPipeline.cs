namespace ActorKube.ApiServer.Pipeline;

/// <summary>
/// The one path of every request for resources: authorise → decode and default → mutating admission → default again → validate → validating admission → write.
/// </summary>
public interface IRequestPipeline
{
    /// <summary>Carries out a request.</summary>
    /// <exception cref="Api.Errors.ApiException">The request failed; the status says how.</exception>
    ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, CancellationToken cancel);
}
