using System.Buffers;
using System.Text.Json;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>
/// A pod network for a runtime that has none: the reference plugins' bridge over the node's pod ranges, with host ports. A network that somebody has configured is
/// never touched.
/// </summary>
internal static class CniConfiguration
{
    /// <summary>Where runtimes look unless told otherwise.</summary>
    public const string DefaultDirectory = "/etc/cni/net.d";

    private const string FileName = "10-actorkube.conflist";
    private static readonly string[] Extensions = [".conf", ".conflist", ".json"];

    /// <summary>Writes our network, or writes it anew for other ranges.</summary>
    /// <param name="directory">Where the runtime looks for networks; it notices by itself.</param>
    /// <param name="podCidrs">The node's pod ranges, one per IP family.</param>
    /// <param name="masquerade">Whether traffic that leaves the range takes the node's address: right for a single node, wrong where other nodes must see pod addresses.</param>
    /// <returns>Whether the network is ours; false when another one is configured.</returns>
    public static bool Ensure(string directory, IReadOnlyList<string> podCidrs, bool masquerade)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        if (Directory.EnumerateFiles(directory).Any(file => file != path && Extensions.Contains(Path.GetExtension(file))))
            return false;

        var content = Build(podCidrs, masquerade);
        if (File.Exists(path) && content.SequenceEqual(File.ReadAllBytes(path)))
            return true;
        // The runtime reads a file as soon as it appears: it must appear whole.
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
        return true;
    }

    /// <summary>The network as a list of plugins.</summary>
    public static byte[] Build(IReadOnlyList<string> podCidrs, bool masquerade)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("cniVersion", "0.4.0");
            json.WriteString("name", "actorkube");
            json.WriteStartArray("plugins");
            WriteBridge(json, podCidrs, masquerade);
            WriteHostPorts(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteBridge(Utf8JsonWriter json, IReadOnlyList<string> podCidrs, bool masquerade)
    {
        json.WriteStartObject();
        json.WriteString("type", "bridge");
        json.WriteString("bridge", "cni0");
        json.WriteBoolean("isGateway", true);
        json.WriteBoolean("isDefaultGateway", true);
        json.WriteBoolean("ipMasq", masquerade);
        json.WriteBoolean("hairpinMode", true);
        json.WriteStartObject("ipam");
        json.WriteString("type", "host-local");
        json.WriteStartArray("ranges");
        foreach (var cidr in podCidrs)
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("subnet", cidr);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHostPorts(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "portmap");
        json.WriteStartObject("capabilities");
        json.WriteBoolean("portMappings", true);
        json.WriteEndObject();
        json.WriteBoolean("snat", true);
        json.WriteEndObject();
    }
}
