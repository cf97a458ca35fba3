using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// Create: decode → default → mutating admission → default again → prepare → validate → validating admission → write. A generated name that is taken is tried again
/// with another, as often as upstream does.
/// </summary>
internal sealed class CreateVerb(PipelineServices services)
{
    private const int NameAttempts = 8;
    private readonly BodyDecoder _decoder = new(services.Schemas);

    /// <summary>Carries out a create.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var options = WriteOptions.Read(request.Query, "CreateOptions");
        var obj = _decoder.Decode(request, served.Kind, options.Validation);
        return await CreateAsync(request, served, obj, options, cancel);
    }

    /// <summary>Creates a decoded object.</summary>
    public async ValueTask<ApiResponse> CreateAsync(ApiRequest request, ServedResource served, JsonObject obj, WriteOptions options, CancellationToken cancel)
    {
        var metadata = ObjectMetadata.Of(obj);
        ObjectMetadata.WipeForCreate(metadata);
        ObjectMetadata.EnsureNamespace(metadata, served.Facts.Namespaced ? request.Namespace : "");
        if (request.Name.Length > 0)
            ObjectMetadata.EnsureName(metadata, request.Name);
        var generates = string.IsNullOrEmpty(metadata.Text("name")) && !string.IsNullOrEmpty(metadata.Text("generateName"));
        for (var attempt = 1; ; attempt++)
        {
            // Every attempt starts from what the client sent: admission and preparation may have derived things from the name.
            var mine = generates && attempt < NameAttempts ? (JsonObject)obj.DeepClone() : obj;
            try
            {
                return new ObjectResponse(await TryAsync(request, served, mine, options, cancel), 201);
            }
            catch (ApiException e) when (generates && e.Is(StatusReason.AlreadyExists))
            {
                if (attempt == NameAttempts)
                    throw new ApiException(e.Status with { Message = e.Status.Message + ", the server was not able to generate a unique name for the object", RetryAfterSeconds = 1 });
            }
        }
    }

    private async ValueTask<StoredObject> TryAsync(ApiRequest request, ServedResource served, JsonObject obj, WriteOptions options, CancellationToken cancel)
    {
        var now = services.Time.GetUtcNow();
        var metadata = ObjectMetadata.Of(obj);
        if (served.Strategy.TakesPrefixAsName && string.IsNullOrEmpty(metadata.Text("name")) && metadata.Text("generateName") is { Length: > 0 } prefix)
            metadata["name"] = prefix;
        ObjectMetadata.FillForCreate(metadata, services.Identities, now);
        services.Schemas.ApplyDefaults(served.Kind, obj);
        served.Strategy.Default(obj);

        var admission = new AdmissionRequest(AdmissionOperation.Create, request, served) { Object = obj, DryRun = options.DryRun };
        if (await services.Admission.MutateAsync(admission, cancel))
        {
            services.Schemas.ApplyDefaults(served.Kind, obj);
            served.Strategy.Default(obj);
        }

        if (served.Strategy.NamesTheNameless && string.IsNullOrEmpty(metadata.Text("name")))
            metadata["name"] = services.Identities.NewUid();
        served.Strategy.PrepareForCreate(obj, request.User);
        ObjectMetadata.DropEmpty(metadata);
        if (served.Facts.TracksGeneration)
            metadata["generation"] = 1;
        var name = metadata.Text("name") ?? "";
        Validate(served, obj, metadata, name);
        served.Strategy.Warnings(obj, null, request.Warnings);
        await services.Admission.ValidateAsync(admission, cancel);

        var key = new ObjectKey(metadata.Text("namespace") ?? "", name);
        var id = new ResourceId(request.Workspace, served.Storage);
        var allocation = await ServiceSteps.AllocateAsync(services, request.Workspace, served, obj, null, options.DryRun, cancel);
        if (options.DryRun)
            return await PreviewAsync(id, key, served, obj, cancel);
        return await WriteAsync(id, new CreateObject(key, StoredForm.Encode(obj, served), served.Strategy.ExpiresAt(obj, now)) { Tenure = request.Tenure }, request, served, obj, allocation, cancel);
    }

    private void Validate(ServedResource served, JsonObject obj, JsonObject metadata, string name)
    {
        var errors = new FieldErrors();
        ObjectMetaRules.ValidateCreate(metadata, served.Facts.Namespaced, served.Strategy.Names, errors);
        if (served.Strategy.KnowsFinalizers)
            ObjectMetaRules.ValidateStandardFinalizers(metadata, errors);
        served.Strategy.Validate(obj, errors);
        services.Schemas.Validate(served.Kind, name, obj, null, errors);
    }

    private async ValueTask<StoredObject> PreviewAsync(ResourceId id, ObjectKey key, ServedResource served, JsonObject obj, CancellationToken cancel)
    {
        if ((await services.Store.ReadAsync(id, ReadAt.Latest, cancel)).Find(key) is not null)
            throw ApiErrors.AlreadyExists(served.GroupResource, key.Name);
        return StoredForm.Preview(obj, null);
    }

    private async ValueTask<StoredObject> WriteAsync(
        ResourceId id, CreateObject command, ApiRequest request, ServedResource served, JsonObject obj, IServiceAllocation? allocation, CancellationToken cancel)
    {
        var now = services.Time.GetUtcNow();
        var result = await services.Store.WriteAsync(id, command, cancel);
        if (result.Committed)
        {
            services.Changes?.Created(request, served, result, now);
            return StoredForm.Written(result.Object!, obj, served, lasts: command.ExpiresAt is null);
        }
        if (allocation is not null)
            await allocation.RollbackAsync(cancel);
        throw WriteRefusal.Of(result, served, command.Key.Name);
    }
}
