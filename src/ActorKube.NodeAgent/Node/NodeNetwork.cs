using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Runtimes;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Node;

/// <summary>
/// The pod network out of the box: when the node has its pod ranges and nobody has configured a network, a bridge with the ranges is. A configuration by anybody else
/// wins at once: ours is removed when another appears beside it.
/// </summary>
internal sealed class NodeNetwork(IContainerRuntime runtime, NodeAgentSettings settings, ILogger log)
{
    /// <summary>Name of our configuration file.</summary>
    public const string FileName = "10-actorkube.conflist";

    private string _applied = "";

    /// <summary>Whether the runtime knows the node's pod ranges.</summary>
    public bool IsApplied => _applied.Length > 0;

    /// <summary>Tells the runtime the ranges and writes the configuration where there is none.</summary>
    public async Task ApplyAsync(IReadOnlyList<string> podCidrs, CancellationToken cancel)
    {
        if (podCidrs.Count == 0)
            return;
        var ranges = string.Join(',', podCidrs);
        if (settings.CniEnabled)
            Configure(podCidrs);
        if (_applied == ranges)
            return;
        await runtime.UpdatePodCidrsAsync(podCidrs, cancel);
        _applied = ranges;
    }

    /// <summary>Takes our configuration away.</summary>
    public void Remove() => File.Delete(Path.Combine(settings.CniDirectory, FileName));

    /// <summary>The configuration for ranges: bridge, host-local addresses, host ports.</summary>
    public static string Render(IReadOnlyList<string> podCidrs)
    {
        var ranges = new JsonArray([.. podCidrs.Select(c => new JsonArray(new JsonObject { ["subnet"] = c }))]);
        var routes = new JsonArray([.. podCidrs.Select(c => new JsonObject { ["dst"] = IPNetwork.Parse(c).BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 ? "::/0" : "0.0.0.0/0" })]);
        var bridge = new JsonObject
        {
            ["type"] = "bridge",
            ["bridge"] = "cni0",
            ["isGateway"] = true,
            ["ipMasq"] = true,
            ["hairpinMode"] = true,
            ["ipam"] = new JsonObject { ["type"] = "host-local", ["ranges"] = ranges, ["routes"] = routes },
        };
        return new JsonObject
        {
            ["cniVersion"] = "0.4.0",
            ["name"] = "actorkube",
            ["plugins"] = new JsonArray(bridge, new JsonObject { ["type"] = "portmap", ["capabilities"] = new JsonObject { ["portMappings"] = true } }),
        }.ToJsonString();
    }

    private void Configure(IReadOnlyList<string> podCidrs)
    {
        var own = Path.Combine(settings.CniDirectory, FileName);
        if (Directory.Exists(settings.CniDirectory) && Directory.EnumerateFiles(settings.CniDirectory).Any(f => f != own && Path.GetExtension(f) is (".conf" or ".conflist" or ".json")))
        {
            File.Delete(own);
            return;
        }
        var content = Render(podCidrs);
        if (File.Exists(own) && File.ReadAllText(own) == content)
            return;
        Directory.CreateDirectory(settings.CniDirectory);
        // The runtime watches the directory: it must never read half a file.
        var temporary = own + ".new";
        File.WriteAllText(temporary, content);
        File.Move(temporary, own, overwrite: true);
        Log.NetworkConfigured(log, own);
    }
}
