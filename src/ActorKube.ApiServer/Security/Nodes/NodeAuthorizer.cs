using System.Collections.Immutable;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Security.Rbac;
using ActorKube.Machinery.Volumes;
using ActorKube.Protocol.Store;
using Kind = ActorKube.ApiServer.Security.Nodes.PodReferences.Kind;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>
/// What node agents may do: read what the pods on their node refer to, report on their own node and pods, and otherwise what the rules of <c>system:node</c> allow.
/// Whether an object written is really the node's own is for <see cref="NodeRestriction"/>, which sees the object.
/// </summary>
internal sealed class NodeAuthorizer(NodeGraph graph, IObjectLookup lookup, ImmutableArray<PolicyRule> nodeRules) : IAuthorizer
{
    private static readonly AccessDecision Allow = new(AccessVerdict.Allow, "");

    public async ValueTask<AccessDecision> AuthorizeAsync(AccessAttributes attributes, CancellationToken cancel)
    {
        if (!NodeIdentity.IsNode(attributes.User, out var node))
            return AccessDecision.NoOpinion;
        if (node.Length == 0)
            return No($"unknown node for user {GoText.Quote(attributes.User.Name)}");
        if (attributes.Path is not null)
            return ByRules(attributes);
        if (!graph.Ready.IsCompletedSuccessfully)
            await graph.Ready.WaitAsync(cancel);
        return (attributes.Group, attributes.Resource) switch
        {
            ("", "secrets") => await ReadAsync(node, Kind.Secret, attributes, cancel),
            ("", "configmaps") => await ReadAsync(node, Kind.ConfigMap, attributes, cancel),
            ("", "persistentvolumeclaims") => attributes.Subresource == "status" ? await ClaimStatusAsync(node, attributes, cancel) : await GetAsync(node, Kind.PersistentVolumeClaim, attributes, cancel),
            ("", "persistentvolumes") => await VolumeAsync(node, attributes, cancel),
            ("", "serviceaccounts") => await TokenAsync(node, attributes, cancel),
            ("", "nodes") => Node(node, attributes),
            ("", "pods") => await PodAsync(node, attributes, cancel),
            ("resource.k8s.io", "resourceclaims") => await GetAsync(node, Kind.ResourceClaim, attributes, cancel),
            ("storage.k8s.io", "volumeattachments") => await AttachmentAsync(node, attributes, cancel),
            ("storage.k8s.io", "csinodes") => CsiNode(node, attributes),
            ("coordination.k8s.io", "leases") => Lease(node, attributes),
            ("certificates.k8s.io", "podcertificaterequests") => await PodCertificateAsync(node, attributes, cancel),
            _ => ByRules(attributes),
        };
    }

    private AccessDecision ByRules(in AccessAttributes request)
    {
        foreach (var rule in nodeRules)
            if (rule.Allows(request))
                return Allow;
        return AccessDecision.NoOpinion;
    }

    private async ValueTask<AccessDecision> ReadAsync(string node, Kind kind, AccessAttributes request, CancellationToken cancel)
    {
        if (request.Verb is not ("get" or "list" or "watch"))
            return No("can only read resources of this type");
        if (!string.IsNullOrEmpty(request.Subresource))
            return No("cannot read subresource");
        return string.IsNullOrEmpty(request.Namespace) ? No("can only read namespaced object of this type") : await RelatedAsync(node, kind, request, cancel);
    }

    private async ValueTask<AccessDecision> GetAsync(string node, Kind kind, AccessAttributes request, CancellationToken cancel) =>
        OnlyGet(request) ?? await RelatedAsync(node, kind, request, cancel);

    private async ValueTask<AccessDecision> ClaimStatusAsync(string node, AccessAttributes request, CancellationToken cancel) =>
        request.Verb is "update" or "patch" ? await RelatedAsync(node, Kind.PersistentVolumeClaim, request, cancel) : No("can only get/update/patch this type");

    private async ValueTask<AccessDecision> TokenAsync(string node, AccessAttributes request, CancellationToken cancel)
    {
        if (request.Verb != "create" || string.IsNullOrEmpty(request.Name))
            return No("can only create tokens for individual service accounts");
        return request.Subresource == "token" ? await RelatedAsync(node, Kind.ServiceAccount, request, cancel) : No("can only create token subresource of serviceaccount");
    }

    private async ValueTask<AccessDecision> VolumeAsync(string node, AccessAttributes request, CancellationToken cancel)
    {
        if (IsOwnDirectories(node, request))
            return Allow;
        if (request.Verb == "patch" && string.IsNullOrEmpty(request.Subresource) && !string.IsNullOrEmpty(request.Name))
            return IsOwnDirectory(node, await FindAsync(SecurityResources.PersistentVolumes, new ObjectKey("", request.Name), cancel)) ? Allow : Unrelated(node);
        if (OnlyGet(request) is { } refusal)
            return refusal;
        if (string.IsNullOrEmpty(request.Name))
            return No("No Object name found");
        var volume = await FindAsync(SecurityResources.PersistentVolumes, new ObjectKey("", request.Name), cancel);
        return volume is not null && graph.Refers(node, Kind.PersistentVolumeClaim, volume.Field("spec.claimRef.namespace"), volume.Field("spec.claimRef.name")) ? Allow : Unrelated(node);
    }

    // An agent removes the directories of the local-path provisioner's volumes: it sees those of its own node, by the one selector that shows no others.
    private static bool IsOwnDirectories(string node, in AccessAttributes request) =>
        request.Verb is "list" or "watch" && string.IsNullOrEmpty(request.Name) && request.LabelSelector == LocalPath.SelectorOf(node);

    private static bool IsOwnDirectory(string node, StoredObject? volume) => volume is not null && volume.Head.Labels[LocalPath.NodeLabel] == LocalPath.LabelOf(node);

    private async ValueTask<AccessDecision> AttachmentAsync(string node, AccessAttributes request, CancellationToken cancel)
    {
        if (OnlyGet(request) is { } refusal)
            return refusal;
        if (string.IsNullOrEmpty(request.Name))
            return No("No Object name found");
        var attachment = await FindAsync(SecurityResources.VolumeAttachments, new ObjectKey("", request.Name), cancel);
        return attachment is not null && attachment.Field("spec.nodeName") == node ? Allow : Unrelated(node);
    }

    private static AccessDecision Node(string node, in AccessAttributes request) => (request.Subresource ?? "", request.Verb) switch
    {
        ("", "create" or "update" or "patch") => Allow,
        ("", "get" or "list" or "watch") when request.Name == node => Allow,
        ("", "get" or "list" or "watch") when string.IsNullOrEmpty(request.Name) => No($"node '{node}' cannot read all nodes, only its own Node object"),
        ("", "get" or "list" or "watch") => No($"node '{node}' cannot read '{request.Name}', only its own Node object"),
        ("status", "update" or "patch") => Allow,
        _ => AccessDecision.NoOpinion,
    };

    private async ValueTask<AccessDecision> PodAsync(string node, AccessAttributes request, CancellationToken cancel)
    {
        switch (request.Subresource ?? "", request.Verb)
        {
            case ("", "create" or "delete"):
            case ("status", "update" or "patch"):
                return Allow;
            case ("", "list" or "watch") when request.NodeNameSelector == node:
                return Allow;
            case ("", "list" or "watch") when string.IsNullOrEmpty(request.Name):
                return No("can only list/watch pods with spec.nodeName field selector");
            case ("", "get" or "list" or "watch"):
            case ("eviction", "create"):
                var pod = await FindAsync(SecurityResources.Pods, new ObjectKey(request.Namespace ?? "", request.Name ?? ""), cancel);
                return pod is not null && pod.Field("spec.nodeName") == node ? Allow : Unrelated(node);
            default:
                return AccessDecision.NoOpinion;
        }
    }

    private async ValueTask<AccessDecision> PodCertificateAsync(string node, AccessAttributes request, CancellationToken cancel)
    {
        switch (request.Subresource ?? "", request.Verb)
        {
            case ("", "create"):
            case ("", "list" or "watch") when request.NodeNameSelector == node:
                return Allow;
            case ("", "list" or "watch") when string.IsNullOrEmpty(request.Name):
                return No("can only list/watch podcertificaterequests with spec.nodeName field selector");
            case ("", "get" or "list" or "watch"):
                var asked = await FindAsync(SecurityResources.PodCertificateRequests, new ObjectKey(request.Namespace ?? "", request.Name ?? ""), cancel);
                return asked is not null && asked.Field("spec.nodeName") == node ? Allow : Unrelated(node);
            default:
                return AccessDecision.NoOpinion;
        }
    }

    private static AccessDecision Lease(string node, in AccessAttributes request)
    {
        if (request.Verb is not ("get" or "create" or "update" or "patch" or "delete"))
            return No("can only get, create, update, patch, or delete a node lease");
        if (request.Namespace != NodeRestriction.LeaseNamespace)
            return No($"can only access leases in the \"{NodeRestriction.LeaseNamespace}\" system namespace");
        return request.Verb == "create" || request.Name == node ? Allow : No("can only access node lease with the same name as the requesting node");
    }

    private static AccessDecision CsiNode(string node, in AccessAttributes request)
    {
        if (request.Verb is not ("get" or "create" or "update" or "patch" or "delete"))
            return No("can only get, create, update, patch, or delete a CSINode");
        if (!string.IsNullOrEmpty(request.Subresource))
            return No("cannot authorize CSINode subresources");
        return request.Verb == "create" || request.Name == node ? Allow : No("can only access CSINode with the same name as the requesting node");
    }

    /// <summary>A pod may reach its agent a moment before it reaches this index: nothing is refused before the index has caught up.</summary>
    private async ValueTask<AccessDecision> RelatedAsync(string node, Kind kind, AccessAttributes request, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(request.Name))
            return No("No Object name found");
        var ns = request.Namespace ?? "";
        if (graph.Refers(node, kind, ns, request.Name))
            return Allow;
        // It may have caught up by itself since the first look.
        await graph.CatchUpAsync(cancel);
        return graph.Refers(node, kind, ns, request.Name) ? Allow : Unrelated(node);
    }

    private async ValueTask<StoredObject?> FindAsync(GroupResource resource, ObjectKey key, CancellationToken cancel) =>
        await lookup.FindAsync(resource, key, ReadAt.Any, cancel) ?? await lookup.FindAsync(resource, key, ReadAt.Latest, cancel);

    private static AccessDecision? OnlyGet(in AccessAttributes request)
    {
        if (request.Verb != "get")
            return No("can only get individual resources of this type");
        return string.IsNullOrEmpty(request.Subresource) ? null : No("cannot get subresource");
    }

    private static AccessDecision Unrelated(string node) => No($"no relationship found between node '{node}' and this object");

    private static AccessDecision No(string reason) => new(AccessVerdict.NoOpinion, reason);
}
