using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Volumes that upstream warns about: of retired kinds, or with files in the way of a token.</summary>
internal static class VolumeWarnings
{
    // Field, name in the warning, what has become of it.
    private static readonly (string Field, string Shown, string Fate)[] Retired =
    [
        ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
        ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
        ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
        ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
        ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
        ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
        ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ];

    /// <summary>Adds the warnings about a spec.</summary>
    public static void AddDeprecated(JsonObject spec, string path, WarningList warnings)
    {
        HashSet<string>? tokens = null;
        foreach (var (i, volume) in spec.Items("volumes"))
        {
            foreach (var (field, shown, fate) in Retired)
                if (volume[field] is not null)
                    warnings.Add($"{path}.volumes[{i}].{shown}: {fate}");
            foreach (var (_, source) in volume.Object("projected").Items("sources"))
                if (source.Object("serviceAccountToken").Text("path") is { } file)
                    (tokens ??= []).Add(file);
        }
        if (tokens is null)
            return;
        foreach (var (i, volume) in spec.Items("volumes"))
            foreach (var (_, source) in volume.Object("projected").Items("sources"))
                AddHidden(source, tokens, $"{path}.volumes[{i}].projected.sources", warnings);
    }

    // The paths are upstream's, which names neither the source nor its items.
    private static void AddHidden(JsonObject source, HashSet<string> tokens, string path, WarningList warnings)
    {
        foreach (var (field, shown) in (ReadOnlySpan<(string, string)>)[("configMap", "configMap"), ("secret", "secrets"), ("downwardAPI", "downwardAPI")])
            foreach (var (i, item) in source.Object(field).Items("items"))
                if (item.Text("path") is { } file && tokens.Contains(file))
                    warnings.Add($"{path}.{shown}[{i}]: has duplicated path with ServiceAccountToken \"{file}\"");
        if (source.Object("clusterTrustBundle").Text("path") is { } bundle && tokens.Contains(bundle))
            warnings.Add($"{path}.ClusterTrustBundle: has duplicated path with ServiceAccountToken \"{bundle}\"");
    }
}
