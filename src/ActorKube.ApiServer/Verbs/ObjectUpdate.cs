using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// One attempt to bring an object from the state that was read to the state that is wanted: what updates, patches and subresources share. It either succeeds, fails
/// for good, or reports that another writer was faster, with the state that writer left.
/// </summary>
internal sealed class ObjectUpdate(PipelineServices services, ClientTurns turns)
{
    /// <summary>Carries out an attempt.</summary>
    /// <param name="change">What is to be done.</param>
    /// <param name="cancel">Ends waiting.</param>
    /// <exception cref="ApiException">The change is refused.</exception>
    public async ValueTask<UpdateOutcome> TryAsync(ObjectChange change, CancellationToken cancel)
    {
        var (request, served, current, old, obj) = (change.Request, change.Served, change.Current, change.Old, change.Object);
        var metadata = ObjectMetadata.Of(obj);
        var oldMetadata = ObjectMetadata.Of(old);
        ObjectMetadata.EnsureNamespace(metadata, served.Facts.Namespaced ? request.Namespace : "");
        ObjectMetadata.CheckName(metadata, request.Name);
        CheckPreconditions(metadata, current, served, change.Part);
        services.Schemas.ApplyDefaults(served.Kind, obj);
        served.Strategy.Default(obj);

        var admission = new AdmissionRequest(AdmissionOperation.Update, request, served) { Object = obj, OldSource = () => old, DryRun = change.Options.DryRun };
        if (await services.Admission.MutateAsync(admission, cancel))
        {
            services.Schemas.ApplyDefaults(served.Kind, obj);
            served.Strategy.Default(obj);
        }

        metadata = Prepare(served, change.Part, obj, old, oldMetadata);
        Validate(served, change.Part, obj, old, metadata, oldMetadata, request.Name);
        served.Strategy.Warnings(obj, old, request.Warnings);
        await services.Admission.ValidateAsync(admission, cancel);

        var id = new ResourceId(request.Workspace, served.Storage);
        if (IsFinished(served, obj, metadata, current.Head))
            return await RemoveAsync(id, change, obj, cancel);
        var allocation = change.Part.Length == 0
            ? await ServiceSteps.AllocateAsync(services, request.Workspace, served, obj, old, change.Options.DryRun, cancel)
            : null;
        metadata["resourceVersion"] = oldMetadata.Text("resourceVersion");
        if (JsonEquality.Same(obj, old))
            return UpdateOutcome.Done(StoredForm.Serve(current, served));
        return change.Options.DryRun
            ? UpdateOutcome.Done(StoredForm.Preview(obj, current.Revision))
            : await ReplaceAsync(id, change, obj, allocation, cancel);
    }

    private static void CheckPreconditions(JsonObject metadata, StoredObject current, ServedResource served, string part)
    {
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != current.Head.Uid)
            throw ApiErrors.Conflict(served.GroupResource, current.Key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Head.Uid}");
        var sent = ReadRevision.Parse(metadata.Text("resourceVersion"));
        if (sent == 0)
        {
            // Parts of an object are always replaced on the condition that was read; upstream shares the main strategy's allowance.
            if (!served.Strategy.AllowsUnconditionalUpdate)
            {
                var errors = new FieldErrors();
                errors.Invalid(FieldPath.Metadata.Child("resourceVersion"), 0, "must be specified for an update");
                errors.ThrowIfAny(served.Kind.Group, part.Length == 0 ? served.Facts.Plural : $"{served.Facts.Plural}/{part}", current.Key.Name);
            }
        }
        else if (sent != current.Revision)
            throw ApiErrors.Modified(served.GroupResource, current.Key.Name);
    }

    private static JsonObject Prepare(ServedResource served, string part, JsonObject obj, JsonObject old, JsonObject oldMetadata)
    {
        var metadata = ObjectMetadata.Of(obj);
        metadata.Remove("managedFields");
        metadata.Remove("selfLink");
        ObjectMetadata.DropEmpty(metadata);
        ObjectMetadata.CarryGeneration(metadata, oldMetadata);
        switch (part)
        {
            case "": served.Strategy.PrepareForUpdate(obj, old); break;
            case "status": served.Strategy.PrepareForStatusUpdate(obj, old); break;
            default: served.Strategy.PrepareForPartUpdate(part, obj, old); break;
        }
        metadata = ObjectMetadata.Of(obj);
        ObjectMetaRules.CarryOver(metadata, oldMetadata);
        metadata["resourceVersion"] = oldMetadata.Text("resourceVersion");
        if (served.Facts.TracksGeneration && part != "status" && served.Strategy.IsNewGeneration(obj, old))
            ObjectMetadata.NextGeneration(metadata);
        return metadata;
    }

    private void Validate(ServedResource served, string part, JsonObject obj, JsonObject old, JsonObject metadata, JsonObject oldMetadata, string name)
    {
        var errors = new FieldErrors();
        ObjectMetaRules.ValidateUpdate(metadata, oldMetadata, errors);
        if (served.Strategy.KnowsFinalizers)
            ObjectMetaRules.ValidateStandardFinalizers(metadata, errors);
        switch (part)
        {
            case "": served.Strategy.ValidateUpdate(obj, old, errors); break;
            case "status": served.Strategy.ValidateStatusUpdate(obj, old, errors); break;
            default: served.Strategy.ValidatePartUpdate(part, obj, old, errors); break;
        }
        services.Schemas.Validate(served.Kind, name, obj, old, errors);
    }

    // The last finalizer of an object that was waiting for it has just been taken off, and its time is up.
    private static bool IsFinished(ServedResource served, JsonObject obj, JsonObject metadata, ObjectHead old) =>
        old is { Deleted: not null, DeletionGraceSeconds: null or 0 }
        && metadata.Array("finalizers") is null or { Count: 0 } && !served.Strategy.IsHeld(obj);

    private async ValueTask<UpdateOutcome> RemoveAsync(ResourceId id, ObjectChange change, JsonObject obj, CancellationToken cancel)
    {
        var preview = StoredForm.Preview(obj, change.Current.Revision);
        if (change.Options.DryRun)
            return UpdateOutcome.Done(preview);
        var now = services.Time.GetUtcNow();
        var command = new RemoveObject(change.Current.Key, change.Current.Revision, change.Current.Head.Uid) { Tenure = change.Request.Tenure };
        var result = await services.Store.WriteAsync(id, command, cancel);
        if (result.Committed)
        {
            services.Changes?.Changed(change, obj, result, now);
            await ServiceSteps.ReleaseAsync(services, id.Workspace, change.Served, result.Object!, cancel);
            return UpdateOutcome.Done(preview);
        }
        // Somebody else took off the last finalizer at the same time: what was wanted has happened.
        return result.Outcome == WriteOutcome.NotFound ? UpdateOutcome.Done(preview) : Refused(result, change);
    }

    private async ValueTask<UpdateOutcome> ReplaceAsync(ResourceId id, ObjectChange change, JsonObject obj, IServiceAllocation? allocation, CancellationToken cancel)
    {
        var now = services.Time.GetUtcNow();
        var expires = change.Served.Strategy.ExpiresAt(obj, now);
        var command = new ReplaceObject(change.Current.Key, change.Current.Revision, StoredForm.Encode(obj, change.Served), expires) { Tenure = change.Request.Tenure };
        var result = await services.Store.WriteAsync(id, command, cancel);
        if (allocation is not null)
            await (result.Committed ? allocation.CommitAsync(cancel) : allocation.RollbackAsync(cancel));
        if (!result.Committed)
            return Refused(result, change);
        turns.Changed(change.Served.Storage, command.Key);
        services.Changes?.Changed(change, obj, result, now);
        return UpdateOutcome.Done(StoredForm.Written(result.Object!, obj, change.Served, lasts: expires is null));
    }

    private static UpdateOutcome Refused(in WriteResult result, ObjectChange change) =>
        result is { Outcome: WriteOutcome.RevisionMismatch, Object: { } winner } && winner.Head.Uid == change.Current.Head.Uid
            ? UpdateOutcome.Beaten(winner)
            : throw WriteRefusal.Of(result, change.Served, change.Current.Key.Name);
}

/// <summary>A change to one object.</summary>
/// <param name="Request">Who wants it.</param>
/// <param name="Served">The resource, in the version of the request.</param>
/// <param name="Current">The state it starts from.</param>
/// <param name="Old">The same, decoded in the served version; read only.</param>
/// <param name="Object">The state that is wanted; changed in place.</param>
/// <param name="Part">Subresource that is written; empty for the object itself.</param>
/// <param name="Options">Options of the write.</param>
internal sealed record ObjectChange(ApiRequest Request, ServedResource Served, StoredObject Current, JsonObject Old, JsonObject Object, string Part, WriteOptions Options);

/// <summary>What became of an attempt.</summary>
/// <param name="Result">The new state in the served version; null when another writer was faster.</param>
/// <param name="Winner">The state that the faster writer left.</param>
internal readonly record struct UpdateOutcome(StoredObject? Result, StoredObject? Winner)
{
    /// <summary>The change is made, or nothing had to be changed.</summary>
    public static UpdateOutcome Done(StoredObject result) => new(result, null);

    /// <summary>Another writer was faster.</summary>
    public static UpdateOutcome Beaten(StoredObject winner) => new(null, winner);
}
