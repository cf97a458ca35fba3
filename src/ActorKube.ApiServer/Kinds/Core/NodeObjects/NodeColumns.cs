using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Core.NodeObjects;

/// <summary>The table of nodes (upstream: <c>printNode</c>).</summary>
internal static class NodeColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";
    private const string RoleLabel = "kubernetes.io/role";
    private const string Unknown = "<unknown>";

    /// <summary>All columns.</summary>
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Status", "Whether the node is ready, and takes pods.", static o => Status(o)),
        TableColumn.Text("Roles", "What the node is for.", static o => CellText.OrNone(Roles(o))),
        TableColumn.Age,
        TableColumn.Text("Version", "Version of the node's agent.", static o => Info(o, "kubeletVersion")),
        TableColumn.Text("Internal-IP", "Address within the cluster.", static o => Address(o, "InternalIP"), 1),
        TableColumn.Text("External-IP", "Address from outside.", static o => Address(o, "ExternalIP"), 1),
        TableColumn.Text("OS-Image", "Operating system.", static o => OrUnknown(Info(o, "osImage")), 1),
        TableColumn.Text("Kernel-Version", "Kernel.", static o => OrUnknown(Info(o, "kernelVersion")), 1),
        TableColumn.Text("Container-Runtime", "What runs the containers.", static o => OrUnknown(Info(o, "containerRuntimeVersion")), 1),
    ];

    private static string Status(JsonElement node)
    {
        var ready = node.At("status", "conditions").Items().FirstOrDefault(static c => c.At("type").AsText() == "Ready");
        var status = ready.ValueKind != JsonValueKind.Object ? "Unknown" : ready.At("status").AsText() == "True" ? "Ready" : "NotReady";
        return node.At("spec", "unschedulable").AsFlag() ? status + ",SchedulingDisabled" : status;
    }

    private static string Roles(JsonElement node)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var label in node.At("metadata", "labels").Properties())
            if (label.Name.StartsWith(RolePrefix, StringComparison.Ordinal) && label.Name.Length > RolePrefix.Length)
                roles.Add(label.Name[RolePrefix.Length..]);
            else if (label.Name == RoleLabel && label.Value.AsText() is { Length: > 0 } role)
                roles.Add(role);
        return string.Join(',', roles);
    }

    private static string Info(JsonElement node, string field) => node.At("status", "nodeInfo", field).AsText();

    private static string OrUnknown(string text) => text.Length > 0 ? text : Unknown;

    private static string Address(JsonElement node, string type) =>
        CellText.OrNone(node.At("status", "addresses").Items().FirstOrDefault(a => a.At("type").AsText() == type).At("address").AsText());
}
