using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Testing.Fakes;

/// <summary>Merge patches, and as much of the strategic kind as components send: lists with merge keys uid (owner references) and type (conditions), taints by key and effect.</summary>
internal static class MemoryPatches
{
    private const string DeleteFrom = "$deleteFromPrimitiveList/";

    public static void Apply(JsonObject target, JsonObject patch, bool strategic)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (strategic && name.StartsWith(DeleteFrom, StringComparison.Ordinal))
                target[name[DeleteFrom.Length..]] = new JsonArray([.. target.Items(name[DeleteFrom.Length..]).Where(i => value.AsArray().All(v => v.Text() != i.Text())).Select(i => i.DeepClone())]);
            else if (value is JsonObject inner)
                Apply(target.Child(name), inner, strategic);
            else if (strategic && value is JsonArray items && KeyOf(name) is { } key)
                target[name] = MergeList(target[name] as JsonArray ?? [], items, key);
            else
                target[name] = value.DeepClone();
        }
    }

    private static string? KeyOf(string list) => list switch
    {
        "ownerReferences" => "uid",
        "conditions" => "type",
        "finalizers" => "",
        _ => null,
    };

    private static JsonArray MergeList(JsonArray target, JsonArray patch, string key)
    {
        var merged = target.Select(i => i!.DeepClone()).ToList();
        foreach (var item in patch)
        {
            if (key.Length == 0)
            {
                if (!merged.Any(m => m.Text() == item.Text()))
                    merged.Add(item!.DeepClone());
                continue;
            }
            var index = merged.FindIndex(m => m.Text(key) == item.Text(key));
            if (item.Text("$patch") == "delete")
            {
                if (index >= 0)
                    merged.RemoveAt(index);
            }
            else if (index >= 0)
            {
                Apply(merged[index].AsObject(), item!.AsObject(), strategic: true);
            }
            else
            {
                merged.Add(item!.DeepClone());
            }
        }
        return [.. merged];
    }
}
