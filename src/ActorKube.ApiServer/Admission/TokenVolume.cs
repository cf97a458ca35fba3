using System.Text.Json.Nodes;

namespace ActorKube.ApiServer.Admission;

/// <summary>The projected volume through which a pod gets its token, the cluster's CA and its namespace.</summary>
internal static class TokenVolume
{
    /// <summary>Beginning of the volume's name.</summary>
    public const string Prefix = "kube-api-access-";

    /// <summary>Where clients in containers look for it.</summary>
    public const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    // One hour, and seven seconds by which audit tells these tokens from those asked for by hand.
    private const long ExpirationSeconds = 3607;
    private const int Mode = 0b110_100_100;

    /// <summary>The volume under a name.</summary>
    public static JsonObject Create(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = ExpirationSeconds, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "namespace",
                            ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = Mode,
        },
    };
}
