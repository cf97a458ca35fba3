using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>What <c>kubectl get</c> shows of certificates.k8s.io.</summary>
internal static class CertificateColumns
{
    /// <summary>Signing requests.</summary>
    public static IReadOnlyList<TableColumn> Requests { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Age,
        TableColumn.Text("SignerName", "Who is to sign.", static o => o.At("spec", "signerName").AsText()),
        TableColumn.Text("Requestor", "Who asked.", static o => o.At("spec", "username").AsText()),
        TableColumn.Text("RequestedDuration", "For how long.", static o =>
            o.At("spec", "expirationSeconds").ValueKind == JsonValueKind.Number ? HumanDuration.Format(TimeSpan.FromSeconds(o.At("spec", "expirationSeconds").AsNumber())) : CellText.None),
        TableColumn.Text("Condition", "What has become of it.", static o => Condition(o)),
    ];

    /// <summary>Certificates to trust.</summary>
    public static IReadOnlyList<TableColumn> Bundles { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("SignerName", "Whose certificates they are.", static o => o.At("spec", "signerName").AsText()),
    ];

    /// <summary>Requests for certificates of pods.</summary>
    public static IReadOnlyList<TableColumn> PodRequests { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("PodName", "For which pod.", static o => o.At("spec", "podName").AsText()),
        TableColumn.Text("ServiceAccountName", "As whom it runs.", static o => o.At("spec", "serviceAccountName").AsText()),
        TableColumn.Text("NodeName", "Where it runs.", static o => o.At("spec", "nodeName").AsText()),
        TableColumn.Text("SignerName", "Who is to sign.", static o => o.At("spec", "signerName").AsText()),
        TableColumn.Text("State", "What has become of it.", static o => Answer(o)),
    ];

    private static string Answer(JsonElement request) =>
        request.At("status", "conditions").Items().Select(static c => c.At("type").AsText()).FirstOrDefault(PodRequestRules.Answers.Contains) ?? "Pending";

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
}
