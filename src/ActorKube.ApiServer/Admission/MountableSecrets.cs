using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds.Core;

namespace ActorKube.ApiServer.Admission;

/// <summary>An account may confine its pods to the secrets that it names (deprecated; upstream: <c>limitSecretReferences</c> of the plug-in <c>ServiceAccount</c>).</summary>
internal static class MountableSecrets
{
    /// <summary>Whether the account does. Hardly any does, so nothing is decoded before the word has been seen.</summary>
    public static bool IsEnforced(StoredObject account) =>
        account.Json.Span.IndexOf("enforce-mountable-secrets"u8) >= 0
        && Decode(account).Object("metadata").Object("annotations").Text(ServiceAccountStrategy.MountableSecrets) is "1" or "t" or "T" or "TRUE" or "true" or "True";

    /// <summary>What the pod may not use; null when all is well.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="account">Its account.</param>
    /// <param name="added">Whether only containers for debugging are added.</param>
    public static string? Fault(JsonObject pod, StoredObject account, bool added)
    {
        var tree = Decode(account);
        var suffix = $"is not allowed because service account {account.Key.Name} does not reference that";
        var secrets = Names(tree, "secrets");
        var spec = pod.Object("spec");
        if (added)
            return OfContainers(spec, "ephemeralContainers", "ephemeral container", secrets, suffix);
        return (spec.Array("volumes") ?? []).OfType<JsonObject>().Select(static v => v.Object("secret")).OfType<JsonObject>()
                .Select(static s => s.Text("secretName") ?? "").Where(s => !secrets.Contains(s))
                .Select(s => $"volume with secret.secretName=\"{s}\" {suffix} secret").FirstOrDefault()
            ?? OfContainers(spec, "initContainers", "init container", secrets, suffix)
            ?? OfContainers(spec, "containers", "container", secrets, suffix)
            ?? OfPulls(spec, Names(tree, "imagePullSecrets"), suffix);
    }

    private static string? OfContainers(JsonObject? spec, string list, string what, HashSet<string> secrets, string suffix)
    {
        foreach (var container in (spec.Array(list) ?? []).OfType<JsonObject>())
        {
            foreach (var variable in (container.Array("env") ?? []).OfType<JsonObject>())
                if (variable.Object("valueFrom").Object("secretKeyRef") is { } key && !secrets.Contains(key.Text("name") ?? ""))
                    return $"{what} {container.Text("name")} with envVar {variable.Text("name")} referencing secret.secretName=\"{key.Text("name")}\" {suffix} secret";
            foreach (var source in (container.Array("envFrom") ?? []).OfType<JsonObject>())
                if (source.Object("secretRef") is { } secret && !secrets.Contains(secret.Text("name") ?? ""))
                    return $"{what} {container.Text("name")} with envFrom referencing secret.secretName=\"{secret.Text("name")}\" {suffix} secret";
        }
        return null;
    }

    private static string? OfPulls(JsonObject? spec, HashSet<string> secrets, string suffix)
    {
        var pulls = spec.Array("imagePullSecrets") ?? [];
        for (var i = 0; i < pulls.Count; i++)
            if ((pulls[i] as JsonObject).Text("name") is var name && !secrets.Contains(name ?? ""))
                return $"imagePullSecrets[{i}].name=\"{name}\" {suffix} imagePullSecret";
        return null;
    }

    private static JsonObject Decode(StoredObject account) => JsonDecoder.Decode(account.Json.Span).RequireObject();

    private static HashSet<string> Names(JsonObject account, string list) =>
        [.. (account.Array(list) ?? []).OfType<JsonObject>().Select(static r => r.Text("name") ?? "")];
}
