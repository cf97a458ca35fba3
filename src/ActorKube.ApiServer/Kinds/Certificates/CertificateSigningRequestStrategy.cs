using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>
/// CertificateSigningRequest: records who asked; its spec never changes, the conditions of approval are set through <c>/approval</c>, the certificate through <c>/status</c>.
/// </summary>
internal sealed class CertificateSigningRequestStrategy(KindOptions options) : KindStrategy(RequestFacts)
{
    private static readonly KindFacts BaseFacts = ClusterScoped("certificates.k8s.io/v1", "CertificateSigningRequest", "certificatesigningrequests", "csr").WithStatus();

    private static readonly KindFacts RequestFacts = BaseFacts.With(SubresourceFacts.Part("approval", BaseFacts.Kind));

    /// <inheritdoc/>
    public override NameRule Names => ObjectNames.PathSegment;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.signerName"];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => CertificateColumns.Requests;

    /// <summary>Whatever the client claims about the requester is replaced by who it is.</summary>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        base.PrepareForCreate(obj, user);
        var spec = obj.ObjectOrNew("spec");
        spec["username"] = user.Name;
        Set(spec, "uid", user.Uid.Length > 0 ? user.Uid : null);
        Set(spec, "groups", user.Groups.Length > 0 ? new JsonArray([.. user.Groups.Select(static g => (JsonNode)g)]) : null);
        Set(spec, "extra", user.Extra.Count > 0
            ? new JsonObject(user.Extra.Select(static e => KeyValuePair.Create(e.Key, (JsonNode?)new JsonArray([.. e.Value.Select(static v => (JsonNode)v)]))))
            : null);
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        ObjectParts.Keep("spec", obj, old);
        ObjectParts.Keep("status", obj, old);
    }

    /// <summary>Decisions that are sent back as they were read stay as they are; one that is missing or new is a fault that validation reports.</summary>
    public override void PrepareForStatusUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForStatusUpdate(obj, old);
        RequestConditions.Keep(obj, old, RequestConditions.Decisions);
        RequestConditions.Stamp(obj, old, options.Time.GetUtcNow());
    }

    /// <summary>What <c>/approval</c> may change: the conditions.</summary>
    public override void PrepareForPartUpdate(string part, JsonObject obj, JsonObject old)
    {
        RequestConditions.Stamp(obj, old, options.Time.GetUtcNow());
        var conditions = obj.Object("status")?["conditions"]?.DeepClone();
        ObjectParts.KeepAllBut(["metadata", "status"], obj, old);
        var status = old.Object("status")?.DeepClone() as JsonObject ?? [];
        Set(status, "conditions", conditions);
        obj["status"] = status;
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => SigningRequestRules.Check(obj, null, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => SigningRequestRules.CheckUpdate(obj, old, SettableParts.None, errors);

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => SigningRequestRules.CheckUpdate(obj, old, SettableParts.Certificate, errors);

    /// <inheritdoc/>
    public override void ValidatePartUpdate(string part, JsonObject obj, JsonObject old, FieldErrors errors) => SigningRequestRules.CheckUpdate(obj, old, SettableParts.Decisions, errors);

    private static void Set(JsonObject obj, string property, JsonNode? value)
    {
        if (value is null)
            obj.Remove(property);
        else
            obj[property] = value;
    }
}
