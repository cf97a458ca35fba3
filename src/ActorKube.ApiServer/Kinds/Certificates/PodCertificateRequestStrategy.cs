using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>PodCertificateRequest: an agent asks for a certificate of a pod's own; the signer answers once, through <c>/status</c>, and then nothing changes any more.</summary>
internal sealed class PodCertificateRequestStrategy(KindOptions options) : KindStrategy(Namespaced("certificates.k8s.io/v1", "PodCertificateRequest", "podcertificaterequests").WithStatus())
{
    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.signerName", "spec.podName", "spec.nodeName"];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => CertificateColumns.PodRequests;

    /// <inheritdoc/>
    public override bool StatusAlone => true;

    /// <summary>Answers that are sent back as they were read stay as they are.</summary>
    public override void PrepareForStatusUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForStatusUpdate(obj, old);
        RequestConditions.Keep(obj, old, PodRequestRules.Answers);
        RequestConditions.StampTransitions(obj, old, options.Time.GetUtcNow());
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => PodRequestRules.Check(obj.Object("spec"), errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (!ObjectParts.SamePart(obj, old, "spec"))
            errors.Invalid(FieldPath.Spec, obj["spec"], "field is immutable");
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => PodRequestRules.CheckStatus(obj, old, options.Time.GetUtcNow(), errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null)
            warnings.Add("certificates of pods are stored but not signed by any signer of this cluster yet");
    }
}
