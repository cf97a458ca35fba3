using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>What <c>kubectl get csr</c> shows.</summary>
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
