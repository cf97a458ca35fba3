using System.Buffers;
using System.Text.Json;

namespace ActorKube.NodeAgent.Network;

/// <summary>
/// A pod network for a runtime that has none: the reference plugins' bridge over the node's pod ranges, with host ports. A network that somebody else has configured
/// is never touched, and when one appears beside ours, ours goes: two would make it a matter of chance which one a pod gets.
/// </summary>
internal static class CniConfiguration
{
    /// <summary>Name of our file.</summary>
    public const string FileName = "10-actorkube.conflist";

    // Without an ending that the runtime reads.
    private const string LockName = ".actorkube-agent";

    private static readonly string[] Extensions = [".conf", ".conflist", ".json"];

    /// <summary>Writes the configuration unless somebody else has written one, and again when it is to be another one.</summary>
    /// <param name="directory">The runtime's directory of network configurations.</param>
    /// <param name="podCidrs">Ranges of the node's pods, one per IP family.</param>
    /// <param name="masquerade">Whether the bridge hides the addresses of pods from everybody outside of it.</param>
    /// <returns>Whether the network is ours, and whether it was written just now.</returns>
    public static (bool IsOurs, bool Written) Ensure(string directory, IReadOnlyList<string> podCidrs, bool masquerade)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        if (IsOfOthers(directory))
        {
            File.Delete(path);
            return (IsOurs: false, Written: false);
        }
        var content = Build(podCidrs, masquerade);
        if (File.Exists(path) && content.AsSpan().SequenceEqual(File.ReadAllBytes(path)))
            return (IsOurs: true, Written: false);
        // The runtime reads a file as soon as it appears: it must appear whole.
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
        return (IsOurs: true, Written: true);
    }

    /// <summary>Whether somebody else has configured a network.</summary>
    public static bool IsOfOthers(string directory) =>
        Directory.Exists(directory) && Directory.EnumerateFiles(directory).Any(file => Path.GetFileName(file) != FileName && Extensions.Contains(Path.GetExtension(file)));

    /// <summary>Keeps other agents on this machine from configuring the network, until disposed of or the end of the process; null when one of them does so.</summary>
    public static FileStream? TryHold(string directory)
    {
        Directory.CreateDirectory(directory);
        try
        {
            return new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The configuration for ranges.</summary>
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
