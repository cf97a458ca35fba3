using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Kinds.Core.Volumes;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>VolumeAttachment: a volume at a node, asked for by the attach/detach controller and answered by an attacher (upstream: <c>ValidateVolumeAttachment</c>, <c>ValidateVolumeAttachmentV1</c>).</summary>
internal sealed class VolumeAttachmentStrategy() : KindStrategy(ClusterScoped("storage.k8s.io/v1", "VolumeAttachment", "volumeattachments").WithStatus())
{
    private const int MaxError = 1024;
    private const int MaxMetadata = 256 * 1024;

    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => StorageColumns.Attachments;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj.Object("spec") ?? [];
        if (FieldRules.Required(spec, "attacher", FieldPath.Spec, errors) is { } attacher)
            DriverVolumeRules.CheckDriverName(attacher, FieldPath.Spec.Child("attacher"), errors);
        CheckSource(spec.Object("source") ?? [], FieldPath.Spec.Child("source"), errors);
        errors.Invalid(FieldPath.Spec.Child("nodeName"), spec.Text("nodeName") ?? "", DnsNames.Subdomain(spec.Text("nodeName") ?? ""));
        CheckStatus(obj, errors);
    }

    /// <inheritdoc/>
    public override bool StatusAlone => true;

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => Validate(obj, errors);

    private static void CheckSource(JsonObject source, FieldPath path, FieldErrors errors)
    {
        var (inline, name) = (source.Object("inlineVolumeSpec"), source.Text("persistentVolumeName"));
        if (inline is null && name is null)
            errors.Required(path, "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        else if (inline is not null && name is not null)
            errors.Forbidden(path, "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        else if (inline is not null)
            VolumeSpecRules.CheckInline(inline, path.Child("inlineVolumeSpec"), errors);
        else if (name!.Length == 0)
            errors.Required(path.Child("persistentVolumeName"));
        else
            errors.Invalid(path.Child("persistentVolumeName"), name, DnsNames.Subdomain(name));
    }

    private static void CheckStatus(JsonObject obj, FieldErrors errors)
    {
        var status = obj.Object("status");
        if ((status.Object("attachmentMetadata") ?? []).Sum(static p => p.Key.Length + (p.Value.Text()?.Length ?? 0)) > MaxMetadata)
            errors.TooLong(FieldPath.Status.Child("attachmentMetadata"), MaxMetadata);
        foreach (var kind in (ReadOnlySpan<string>)["attachError", "detachError"])
            if (status.Object(kind).Text("message") is { Length: > MaxError })
                errors.TooLong(FieldPath.Status.Child(kind, "message"), MaxError);
    }
}
