using System.Text;
using System.Text.Json;
using ActorKube.Api.Json;
using k8s.Models;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>
/// What a container's status repeats of its spec: resources in force, resources set aside, and mounts. Each is JSON in one form, so that what was written is recognised when it is
/// read back.
/// </summary>
/// <param name="Resources"><c>resources</c>.</param>
/// <param name="Allocated"><c>allocatedResources</c>: the requests; empty without any.</param>
/// <param name="Mounts"><c>volumeMounts</c>; empty without any.</param>
internal sealed record SpecStatus(string Resources, string Allocated, string Mounts)
{
    /// <summary>Of a container that asks for nothing.</summary>
    public static readonly SpecStatus Empty = new("{}", "", "");

    /// <summary>Of a container of a spec.</summary>
    public static SpecStatus Of(V1Container container) => Of(
        container.Resources,
        container.Resources?.Requests,
        (container.VolumeMounts ?? []).Select(m => (m.Name, m.MountPath, m.ReadOnlyProperty == true, m.ReadOnlyProperty != true ? "" : m.RecursiveReadOnly == "Enabled" ? "Enabled" : "Disabled")));

    /// <summary>Of a status; null where it does not say.</summary>
    public static SpecStatus? Of(V1ContainerStatus status) => status.Resources is null
        ? null
        : Of(
            status.Resources,
            status.AllocatedResources,
            (status.VolumeMounts ?? []).Select(m => (m.Name, m.MountPath, m.ReadOnlyProperty == true, m.RecursiveReadOnly ?? "")));

    private static SpecStatus Of(
        V1ResourceRequirements? resources, IDictionary<string, ResourceQuantity>? allocated, IEnumerable<(string Name, string Path, bool ReadOnly, string Recursive)> mounts)
    {
        var all = mounts.ToArray();
        if (resources is not ({ Limits.Count: > 0 } or { Requests.Count: > 0 }) && allocated is not { Count: > 0 } && all.Length == 0)
            return Empty;
        return new SpecStatus(
            Text(resources, static (json, it) =>
            {
                json.WriteStartObject();
                WriteQuantities(json, "limits", it?.Limits);
                WriteQuantities(json, "requests", it?.Requests);
                json.WriteEndObject();
            }),
            allocated is { Count: > 0 } ? Text(allocated, static (json, it) => WriteQuantities(json, null, it)) : "",
            all.Length > 0 ? Text(all, WriteMounts) : "");
    }

    private static string Text<T>(T state, Action<Utf8JsonWriter, T> write) => Encoding.UTF8.GetString(JsonEncoder.Encode(state, write));

    private static void WriteQuantities(Utf8JsonWriter json, string? name, IDictionary<string, ResourceQuantity>? quantities)
    {
        if (quantities is not { Count: > 0 })
            return;
        if (name is not null)
            json.WritePropertyName(name);
        json.WriteStartObject();
        foreach (var (resource, quantity) in quantities.OrderBy(q => q.Key, StringComparer.Ordinal))
            json.WriteString(resource, quantity.ToString());
        json.WriteEndObject();
    }

    private static void WriteMounts(Utf8JsonWriter json, IEnumerable<(string Name, string Path, bool ReadOnly, string Recursive)> mounts)
    {
        json.WriteStartArray();
        foreach (var mount in mounts)
        {
            json.WriteStartObject();
            json.WriteString("name", mount.Name);
            json.WriteString("mountPath", mount.Path);
            if (mount.ReadOnly)
                json.WriteBoolean("readOnly", value: true);
            if (mount.Recursive.Length > 0)
                json.WriteString("recursiveReadOnly", mount.Recursive);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
