using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>A stateful set's template as its pods will look: its containers may mount the claims that each pod gets, although the template has no such volumes.</summary>
internal static class ClaimedVolumes
{
    /// <summary>The spec with a volume in the template for every claim template; the spec itself is left as it is, and given back when it has none.</summary>
    public static JsonObject In(JsonObject spec)
    {
        if (spec.Array("volumeClaimTemplates") is not { Count: > 0 } || spec.Object("template").Object("spec") is null)
            return spec;
        var seen = (JsonObject)spec.DeepClone();
        var pod = seen.Object("template").Object("spec")!;
        var claimed = new JsonArray();
        foreach (var (_, claim) in spec.Items("volumeClaimTemplates"))
            if (claim.Object("metadata").Text("name") is { } name)
                claimed.Add(new JsonObject { ["name"] = name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = name } });
        // A claim takes the place of the template's volume of the same name.
        foreach (var (_, volume) in pod.Items("volumes"))
            if (!claimed.Any(c => (string?)c!["name"] == volume.Text("name")))
                claimed.Add(volume.DeepClone());
        pod["volumes"] = claimed;
        return seen;
    }
}
