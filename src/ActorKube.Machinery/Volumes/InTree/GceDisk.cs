using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>Disks of Google's cloud. A disk that is in several zones belongs to their region.</summary>
internal sealed class GceDisk() : InTreeDriver("gcePersistentDisk", "kubernetes.io/gce-pd", "pd.csi.storage.gke.io")
{
    private const string Unknown = "UNSPECIFIED";

    private protected override JsonObject Source(JsonNode? inTree, VolumePlace place) => Csi($"projects/{Unknown}/{PlaceOf(place)}/disks/{inTree.Text("pdName")}", inTree,
        new JsonObject { ["partition"] = inTree.Int("partition") is { } number and not 0 ? number.ToString(CultureInfo.InvariantCulture) : "" });

    private protected override void Finish(JsonObject volume)
    {
        VolumeTopology.Translate(volume, "topology.gke.io/zone");
        // The old driver attached a disk to one node for writing, whatever modes the volume had.
        var modes = volume.Items("spec", "accessModes").Select(static m => m.Text()).ToHashSet();
        if (modes.Count > 0)
            volume["spec"]!["accessModes"] = new JsonArray(modes.SetEquals(["ReadOnlyMany"]) ? "ReadOnlyMany" : "ReadWriteOnce");
    }

    private protected override string InlineName(JsonNode? inTree, JsonObject csi) => $"{Driver}-{inTree.Text("pdName")}";

    private protected override string InlineMode(JsonNode? inTree) => inTree.Flag("readOnly") ? "ReadOnlyMany" : base.InlineMode(inTree);

    private static string PlaceOf(VolumePlace place)
    {
        var label = place.Label(VolumeTopology.BetaZone) is { Length: > 0 } beta ? beta : place.Label(VolumeTopology.Zone);
        return label.Split(VolumeTopology.Delimiter) switch
        {
            [""] => $"zones/{Unknown}",
            [var zone] => $"zones/{zone}",
            var zones => $"regions/{RegionOf(zones)}",
        };
    }

    private static string RegionOf(string[] zones)
    {
        var regions = new HashSet<string>();
        foreach (var zone in zones)
            regions.Add(zone.Split('-') is [var place, var number, _] ? $"{place}-{number}"
                : throw new FormatException($"failed to get region from zones: zone in unexpected format, expected: {{locale}}-{{region}}-{{zone}}, got: {zone}"));
        return regions.Count == 1 ? regions.Single() : throw new FormatException($"failed to get region from zones: multiple or no regions gotten from zones, got: {string.Join(", ", regions)}");
    }
}
