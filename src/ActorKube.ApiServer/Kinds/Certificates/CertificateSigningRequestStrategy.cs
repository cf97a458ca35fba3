using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>
/// CertificateSigningRequest: records who asked; its spec never changes, the conditions of approval are set through <c>/approval</c>, the certificate through <c>/status</c>.
/// </summary>
internal sealed class CertificateSigningRequestStrategy() : KindStrategy(RequestFacts)
{
    private static readonly string[] Decisions = ["Approved", "Denied"];

    private static readonly KindFacts BaseFacts = ClusterScoped("certificates.k8s.io/v1", "CertificateSigningRequest", "certificatesigningrequests", "csr").WithStatus();

    private static readonly KindFacts RequestFacts = BaseFacts.With(SubresourceFacts.Part("approval", BaseFacts.Kind));

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.signerName"];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Age,
        TableColumn.Text("SignerName", "Who is to sign.", static o => o.At("spec", "signerName").AsText()),
        TableColumn.Text("Requestor", "Who asked.", static o => o.At("spec", "username").AsText()),
        TableColumn.Text("RequestedDuration", "For how long.", static o =>
            o.At("spec", "expirationSeconds").ValueKind == JsonValueKind.Number ? HumanDuration.Format(TimeSpan.FromSeconds(o.At("spec", "expirationSeconds").AsNumber())) : CellText.None),
        TableColumn.Text("Condition", "What has become of it.", static o => Condition(o)),
    ];

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

    /// <summary>The decision to approve is not changed through <c>/status</c>.</summary>
    public override void PrepareForStatusUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForStatusUpdate(obj, old);
        var kept = (old.Object("status").Array("conditions") ?? []).Where(static c => IsDecision(c)).Select(static c => c!.DeepClone());
        var rest = (obj.Object("status").Array("conditions") ?? []).Where(static c => !IsDecision(c)).Select(static c => c!.DeepClone());
        JsonArray conditions = [.. kept, .. rest];
        if (conditions.Count > 0)
            obj.ObjectOrNew("status")["conditions"] = conditions;
    }

    /// <summary>What <c>/approval</c> may change: the conditions.</summary>
    public override void PrepareForPartUpdate(string part, JsonObject obj, JsonObject old)
    {
        var conditions = obj.Object("status")?["conditions"]?.DeepClone();
        ObjectParts.KeepAllBut(["metadata", "status"], obj, old);
        var status = old.Object("status")?.DeepClone() as JsonObject ?? [];
        Set(status, "conditions", conditions);
        obj["status"] = status;
    }

    private static string Condition(JsonElement request)
    {
        var holds = request.At("status", "conditions").Items().Select(static c => c.At("type").AsText()).ToHashSet();
        var words = new List<string> { holds.Contains("Denied") ? "Denied" : holds.Contains("Approved") ? "Approved" : "Pending" };
        if (holds.Contains("Failed"))
            words.Add("Failed");
        if (request.At("status", "certificate").AsText().Length > 0)
            words.Add("Issued");
        return string.Join(',', words);
    }

    private static bool IsDecision(JsonNode? condition) => Decisions.Contains((condition as JsonObject).Text("type"));

    private static void Set(JsonObject obj, string property, JsonNode? value)
    {
        if (value is null)
            obj.Remove(property);
        else
            obj[property] = value;
    }
}
