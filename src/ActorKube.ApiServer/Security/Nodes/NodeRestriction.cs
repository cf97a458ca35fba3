using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>
/// Admission of what node agents write: their own node, lease and CSI node, the status of pods on their node, mirror pods, tokens for pods on their node. Requests
/// of others pass.
/// </summary>
internal sealed class NodeRestriction(IObjectLookup lookup, IAuthorizer authorizer)
{
    private readonly TokenAudiences _audiences = new(lookup, authorizer);

    public const string LeaseNamespace = "kube-node-lease";

    /// <summary>True for the resources that agents write and this class looks at.</summary>
    public static bool Concerns(GroupResource resource) =>
        resource == SecurityResources.Pods || resource == SecurityResources.Nodes || resource == SecurityResources.ServiceAccounts
        || resource == SecurityResources.Leases || resource == SecurityResources.CsiNodes || resource == SecurityResources.PersistentVolumeClaims
        || resource == SecurityResources.PersistentVolumes || resource == SecurityResources.PodCertificateRequests;

    /// <summary>Checks one write.</summary>
    /// <exception cref="ApiException">403, or 404 when the pod or node that the decision needs is gone.</exception>
    public async ValueTask CheckAsync(NodeWrite request, CancellationToken cancel)
    {
        if (!NodeIdentity.IsNode(request.User, out var node))
            return;
        if (node.Length == 0)
            throw Refuse(request, $"could not determine node from user {GoText.Quote(request.User.Name)}");
        var (resource, oldObject, newObject) = (request.Resource, request.Old, request.New);
        if (resource == SecurityResources.Pods)
            await PodAsync(request, node, oldObject, newObject, cancel);
        else if (resource == SecurityResources.Nodes)
            NodeObjectRestriction.Check(request, node);
        else if (resource == SecurityResources.ServiceAccounts)
            await TokenAsync(request, node, newObject, cancel);
        else if (resource == SecurityResources.Leases)
            Lease(request, node, newObject);
        else if (resource == SecurityResources.CsiNodes)
            RequireOwnName(request, node, newObject, "can only access CSINode with the same name as the requesting node");
        else if (resource == SecurityResources.PersistentVolumeClaims)
            ClaimStatus(request, node, oldObject, newObject);
        else if (resource == SecurityResources.PersistentVolumes)
            LocalDirectoryRestriction.Check(request, node);
        else if (resource == SecurityResources.PodCertificateRequests)
            await PodCertificateAsync(request, node, newObject, cancel);
    }

    internal static ApiException Refuse(NodeWrite request, string why) => ApiErrors.Forbidden(request.Resource, request.Name, why);

    private async ValueTask PodAsync(NodeWrite request, string node, JsonObject? oldPod, JsonObject? newPod, CancellationToken cancel)
    {
        switch (request.Subresource, request.Kind)
        {
            case ("", NodeWriteKind.Create):
                await MirrorPodAsync(request, node, newPod!, cancel);
                break;
            case ("", NodeWriteKind.Delete):
                if (Text(oldPod, "spec", "nodeName") != node)
                    throw Refuse(request, $"node {GoText.Quote(node)} can only delete pods with spec.nodeName set to itself");
                break;
            case ("", _):
                throw Refuse(request, $"unexpected operation \"UPDATE\", node {GoText.Quote(node)} can only create and delete mirror pods");
            case ("status", NodeWriteKind.Update):
                if (Text(oldPod, "spec", "nodeName") != node)
                    throw Refuse(request, $"node {GoText.Quote(node)} can only update pod status for pods with spec.nodeName set to itself");
                if (!JsonNode.DeepEquals(oldPod?["metadata"]?["labels"], newPod?["metadata"]?["labels"]))
                    throw Refuse(request, $"node {GoText.Quote(node)} cannot update labels through pod status");
                if (!JsonNode.DeepEquals(oldPod?["status"]?["resourceClaimStatuses"], newPod?["status"]?["resourceClaimStatuses"]))
                    throw Refuse(request, $"node {GoText.Quote(node)} cannot update resource claim statues");
                break;
            case ("status", _):
                throw Refuse(request, $"unexpected operation {GoText.Quote(request.Kind.ToString().ToUpperInvariant())}");
            case ("eviction", _):
                var pod = await RequireAsync(SecurityResources.Pods, new ObjectKey(request.Namespace, request.Name), cancel);
                if (pod.Field("spec.nodeName") != node)
                    throw Refuse(request, $"node {node} can only evict pods with spec.nodeName set to itself");
                break;
            default:
                throw Refuse(request, $"unexpected pod subresource {GoText.Quote(request.Subresource)}, only 'status' and 'eviction' are allowed");
        }
    }

    private async ValueTask MirrorPodAsync(NodeWrite request, string node, JsonObject pod, CancellationToken cancel)
    {
        var quoted = GoText.Quote(node);
        if (pod["metadata"]?["annotations"]?[PodAnnotationRules.Mirror] is null)
            throw Refuse(request, $"pod does not have {GoText.Quote(PodAnnotationRules.Mirror)} annotation, node {quoted} can only create mirror pods");
        if (Text(pod, "spec", "nodeName") != node)
            throw Refuse(request, $"node {quoted} can only create pods with spec.nodeName set to itself");
        var owners = pod["metadata"]?["ownerReferences"] as JsonArray ?? [];
        if (owners.Count > 1)
            throw Refuse(request, $"node {quoted} can only create pods with a single owner reference set to itself");
        if (owners.Count == 0 || Text(owners[0], "apiVersion") != "v1" || Text(owners[0], "kind") != "Node" || Text(owners[0], "name") != node)
            throw Refuse(request, $"node {quoted} can only create pods with an owner reference set to itself");
        if (!IsTrue(owners[0]!["controller"]))
            throw Refuse(request, $"node {quoted} can only create pods with a controller owner reference set to itself");
        if (IsTrue(owners[0]!["blockOwnerDeletion"]))
            throw Refuse(request, $"node {quoted} must not set blockOwnerDeletion on an owner reference");
        var stored = await RequireAsync(SecurityResources.Nodes, new ObjectKey("", node), cancel);
        var uid = Text(owners[0], "uid");
        if (uid != stored.Head.Uid)
            throw Refuse(request, $"node {node} UID mismatch: expected {uid} got {stored.Head.Uid}");

        var references = PodReferences.Read(System.Text.Encoding.UTF8.GetBytes(pod.ToJsonString())).Select(r => r.Kind).ToHashSet();
        if (references.Contains(PodReferences.Kind.ServiceAccount))
            throw Refuse(request, $"node {quoted} can not create pods that reference a service account");
        if (references.Contains(PodReferences.Kind.Secret))
            throw Refuse(request, $"node {quoted} can not create pods that reference secrets");
        if (references.Contains(PodReferences.Kind.ConfigMap))
            throw Refuse(request, $"node {quoted} can not create pods that reference configmaps");
        if (ProjectedSources(pod).Any(s => s?["clusterTrustBundle"] is not null))
            throw Refuse(request, $"node {quoted} can not create pods that reference clustertrustbundles");
        if (references.Contains(PodReferences.Kind.PersistentVolumeClaim))
            throw Refuse(request, $"node {quoted} can not create pods that reference persistentvolumeclaims");
        if (references.Contains(PodReferences.Kind.ResourceClaim) || pod["spec"]?["resourceClaims"] is JsonArray { Count: > 0 })
            throw Refuse(request, $"node {quoted} can not create pods that reference resourceclaims");
    }

    private async ValueTask TokenAsync(NodeWrite request, string node, JsonObject? tokenRequest, CancellationToken cancel)
    {
        if (request.Kind != NodeWriteKind.Create || request.Subresource != "token")
            return;
        var reference = tokenRequest?["spec"]?["boundObjectRef"];
        if (Text(reference, "apiVersion") != "v1" || Text(reference, "kind") != "Pod" || Text(reference, "name").Length == 0)
            throw Refuse(request, "node requested token not bound to a pod");
        var uid = Text(reference, "uid");
        if (uid.Length == 0)
            throw Refuse(request, "node requested token with a pod binding without a uid");
        var pod = await RequireAsync(SecurityResources.Pods, new ObjectKey(request.Namespace, Text(reference, "name")), cancel);
        if (pod.Head.Uid != uid)
            throw Refuse(request, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        if (pod.Field("spec.nodeName") != node)
            throw Refuse(request, "node requested token bound to a pod scheduled on a different node");
        if (await _audiences.RefusalAsync(request.User, request.Name, pod, tokenRequest, cancel) is { } refusal)
            throw Refuse(request, refusal);
    }

    // The signer believes what the request says about the pod.
    private async ValueTask PodCertificateAsync(NodeWrite request, string node, JsonObject? asked, CancellationToken cancel)
    {
        if (request.Kind != NodeWriteKind.Create || request.Subresource.Length > 0)
            throw Refuse(request, $"node {GoText.Quote(node)} can only create PodCertificateRequests");
        var (pod, uid, account) = (Text(asked, "spec", "podName"), Text(asked, "spec", "podUID"), Text(asked, "spec", "serviceAccountName"));
        if (Text(asked, "spec", "nodeName") is var named && named != node)
            throw Refuse(request, $"PodCertificateRequest.Spec.NodeName={GoText.Quote(named)}, which is not the requesting node {GoText.Quote(node)}");
        if ((await RequireAsync(SecurityResources.Nodes, new ObjectKey("", node), cancel)).Head.Uid != Text(asked, "spec", "nodeUID"))
            throw Refuse(request, $"PodCertificateRequest names an incarnation of node {GoText.Quote(node)} that is not there");
        var stored = await RequireAsync(SecurityResources.Pods, new ObjectKey(request.Namespace, pod), cancel);
        if (stored.Head.Uid != uid)
            throw Refuse(request, $"PodCertificateRequest for pod {GoText.Quote(pod)} contains pod UID ({GoText.Quote(uid)}) which differs from running pod {GoText.Quote(stored.Head.Uid)}");
        if (stored.Field("spec.nodeName") != node)
            throw Refuse(request, $"pod {GoText.Quote(pod)} is not running on node {GoText.Quote(node)} named in the PodCertificateRequest");
        if (stored.Field("spec.serviceAccountName") != account)
            throw Refuse(request, $"PodCertificateRequest for pod {GoText.Quote(pod)} names service account {GoText.Quote(account)}, which is not that of the pod");
        if ((await RequireAsync(SecurityResources.ServiceAccounts, new ObjectKey(request.Namespace, account), cancel)).Head.Uid != Text(asked, "spec", "serviceAccountUID"))
            throw Refuse(request, $"PodCertificateRequest names an incarnation of service account {GoText.Quote(account)} that is not there");
    }

    private static void Lease(NodeWrite request, string node, JsonObject? lease)
    {
        if (request.Namespace != LeaseNamespace)
            throw Refuse(request, $"can only access leases in the {GoText.Quote(LeaseNamespace)} system namespace");
        RequireOwnName(request, node, lease, "can only access node lease with the same name as the requesting node");
    }

    private static void ClaimStatus(NodeWrite request, string node, JsonObject? oldClaim, JsonObject? newClaim)
    {
        if (request.Subresource != "status")
            throw Refuse(request, "may only update PVC status");
        if (request.Kind != NodeWriteKind.Update)
            throw Refuse(request, $"unexpected operation {GoText.Quote(request.Kind.ToString().ToUpperInvariant())}");
        if (!JsonNode.DeepEquals(WithoutReports(oldClaim), WithoutReports(newClaim)))
            throw Refuse(request, $"node {GoText.Quote(node)} is not allowed to update fields other than status.capacity and status.conditions");
    }

    private static JsonObject WithoutReports(JsonObject? claim)
    {
        var copy = (JsonObject?)claim?.DeepClone() ?? [];
        if (copy["metadata"] is JsonObject metadata)
        {
            metadata.Remove("resourceVersion");
            metadata.Remove("managedFields");
        }
        if (copy["status"] is JsonObject status)
            foreach (var reported in (string[])["capacity", "conditions", "allocatedResources", "allocatedResourceStatuses"])
                status.Remove(reported);
        return copy;
    }

    private static void RequireOwnName(NodeWrite request, string node, JsonObject? created, string why)
    {
        var name = request.Kind == NodeWriteKind.Create ? Text(created, "metadata", "name") : request.Name;
        if (name != node)
            throw Refuse(request, why);
    }

    private async ValueTask<StoredObject> RequireAsync(GroupResource resource, ObjectKey key, CancellationToken cancel) =>
        await lookup.FindAsync(resource, key, ReadAt.Latest, cancel) ?? throw ApiErrors.NotFound(resource, key.Name);

    private static IEnumerable<JsonNode?> ProjectedSources(JsonObject pod) =>
        from volume in pod["spec"]?["volumes"] as JsonArray ?? []
        from source in volume?["projected"]?["sources"] as JsonArray ?? []
        select source;

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var truth) && truth;

    private static string Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
            node = (node as JsonObject)?[step];
        return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
    }
}
