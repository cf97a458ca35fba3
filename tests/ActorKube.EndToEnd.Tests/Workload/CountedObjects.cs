using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.EndToEnd.Tests.Workload;

/// <summary>
/// Objects in which every writer counts its own writes in an annotation of its own. A write by compare-and-set changes one counter by one; so whoever sees two versions that follow each
/// other can tell whether an update was lost or an event left out.
/// </summary>
internal static class CountedObjects
{
    public const string Namespace = "default";
    private const string Prefix = "count/";

    public static IReadOnlyList<ObjectAddress> All { get; } =
    [
        .. Enumerable.Range(0, 2).Select(i => ObjectAddress.Of(WellKnownResources.Pods, new ObjectKey(Namespace, $"counted-{i}"))),
        .. Enumerable.Range(0, 2).Select(i => ObjectAddress.Of(WellKnownResources.ConfigMaps, new ObjectKey(Namespace, $"counted-{i}"))),
    ];

    /// <summary>Creates an object that nobody but the writers changes: a pod is held back from scheduling.</summary>
    public static byte[] New(string name, bool isPod)
    {
        var json = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace } };
        if (isPod)
            json["spec"] = new JsonObject
            {
                ["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "actorkube.test/held" }),
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "busybox" }),
            };
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    /// <summary>The counters of an object, by writer.</summary>
    public static IReadOnlyDictionary<string, int> Counters(StoredObject item)
    {
        var annotations = JsonNode.Parse(item.Json.Span)!["metadata"]!["annotations"]?.AsObject() ?? [];
        return annotations.Where(a => a.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(a => a.Key[Prefix.Length..], a => int.Parse((string)a.Value!));
    }

    /// <summary>The object with one counter changed, at the revision it was read at.</summary>
    public static byte[] With(StoredObject item, string writer, int value)
    {
        var json = JsonNode.Parse(item.Json.Span)!;
        var metadata = json["metadata"]!.AsObject();
        if (metadata["annotations"] is null)
            metadata["annotations"] = new JsonObject();
        metadata["annotations"]![Prefix + writer] = value.ToString();
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
