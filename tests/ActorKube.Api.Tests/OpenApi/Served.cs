using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.OpenApi;

namespace ActorKube.Api.Tests.OpenApi;

/// <summary>A small server: enough resources to have every form of path.</summary>
internal static class Served
{
    private static readonly ImmutableArray<string> Everything = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly ImmutableArray<string> GetUpdatePatch = ["get", "patch", "update"];
    private static readonly GroupVersionKind Pod = new("", "v1", "Pod");
    private static readonly GroupVersionKind Deployment = new("apps", "v1", "Deployment");

    public static readonly ImmutableArray<ServedResource> Resources =
    [
        new(Pod, "pods", true, Everything)
        {
            Subresources =
            [
                new("binding", new("", "v1", "Binding"), ["create"]), new("eviction", new("policy", "v1", "Eviction"), ["create"]),
                new("exec", new("", "v1", "PodExecOptions"), ["create", "get"]), new("log", Pod, ["get"]), new("status", Pod, GetUpdatePatch),
            ],
        },
        new(new("", "v1", "Node"), "nodes", false, Everything) { Subresources = [new("status", new("", "v1", "Node"), GetUpdatePatch)] },
        new(new("", "v1", "ServiceAccount"), "serviceaccounts", true, Everything) { Subresources = [new("token", new("authentication.k8s.io", "v1", "TokenRequest"), ["create"])] },
        new(Deployment, "deployments", true, Everything) { Subresources = [new("scale", new("autoscaling", "v1", "Scale"), GetUpdatePatch), new("status", Deployment, GetUpdatePatch)] },
        new(new("rbac.authorization.k8s.io", "v1", "ClusterRole"), "clusterroles", false, Everything),
        new(new("authorization.k8s.io", "v1", "SelfSubjectAccessReview"), "selfsubjectaccessreviews", false, ["create"]),
    ];

    public static OpenApiPublisher Publisher()
    {
        var publisher = new OpenApiPublisher(new(), "v1.37.0");
        publisher.Publish(Resources);
        return publisher;
    }
}
