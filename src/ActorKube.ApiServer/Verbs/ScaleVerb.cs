using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Scale: the number of replicas of a workload, the same for all kinds that have one.</summary>
internal sealed class ScaleVerb(PipelineServices services, ObjectUpdate update)
{
    private static readonly GroupVersionKind Scale = new("autoscaling", "v1", "Scale");
    private readonly BodyDecoder _decoder = new(services.Schemas);

    /// <summary>Reads, replaces or patches a scale.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        if (request.Verb == RequestVerb.Get)
            return new DocumentResponse(Show(await ReadAsync(request, served, cancel), served));
        var options = WriteOptions.Read(request.Query, request.Verb == RequestVerb.Patch ? "PatchOptions" : "UpdateOptions");
        var change = Change(request, options);
        var current = await CurrentState.GetAsync(services, request, served, ObjectKeys.Of(request, served), 0, cancel);
        for (var attempt = 1; ; attempt++)
        {
            var scale = change(Show(current, served));
            var sent = Check(scale, current, request, served);
            var old = StoredForm.Decode(current, served);
            var wanted = (JsonObject)old.DeepClone();
            wanted.ObjectOrNew("spec")["replicas"] = scale.Object("spec").Int64("replicas") ?? 0;
            var outcome = await update.TryAsync(new ObjectChange(request, served, current, old, wanted, "", options), cancel);
            if (outcome.Result is { } result)
                return new DocumentResponse(Show(result, served));
            if ((sent && request.Verb == RequestVerb.Update) || attempt == services.Options.PatchAttempts)
                throw ApiErrors.Modified(served.GroupResource, request.Name);
            current = outcome.Winner!;
        }
    }

    private async ValueTask<StoredObject> ReadAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var at = ReadRevision.OfGet(request.Query.ResourceVersion);
        var snapshot = await services.Store.ReadAsync(new ResourceId(request.Workspace, served.Storage), at, cancel);
        return snapshot.Find(ObjectKeys.Of(request, served)) ?? throw ApiErrors.NotFound(served.GroupResource, request.Name);
    }

    // From the present scale to the wanted one.
    private Func<JsonObject, JsonObject> Change(ApiRequest request, WriteOptions options)
    {
        if (request.Verb == RequestVerb.Update)
        {
            var sent = _decoder.Decode(request, Scale, options.Validation);
            return _ => sent;
        }
        var patch = PatchDocument.Read(request, Scale, services.Schemas);
        return present => patch.Apply(present, Scale, options.Validation, _decoder, request.Warnings);
    }

    private static bool Check(JsonObject scale, StoredObject current, ApiRequest request, ServedResource served)
    {
        var metadata = ObjectMetadata.Of(scale);
        ObjectMetadata.EnsureNamespace(metadata, request.Namespace);
        ObjectMetadata.CheckName(metadata, request.Name);
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != current.Head.Uid)
            throw ApiErrors.Conflict(served.GroupResource, request.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Head.Uid}");
        var sent = ReadRevision.Parse(metadata.Text("resourceVersion"));
        if (sent > 0 && sent != current.Revision)
            throw ApiErrors.Modified(served.GroupResource, request.Name);
        if (scale.Object("spec").Int64("replicas") is < 0 and var replicas)
        {
            var errors = new FieldErrors();
            errors.Invalid(FieldPath.Spec.Child("replicas"), replicas, "must be greater than or equal to 0");
            errors.ThrowIfAny(Scale.Group, Scale.Kind, request.Name);
        }
        return sent > 0;
    }

    private static JsonObject Show(StoredObject item, ServedResource served)
    {
        var obj = StoredForm.Decode(item, served);
        var metadata = ObjectMetadata.Of(obj);
        var status = new JsonObject { ["replicas"] = obj.Object("status").Int64("replicas") ?? 0 };
        if (Selector(obj.Object("spec").Object("selector"), served) is { Length: > 0 } selector)
            status["selector"] = selector;
        var shown = new JsonObject();
        foreach (var field in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
            if (metadata[field] is { } value)
                shown[field] = value.DeepClone();
        return new JsonObject
        {
            ["kind"] = Scale.Kind,
            ["apiVersion"] = Scale.ApiVersion,
            ["metadata"] = shown,
            ["spec"] = new JsonObject { ["replicas"] = obj.Object("spec").Int64("replicas") ?? 0 },
            ["status"] = status,
        };
    }

    // Replication controllers select by a plain map of labels.
    private static string Selector(JsonObject? selector, ServedResource served) =>
        selector is null ? "" : (served.Kind.Group.Length == 0 ? LabelSelectorJson.ReadMap(selector) : LabelSelectorJson.Read(selector)).ToString();
}
