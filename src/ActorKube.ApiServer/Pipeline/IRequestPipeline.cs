using ActorKube.Api.Names;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>
/// The one path of every request for resources: authorise → decode and default → mutating admission → default again → validate → validating admission → write.
/// </summary>
public interface IRequestPipeline
{
    /// <summary>Carries out a request.</summary>
    /// <exception cref="Api.Errors.ApiException">The request failed; the status says how.</exception>
    ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, CancellationToken cancel);

    /// <summary>Begins a tenure in a resource. For components of this process: no client can ask for it, so nobody's rights are looked at.</summary>
    /// <param name="workspace">Which Kubernetes API is meant.</param>
    /// <param name="resource">Where.</param>
    /// <param name="command">The tenure.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <returns>The revision that shows everything that was written under earlier tenures of the role.</returns>
    /// <exception cref="Api.Errors.ApiException">The resource holds no objects, does not answer, or another incarnation holds the role.</exception>
    ValueTask<long> BeginTenureAsync(string workspace, GroupVersionResource resource, BeginTenure command, CancellationToken cancel);
}
