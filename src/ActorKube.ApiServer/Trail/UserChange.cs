using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.ApiServer.Trail;

/// <summary>A change that a user made.</summary>
/// <param name="At">When; not later than anybody can have acted upon it.</param>
/// <param name="User">Who.</param>
/// <param name="Verb">What was done: <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, or <c>evict</c>.</param>
/// <param name="Resource">Resource of the object.</param>
/// <param name="Subresource">The part that was written; empty for the object itself.</param>
/// <param name="Object">The object.</param>
/// <param name="Revision">Revision that the change gave.</param>
/// <param name="Fields">What differs, in words; empty where all is new or gone.</param>
internal sealed record UserChange(
    DateTimeOffset At, string User, string Verb, GroupResource Resource, string Subresource, ObjectKey Object, long Revision, IReadOnlyList<string> Fields)
{
    /// <summary>The key under which it is stored: those of all objects lie in the order of their times, and no two are the same.</summary>
    public ObjectKey Key => new("", $"{At.UtcTicks:x16}/{Revision:x16}/{Resource}/{Object}");

    /// <summary>The end of the keys of all changes of an object.</summary>
    public static string EndOfKeys(GroupResource resource, ObjectKey key) => $"/{resource}/{key}";

    /// <summary>The bytes that are stored. Fields may be added, never renamed or reused.</summary>
    public EncodedTemplate Encode() => ObjectEncoder.Encode(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = Key.Name },
        ["user"] = User,
        ["verb"] = Verb,
        ["resource"] = Resource.ToString(),
        ["subresource"] = Subresource,
        ["object"] = Object.ToString(),
        ["revision"] = Revision,
        ["fields"] = new JsonArray([.. Fields.Select(static f => (JsonNode)f)]),
    });

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static UserChange Read(StoredObject item)
    {
        var json = ObjectTrees.CopyOf(item);
        return new UserChange(
            new DateTimeOffset(long.Parse(item.Key.Name.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture), TimeSpan.Zero),
            json.Text("user") ?? "",
            json.Text("verb") ?? "",
            GroupResource.Parse(json.Text("resource") ?? ""),
            json.Text("subresource") ?? "",
            ObjectKey.Parse(json.Text("object") ?? ""),
            json.Int64("revision") ?? 0,
            [.. json.Array("fields")?.Select(static f => f.Text() ?? "") ?? []]);
    }
}
