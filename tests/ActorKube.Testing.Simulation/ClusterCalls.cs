using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.Testing.Simulation;

/// <summary>What tests do to a cluster, as its administrator.</summary>
public static class ClusterCalls
{
    /// <summary>Creates an object.</summary>
    public static StoredObject Create(this SimulatedCluster cluster, GroupVersionResource resource, string json)
    {
        var node = JsonNode.Parse(json)!;
        var address = new ObjectAddress(resource, node.Text("metadata", "namespace"), node.Text("metadata", "name"));
        return cluster.Run(() => cluster.Administrator.CreateAsync(address, Encoding.UTF8.GetBytes(json)).AsTask());
    }

    /// <summary>Patches an object.</summary>
    public static StoredObject Patch(this SimulatedCluster cluster, GroupVersionResource resource, string ns, string name, string patch, PatchType type = PatchType.StrategicMerge) =>
        cluster.Run(() => cluster.Administrator.PatchAsync(new ObjectAddress(resource, ns, name), type, Encoding.UTF8.GetBytes(patch)).AsTask());

    /// <summary>Deletes an object.</summary>
    public static void Delete(this SimulatedCluster cluster, GroupVersionResource resource, string ns, string name, DeleteOptions? options = null) =>
        cluster.Run(() => cluster.Administrator.DeleteAsync(new ObjectAddress(resource, ns, name), options).AsTask());

    /// <summary>All objects of a resource, in the order of their names.</summary>
    public static IReadOnlyList<JsonObject> List(this SimulatedCluster cluster, GroupVersionResource resource, string? ns = "default") =>
        [.. cluster.Stored(resource, ns).Select(o => o.Edit())];

    /// <summary>The same as they are stored.</summary>
    public static IReadOnlyList<StoredObject> Stored(this SimulatedCluster cluster, GroupVersionResource resource, string? ns = "default") =>
        cluster.Run(() => cluster.Administrator.ListAsync(resource, ns).AsTask()).Items;

    /// <summary>One object.</summary>
    public static JsonObject Get(this SimulatedCluster cluster, GroupVersionResource resource, string name, string ns = "default") =>
        cluster.Run(() => cluster.Administrator.GetAsync(new ObjectAddress(resource, ns, name)).AsTask()).Edit();

    /// <summary>Events about an object, as <c>reason: message (times)</c>.</summary>
    public static IReadOnlyList<string> EventsOf(this SimulatedCluster cluster, string name, string ns = "default") =>
        [.. cluster.List(WellKnownResources.Events, ns).Where(e => e.Text("involvedObject", "name") == name)
            .Select(e => $"{e.Text("reason")}: {e.Text("message")} ({e.Number("count") ?? 1})")];
}
