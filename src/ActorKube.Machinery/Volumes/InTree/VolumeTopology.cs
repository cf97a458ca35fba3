using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>Where a volume can be reached, in the labels of nodes that a CSI driver knows. What the volume requires of nodes goes before what its own labels say.</summary>
internal static class VolumeTopology
{
    public const string Zone = "topology.kubernetes.io/zone";
    public const string Region = "topology.kubernetes.io/region";
    public const string BetaZone = "failure-domain.beta.kubernetes.io/zone";
    public const string BetaRegion = "failure-domain.beta.kubernetes.io/region";

    /// <summary>Stands between several zones in one label.</summary>
    public const string Delimiter = "__";

    /// <summary>Zones are a driver's own; a region is asked for by the name that nodes have today.</summary>
    public static void Translate(JsonObject volume, string zoneKey)
    {
        var (zone, region) = LabelsOf(volume);
        if (!Rename(volume, zone, zoneKey))
            Require(volume, zoneKey, volume.Text("metadata", "labels", zone).Split(Delimiter));
        if (region == BetaRegion)
            Rename(volume, region, Region);
    }

    /// <summary>Both are a driver's own, and a label has one of each.</summary>
    public static void Translate(JsonObject volume, string zoneKey, string regionKey)
    {
        var (zone, region) = LabelsOf(volume);
        foreach (var (label, key) in (ReadOnlySpan<(string, string)>)[(zone, zoneKey), (region, regionKey)])
            if (!Rename(volume, label, key))
                Require(volume, key, [volume.Text("metadata", "labels", label)]);
    }

    // The labels of today, unless only those of former days are used.
    private static (string Zone, string Region) LabelsOf(JsonObject volume)
    {
        var keys = Expressions(volume).Select(static e => e.Text("key")).ToHashSet();
        var beta = !keys.Contains(Zone) && (keys.Contains(BetaZone)
            || volume.At("metadata", "labels", Zone) is null && volume.At("metadata", "labels", BetaZone) is not null);
        return beta ? (BetaZone, BetaRegion) : (Zone, Region);
    }

    private static bool Rename(JsonObject volume, string from, string to)
    {
        var named = Expressions(volume).Where(e => e.Text("key") == from).ToArray();
        // A label that no value is required for says nothing, but is renamed all the same when another expression does.
        if (!named.Any(static e => e.Items("values").Any()))
            return false;
        foreach (var expression in named)
            expression["key"] = to;
        return true;
    }

    private static void Require(JsonObject volume, string key, string[] values)
    {
        var wanted = values.Select(static v => v.Trim()).Where(static v => v.Length > 0).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (wanted.Length == 0)
            return;
        var terms = volume.Child("spec").Child("nodeAffinity").Child("required").List("nodeSelectorTerms");
        if (terms.Count == 0)
            terms.Add(new JsonObject());
        foreach (var term in terms.OfType<JsonObject>())
            term.List("matchExpressions").Add(new JsonObject { ["key"] = key, ["operator"] = "In", ["values"] = new JsonArray([.. wanted.Select(static v => JsonValue.Create(v))]) });
    }

    private static IEnumerable<JsonObject> Expressions(JsonObject volume) =>
        volume.Items("spec", "nodeAffinity", "required", "nodeSelectorTerms").SelectMany(static t => t.Items("matchExpressions")).OfType<JsonObject>();
}
