using System.Globalization;
using System.Text;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>What is known of a pod when a container or volume is set up.</summary>
/// <param name="Pod">The API object.</param>
/// <param name="PodIps">Addresses of the sandbox, the primary first; empty before there is one.</param>
/// <param name="HostIps">Addresses of the node, the primary first.</param>
/// <param name="Allocatable">What the node can give to pods: stands in for limits that are not set.</param>
internal sealed record PodContext(V1Pod Pod, IReadOnlyList<string> PodIps, IReadOnlyList<string> HostIps, NodeCapacity Allocatable);

/// <summary>Amounts of resources.</summary>
/// <param name="CpuCores">CPUs.</param>
/// <param name="MemoryBytes">Memory in bytes.</param>
/// <param name="EphemeralStorageBytes">Local disk in bytes.</param>
internal sealed record NodeCapacity(decimal CpuCores, decimal MemoryBytes, decimal EphemeralStorageBytes);

/// <summary>The downward API's field paths.</summary>
internal static class FieldPaths
{
    /// <summary>The value of a field path.</summary>
    /// <exception cref="SetupException">There is no such field.</exception>
    public static string Read(PodContext context, string path)
    {
        var pod = context.Pod;
        return path switch
        {
            "metadata.name" => pod.Metadata.Name,
            "metadata.namespace" => pod.Metadata.NamespaceProperty,
            "metadata.uid" => pod.Metadata.Uid,
            "metadata.labels" => Lines(pod.Metadata.Labels),
            "metadata.annotations" => Lines(pod.Metadata.Annotations),
            "spec.nodeName" => pod.Spec.NodeName ?? "",
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? "",
            "status.hostIP" => context.HostIps is [var host, ..] ? host : "",
            "status.hostIPs" => string.Join(',', context.HostIps),
            "status.podIP" => context.PodIps is [var ip, ..] ? ip : "",
            "status.podIPs" => string.Join(',', context.PodIps),
            _ => Subscript(path, "metadata.labels", pod.Metadata.Labels)
                ?? Subscript(path, "metadata.annotations", pod.Metadata.Annotations)
                ?? throw SetupException.Config($"unsupported fieldPath: {path}"),
        };
    }

    private static string? Subscript(string path, string map, IDictionary<string, string>? values)
    {
        var prefix = $"{map}['";
        if (!path.StartsWith(prefix, StringComparison.Ordinal) || !path.EndsWith("']", StringComparison.Ordinal))
            return null;
        var key = path[prefix.Length..^2];
        return values is not null && values.TryGetValue(key, out var value) ? value : "";
    }

    private static string Lines(IDictionary<string, string>? values)
    {
        if (values is null || values.Count == 0)
            return "";
        var text = new StringBuilder();
        foreach (var (key, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (text.Length > 0)
                text.Append('\n');
            text.Append(key).Append('=');
            Quote(text, value);
        }
        return text.ToString();
    }

    // Go's %q, which upstream writes and clients parse.
    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or '\x7f' => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => text.Append(c),
            };
        text.Append('"');
    }
}
