using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Accounts.Tokens;

/// <summary>Finds out whether a pod uses a secret, in whichever field: one that is mistaken for used stays, which does no harm.</summary>
internal static class PodSecrets
{
    /// <summary>Whether the pod names the secret anywhere in its spec where secrets are named.</summary>
    public static bool Uses(StoredObject pod, string secret)
    {
        var spec = pod.Edit()["spec"];
        return spec.Items("imagePullSecrets").Any(s => s.Text("name") == secret) || Names(spec).Contains(secret);
    }

    private static IEnumerable<string> Names(JsonNode? node)
    {
        if (node is JsonArray list)
            return list.SelectMany(Names);
        return node is JsonObject fields ? fields.SelectMany(static f => NamesIn(f.Key, f.Value)) : [];
    }

    private static IEnumerable<string> NamesIn(string field, JsonNode? value) => field switch
    {
        "secretName" => [value.Text()],
        "secret" when value.Text("secretName").Length > 0 => [value.Text("secretName")],
        "secret" or "secretRef" or "secretKeyRef" or "nodePublishSecretRef" => [value.Text("name")],
        _ => Names(value),
    };
}
