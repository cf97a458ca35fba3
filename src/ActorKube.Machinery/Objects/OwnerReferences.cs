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

    /// <summary>The strategic merge patch that adopts an object: adds the reference (and a finalizer, where the owner tracks by one), and holds only for this incarnation of the object.</summary>
    public static ReadOnlyMemory<byte> AdoptPatch(OwnerReference owner, string uid, string? finalizer = null)
    {
        var metadata = new JsonObject { ["uid"] = uid, ["ownerReferences"] = new JsonArray(ToJson(owner)) };
        if (finalizer is not null)
            metadata["finalizers"] = new JsonArray(finalizer);
        return new JsonObject { ["metadata"] = metadata }.Encode();
    }

    /// <summary>The strategic merge patch that releases an object: takes the reference to <paramref name="ownerUid"/> away (and the finalizer that came with it).</summary>
    public static ReadOnlyMemory<byte> ReleasePatch(string ownerUid, string uid, string? finalizer = null)
    {
        var patch = finalizer is null ? new JsonObject { ["metadata"] = new JsonObject { ["uid"] = uid } } : WithoutFinalizer(finalizer, uid);
        patch.Child("metadata")["ownerReferences"] = new JsonArray(new JsonObject { ["$patch"] = "delete", ["uid"] = ownerUid });
        return patch.Encode();
    }

    /// <summary>The strategic merge patch that takes a finalizer off this incarnation of an object.</summary>
    public static ReadOnlyMemory<byte> FinalizerOffPatch(string finalizer, string uid) => WithoutFinalizer(finalizer, uid).Encode();

    private static JsonObject WithoutFinalizer(string finalizer, string uid) =>
        new() { ["metadata"] = new JsonObject { ["uid"] = uid, ["$deleteFromPrimitiveList/finalizers"] = new JsonArray(finalizer) } };
}
