using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>Secret: <c>stringData</c> is written into <c>data</c>; each well-known type demands its keys (upstream: <c>ValidateSecret</c>).</summary>
internal sealed class SecretStrategy() : KindStrategy(Namespaced("v1", "Secret", "secrets"))
{
    private const int MaxDataBytes = 1024 * 1024;
    private const string Opaque = "Opaque";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["type"];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Type", "What the data is for.", static o => o.At("type").AsText()),
        TableColumn.Text("Data", "Number of keys.", static o => o.At("data").Size()),
        TableColumn.Age,
    ];

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        if (obj.Object("stringData") is { } texts)
        {
            if (texts.Count > 0)
            {
                var data = obj.ObjectOrNew("data");
                foreach (var (key, value) in texts)
                    data[key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value.Text() ?? ""));
            }
            obj.Remove("stringData");
        }
        if (string.IsNullOrEmpty(obj.Text("type")))
            obj["type"] = Opaque;
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var data = obj.Object("data") ?? [];
        long size = 0;
        foreach (var (key, value) in data)
        {
            DataKeys.Check(FieldPath.Of("data").Key(key), key, errors);
            size += DataKeys.DecodedBytes(value);
        }
        if (size > MaxDataBytes)
            errors.TooLong(FieldPath.Of("data"), MaxDataBytes);
        switch (obj.Text("type"))
        {
            case "kubernetes.io/service-account-token":
                if (string.IsNullOrEmpty(obj.Object("metadata").Object("annotations").Text("kubernetes.io/service-account.name")))
                    errors.Required(FieldPath.Metadata.Child("annotations").Key("kubernetes.io/service-account.name"));
                break;
            case "kubernetes.io/dockercfg":
                RequireJson(data, ".dockercfg", errors);
                break;
            case "kubernetes.io/dockerconfigjson":
                RequireJson(data, ".dockerconfigjson", errors);
                break;
            case "kubernetes.io/basic-auth":
                if (!data.ContainsKey("username") && !data.ContainsKey("password"))
                {
                    errors.Required(FieldPath.Of("data").Key("username"));
                    errors.Required(FieldPath.Of("data").Key("password"));
                }
                break;
            case "kubernetes.io/ssh-auth":
                if (DataKeys.DecodedBytes(data["ssh-privatekey"]) == 0)
                    errors.Required(FieldPath.Of("data").Key("ssh-privatekey"));
                break;
            case "kubernetes.io/tls":
                if (!data.ContainsKey("tls.crt"))
                    errors.Required(FieldPath.Of("data").Key("tls.crt"));
                if (!data.ContainsKey("tls.key"))
                    errors.Required(FieldPath.Of("data").Key("tls.key"));
                break;
            default:
                // Types are open: everybody may invent one, and nothing is demanded of it.
                break;
        }
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (obj.Text("type") != old.Text("type"))
            errors.Invalid(FieldPath.Of("type"), obj.Text("type") ?? "", "field is immutable");
        DataKeys.CheckImmutable(obj, old, ["data"], errors);
        Validate(obj, errors);
    }

    private static void RequireJson(JsonObject data, string key, FieldErrors errors)
    {
        if (data[key].Text() is not { } encoded)
        {
            errors.Required(FieldPath.Of("data").Key(key));
            return;
        }
        byte[] content;
        try
        {
            content = Convert.FromBase64String(encoded);
        }
        catch (FormatException)
        {
            // The schema says so.
            return;
        }
        if (DockerConfig.Fault(content) is { } fault)
            errors.Invalid(FieldPath.Of("data").Key(key), "<secret contents redacted>", fault);
    }
}
