using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Objects;

/// <summary>Making and reading <c>metadata.ownerReferences</c>.</summary>
public static class OwnerReferences
{
    /// <summary>The reference with which a controller claims an object.</summary>
    public static OwnerReference ToController(GroupVersionKind type, StoredObject owner) =>
        new(type.ApiVersion, type.Kind, owner.Key.Name, owner.Head.Uid, Controller: true, BlockOwnerDeletion: true);

    /// <summary>Writes one reference.</summary>
    public static void Write(Utf8JsonWriter json, OwnerReference owner)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, owner.ApiVersion);
        json.WriteString("kind"u8, owner.Kind);
        json.WriteString("name"u8, owner.Name);
        json.WriteString("uid"u8, owner.Uid);
        json.WriteBoolean("controller"u8, owner.Controller);
        json.WriteBoolean("blockOwnerDeletion"u8, owner.BlockOwnerDeletion);
        json.WriteEndObject();
    }

    /// <summary>One reference as a node.</summary>
    public static JsonObject ToJson(OwnerReference owner) =>
        new()
        {
            ["apiVersion"] = owner.ApiVersion,
            ["kind"] = owner.Kind,
            ["name"] = owner.Name,
            ["uid"] = owner.Uid,
            ["controller"] = owner.Controller,
            ["blockOwnerDeletion"] = owner.BlockOwnerDeletion,
        };

    /// <summary>The strategic merge patch that adopts an object: adds the reference, and holds only for this incarnation of the object.</summary>
    public static ReadOnlyMemory<byte> AdoptPatch(OwnerReference owner, string uid) =>
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = uid, ["ownerReferences"] = new JsonArray(ToJson(owner)) },
        }.Encode();

    /// <summary>The strategic merge patch that releases an object: takes the reference to <paramref name="ownerUid"/> away.</summary>
    public static ReadOnlyMemory<byte> ReleasePatch(string ownerUid, string uid) =>
        new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = uid,
                ["ownerReferences"] = new JsonArray(new JsonObject { ["$patch"] = "delete", ["uid"] = ownerUid }),
            },
        }.Encode();
}
