using System.Text.Json;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>What a pod refers to; its node may read exactly that.</summary>
internal static class PodReferences
{
    public enum Kind
    {
        Secret,
        ConfigMap,
        PersistentVolumeClaim,
        ServiceAccount,
        ResourceClaim,
    }

    /// <summary>Everything the pod refers to in its namespace, each once.</summary>
    public static HashSet<(Kind Kind, string Name)> Read(ReadOnlyMemory<byte> podJson)
    {
        var found = new HashSet<(Kind, string)>();
        using var document = JsonDocument.Parse(podJson);
        var pod = document.RootElement;
        if (!pod.TryGetProperty("spec", out var spec))
            return found;
        Add(found, Kind.ServiceAccount, Text(spec, "serviceAccountName"));
        foreach (var secret in Items(spec, "imagePullSecrets"))
            Add(found, Kind.Secret, Text(secret, "name"));
        foreach (var list in (string[])["containers", "initContainers", "ephemeralContainers"])
            foreach (var container in Items(spec, list))
                ReadContainer(found, container);
        foreach (var volume in Items(spec, "volumes"))
            ReadVolume(found, volume, Text(pod.GetProperty("metadata"), "name"));
        foreach (var claim in Items(spec, "resourceClaims"))
            Add(found, Kind.ResourceClaim, Text(claim, "resourceClaimName"));
        if (pod.TryGetProperty("status", out var status))
            foreach (var claim in Items(status, "resourceClaimStatuses"))
                Add(found, Kind.ResourceClaim, Text(claim, "resourceClaimName"));
        return found;
    }

    private static void ReadContainer(HashSet<(Kind, string)> found, JsonElement container)
    {
        foreach (var source in Items(container, "envFrom"))
        {
            Add(found, Kind.ConfigMap, Text(source, "configMapRef", "name"));
            Add(found, Kind.Secret, Text(source, "secretRef", "name"));
        }
        foreach (var variable in Items(container, "env"))
        {
            Add(found, Kind.ConfigMap, Text(variable, "valueFrom", "configMapKeyRef", "name"));
            Add(found, Kind.Secret, Text(variable, "valueFrom", "secretKeyRef", "name"));
        }
    }

    private static void ReadVolume(HashSet<(Kind, string)> found, JsonElement volume, string podName)
    {
        Add(found, Kind.Secret, Text(volume, "secret", "secretName"));
        Add(found, Kind.ConfigMap, Text(volume, "configMap", "name"));
        Add(found, Kind.PersistentVolumeClaim, Text(volume, "persistentVolumeClaim", "claimName"));
        if (volume.TryGetProperty("ephemeral", out _))
            Add(found, Kind.PersistentVolumeClaim, $"{podName}-{Text(volume, "name")}");
        if (volume.TryGetProperty("projected", out var projected))
            foreach (var source in Items(projected, "sources"))
            {
                Add(found, Kind.Secret, Text(source, "secret", "name"));
                Add(found, Kind.ConfigMap, Text(source, "configMap", "name"));
            }
        Add(found, Kind.Secret, Text(volume, "csi", "nodePublishSecretRef", "name"));
        foreach (var driver in (string[])["cephfs", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"])
            Add(found, Kind.Secret, Text(volume, driver, "secretRef", "name"));
        Add(found, Kind.Secret, Text(volume, "azureFile", "secretName"));
    }

    private static void Add(HashSet<(Kind, string)> found, Kind kind, string name)
    {
        if (name.Length > 0)
            found.Add((kind, name));
    }

    // One pod that nobody can make sense of must not keep the nodes of all others waiting (ADR 0143).
    private static IEnumerable<JsonElement> Items(JsonElement owner, string list) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(list, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.Object)
            : [];

    private static string Text(JsonElement owner, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
            if (owner.ValueKind != JsonValueKind.Object || !owner.TryGetProperty(step, out owner))
                return "";
        return owner.ValueKind == JsonValueKind.String ? owner.GetString()! : "";
    }
}
