using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>TokenRequest: a token for a service account. Stores nothing.</summary>
internal sealed class TokenVerb(PipelineServices services)
{
    private static readonly GroupVersionKind TokenRequest = new("authentication.k8s.io", "v1", "TokenRequest");
    private readonly BodyDecoder _decoder = new(services.Schemas);

    /// <summary>Issues a token.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource accounts, CancellationToken cancel)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        var wanted = _decoder.Decode(request, TokenRequest, options.Validation);
        services.Schemas.ApplyDefaults(TokenRequest, wanted);
        var metadata = ObjectMetadata.Of(wanted);
        ObjectMetadata.EnsureNamespace(metadata, request.Namespace);
        ObjectMetadata.EnsureName(metadata, request.Name);
        var admission = new AdmissionRequest(AdmissionOperation.Create, request, accounts) { Object = wanted, DryRun = options.DryRun };
        await services.Admission.MutateAsync(admission, cancel);
        await services.Admission.ValidateAsync(admission, cancel);
        var account = await CurrentState.GetAsync(services, request, accounts, ObjectKeys.Of(request, accounts), 0, cancel);
        return new DocumentResponse(await services.Tokens.IssueAsync(account, wanted, request.User, cancel), 201);
    }
}
