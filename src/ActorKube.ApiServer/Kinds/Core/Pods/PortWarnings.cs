using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Ports of a pod's containers that are named more than once.</summary>
internal static class PortWarnings
{
    /// <summary>Adds the warnings about a spec.</summary>
    public static void Add(JsonObject spec, string path, WarningList warnings)
    {
        Dictionary<(long, string), List<OpenPort>>? all = null;
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (i, container) in spec.Items(list))
                foreach (var (place, port) in container.Items("ports"))
                {
                    var mine = new OpenPort($"{path}.{list}[{i}].ports[{place}]", port.Text("hostIP") ?? "", port.Int64("hostPort") ?? 0);
                    var (number, protocol) = (port.Int64("containerPort") ?? 0, port.Text("protocol") ?? "");
                    if (mine.Address.Length > 0 && mine.Number == 0)
                        warnings.Add($"{mine.Path}: hostIP set without hostPort: {{Name:{port.Text("name")} HostPort:0 ContainerPort:{number} Protocol:{protocol} HostIP:{mine.Address}}}");
                    if (!(all ??= []).TryGetValue((number, protocol), out var others))
                        all[(number, protocol)] = others = [];
                    foreach (var other in others)
                        if (Conflict(mine, other) is { } word)
                            warnings.Add($"{mine.Path}: {word} port definition with {other.Path}");
                    others.Add(mine);
                }
    }

    private static string? Conflict(OpenPort mine, OpenPort other) => (mine, other) switch
    {
        _ when mine.Address == other.Address && mine.Number == other.Number => "duplicate",
        _ when mine.Number == 0 || other.Number == 0 => "overlapping",
        // On all addresses and on one of them: who gets what is left to chance.
        _ when mine.Number == other.Number && (mine.Address.Length == 0) != (other.Address.Length == 0) => "dangerously ambiguous",
        _ => null,
    };

    private sealed record OpenPort(string Path, string Address, long Number);
}
