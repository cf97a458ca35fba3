using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>
/// ConfigMap: the example to copy. A strategy says only what is particular to its kind; a ConfigMap is particular in the form of its keys, in its size and in
/// that it can be made immutable for good (upstream: <c>pkg/apis/core/validation</c>, <c>ValidateConfigMap</c>).
/// </summary>
internal sealed class ConfigMapStrategy() : KindStrategy(Namespaced("v1", "ConfigMap", "configmaps", "cm"))
{
    private const int MaxDataBytes = 1024 * 1024;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Data", "Number of keys.", static o => o.At("data").Size() + o.At("binaryData").Size()),
        TableColumn.Age,
    ];

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var text = obj.Object("data");
        var binary = obj.Object("binaryData");
        long size = 0;
        foreach (var (key, value) in text ?? [])
        {
            DataKeys.Check(FieldPath.Of("data").Key(key), key, errors);
            if (binary is not null && binary.ContainsKey(key))
                errors.Invalid(FieldPath.Of("data").Key(key), key, $"duplicate of key present in binaryData");
            size += DataKeys.TextBytes(value);
        }
        foreach (var (key, value) in binary ?? [])
        {
            DataKeys.Check(FieldPath.Of("binaryData").Key(key), key, errors);
            size += DataKeys.DecodedBytes(value);
        }
        if (size > MaxDataBytes)
            errors.TooLong(FieldPath.Root, MaxDataBytes);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        DataKeys.CheckImmutable(obj, old, ["data", "binaryData"], errors);
        Validate(obj, errors);
    }
}
