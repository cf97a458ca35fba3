using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>
/// What an agent may write into persistent volumes: that it has removed the directory of one on its node which is being deleted. It takes away its own finalizer, and nothing else changes.
/// </summary>
internal static class LocalDirectoryRestriction
{
    public static void Check(NodeWrite request, string node)
    {
        var quoted = GoText.Quote(node);
        if (request is not { Kind: NodeWriteKind.Update, Subresource: "", Old: { } before, New: { } after })
            throw NodeRestriction.Refuse(request, $"node {quoted} may only remove the finalizer {GoText.Quote(LocalPath.Finalizer)} of persistent volumes");
        if (before.Text("metadata", "labels", LocalPath.NodeLabel) != LocalPath.LabelOf(node))
            throw NodeRestriction.Refuse(request, $"node {quoted} can only update persistent volumes that are directories of its own");
        if (before.Text("metadata", "deletionTimestamp").Length == 0)
            throw NodeRestriction.Refuse(request, $"node {quoted} can only update persistent volumes that are being deleted");
        if (!JsonNode.DeepEquals(Expected(before), Comparable(after)))
            throw NodeRestriction.Refuse(request, $"node {quoted} is not allowed to change anything but the finalizer {GoText.Quote(LocalPath.Finalizer)}");
    }

    private static JsonObject Expected(JsonObject before)
    {
        var copy = Comparable(before);
        var kept = before.Items("metadata", "finalizers").Select(f => f.Text()).Where(f => f != LocalPath.Finalizer).Select(f => (JsonNode?)f).ToArray();
        if (kept.Length == 0)
            copy.Child("metadata").Remove("finalizers");
        else
            copy.Child("metadata")["finalizers"] = new JsonArray(kept);
        return copy;
    }

    private static JsonObject Comparable(JsonObject volume)
    {
        var copy = (JsonObject)volume.DeepClone();
        var metadata = copy.Child("metadata");
        metadata.Remove("resourceVersion");
        metadata.Remove("managedFields");
        if (metadata["finalizers"] is JsonArray { Count: 0 })
            metadata.Remove("finalizers");
        return copy;
    }
}
