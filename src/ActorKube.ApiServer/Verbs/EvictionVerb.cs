using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Eviction: a deletion that asks first. Nothing objects as long as disruption budgets are not enforced.</summary>
internal sealed class EvictionVerb(PipelineServices services, ObjectDeletion deletion)
{
    private static readonly GroupVersionKind Eviction = new("policy", "v1", "Eviction");
    private readonly BodyDecoder _decoder = new(services.Schemas);

    /// <summary>Evicts a pod.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource pods, CancellationToken cancel)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        var eviction = _decoder.Decode(request, Eviction, options.Validation);
        var metadata = ObjectMetadata.Of(eviction);
        ObjectMetadata.EnsureNamespace(metadata, request.Namespace);
        if (metadata.Text("name") is { Length: > 0 } name && name != request.Name)
            throw ApiErrors.BadRequest("name in URL does not match name in Eviction object");
        var admission = new AdmissionRequest(AdmissionOperation.Create, request, pods) { Object = eviction, DryRun = options.DryRun };
        await services.Admission.MutateAsync(admission, cancel);
        await services.Admission.ValidateAsync(admission, cancel);
        var delete = eviction.Object("deleteOptions") is { } sent ? DeleteOptions.FromBody(sent) : new DeleteOptions();
        await deletion.DeleteAsync(request, pods, delete with { DryRun = delete.DryRun || options.DryRun }, cancel);
        return new DocumentResponse(StatusDocument.Success(code: 201), 201);
    }
}
