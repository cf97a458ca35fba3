using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Trail;

/// <summary>How changes are stored: those that came together in one object. Fields may be added, never renamed or reused.</summary>
internal static class ChangeBatch
{
    /// <summary>Most changes of one object.</summary>
    public const int Most = 64;

    private const int CountStart = 34;
    private const int CountDigits = 2;

    // Batches lie in the order of their times, no two are the same, and each says how many changes it has.
    private static string NameOf(IReadOnlyList<UserChange> batch) =>
        $"{batch[0].At.UtcTicks:x16}/{batch[0].Revision:x16}/{batch.Count:x2}/{batch[0].Resource}/{batch[0].Object}";

    /// <summary>How many changes a batch has.</summary>
    public static int CountOf(ObjectKey key) => int.Parse(key.Name.AsSpan(CountStart, CountDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>What stores a batch.</summary>
    public static CreateObject Creation(IReadOnlyList<UserChange> batch)
    {
        var name = NameOf(batch);
        return new CreateObject(new ObjectKey("", name), ObjectEncoder.Encode(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["changes"] = new JsonArray([.. batch.Select(Encode)]),
        }));
    }

    /// <summary>The changes of an object that a batch has.</summary>
    public static IEnumerable<UserChange> Read(StoredObject batch, GroupResource resource, ObjectKey key) =>
        // Most batches have none: their bytes say so faster than their fields.
        batch.Json.Span.IndexOf(Encoding.UTF8.GetBytes($"\"{key}\"")) < 0 ? [] : Read(batch).Where(c => c.Resource == resource && c.Object == key);

    /// <summary>All changes of a batch.</summary>
    public static IEnumerable<UserChange> Read(StoredObject batch) => ObjectTrees.CopyOf(batch).Objects("changes").Select(Read);

    private static JsonNode Encode(UserChange change) => new JsonObject
    {
        ["at"] = change.At.UtcTicks,
        ["user"] = change.User,
        ["verb"] = change.Verb,
        ["resource"] = change.Resource.ToString(),
        ["subresource"] = change.Subresource,
        ["object"] = change.Object.ToString(),
        ["uid"] = change.Uid,
        ["revision"] = change.Revision,
        ["fields"] = new JsonArray([.. change.Fields.Select(static f => (JsonNode)f)]),
    };

    private static UserChange Read(JsonObject json) => new(
        new DateTimeOffset(json.Int64("at") ?? 0, TimeSpan.Zero),
        json.Text("user") ?? "",
        json.Text("verb") ?? "",
        GroupResource.Parse(json.Text("resource") ?? ""),
        json.Text("subresource") ?? "",
        ObjectKey.Parse(json.Text("object") ?? ""),
        json.Text("uid") ?? "",
        json.Int64("revision") ?? 0,
        [.. json.Array("fields")?.Select(static f => f.Text() ?? "") ?? []]);
}
