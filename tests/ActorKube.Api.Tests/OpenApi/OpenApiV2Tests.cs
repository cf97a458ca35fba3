using System.Text.Json;

namespace ActorKube.Api.Tests.OpenApi;

public sealed class OpenApiV2Tests
{
    private static readonly JsonElement Document = JsonDocument.Parse(Served.Publisher().V2Json().Bytes).RootElement;

    [Theory]
    [InlineData("/api/v1/namespaces/{namespace}/pods", "get", "listCoreV1NamespacedPod", "list", "", "v1", "Pod")]
    [InlineData("/api/v1/namespaces/{namespace}/pods", "post", "createCoreV1NamespacedPod", "post", "", "v1", "Pod")]
    [InlineData("/api/v1/namespaces/{namespace}/pods", "delete", "deleteCoreV1CollectionNamespacedPod", "deletecollection", "", "v1", "Pod")]
    [InlineData("/api/v1/namespaces/{namespace}/pods/{name}", "get", "readCoreV1NamespacedPod", "get", "", "v1", "Pod")]
    [InlineData("/api/v1/namespaces/{namespace}/pods/{name}", "put", "replaceCoreV1NamespacedPod", "put", "", "v1", "Pod")]
    [InlineData("/api/v1/namespaces/{namespace}/pods/{name}", "patch", "patchCoreV1NamespacedPod", "patch", "", "v1", "Pod")]
    [InlineData("/api/v1/pods", "get", "listCoreV1PodForAllNamespaces", "list", "", "v1", "Pod")]
    [InlineData("/api/v1/nodes/{name}", "delete", "deleteCoreV1Node", "delete", "", "v1", "Node")]
    [InlineData("/api/v1/nodes", "delete", "deleteCoreV1CollectionNode", "deletecollection", "", "v1", "Node")]
    [InlineData("/api/v1/namespaces/{namespace}/pods/{name}/binding", "post", "createCoreV1NamespacedPodBinding", "post", "", "v1", "Binding")]
    [InlineData("/api/v1/namespaces/{namespace}/pods/{name}/eviction", "post", "createCoreV1NamespacedPodEviction", "post", "policy", "v1", "Eviction")]
    [InlineData("/api/v1/namespaces/{namespace}/pods/{name}/exec", "get", "connectCoreV1GetNamespacedPodExec", "connect", "", "v1", "PodExecOptions")]
    [InlineData("/api/v1/namespaces/{namespace}/pods/{name}/exec", "post", "connectCoreV1PostNamespacedPodExec", "connect", "", "v1", "PodExecOptions")]
    [InlineData("/api/v1/namespaces/{namespace}/pods/{name}/log", "get", "readCoreV1NamespacedPodLog", "get", "", "v1", "Pod")]
    [InlineData("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token", "post", "createCoreV1NamespacedServiceAccountToken", "post", "authentication.k8s.io", "v1", "TokenRequest")]
    [InlineData("/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale", "patch", "patchAppsV1NamespacedDeploymentScale", "patch", "autoscaling", "v1", "Scale")]
    [InlineData("/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status", "put", "replaceAppsV1NamespacedDeploymentStatus", "put", "apps", "v1", "Deployment")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/clusterroles", "get", "listRbacAuthorizationV1ClusterRole", "list", "rbac.authorization.k8s.io", "v1", "ClusterRole")]
    [InlineData("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "post", "createAuthorizationV1SelfSubjectAccessReview", "post", "authorization.k8s.io", "v1", "SelfSubjectAccessReview")]
    public void An_operation_is_named_as_upstream_names_it(string path, string method, string id, string action, string group, string version, string kind)
    {
        var operation = Document.GetProperty("paths").GetProperty(path).GetProperty(method);
        Assert.Equal(id, operation.GetProperty("operationId").GetString());
        Assert.Equal(action, operation.GetProperty("x-kubernetes-action").GetString());
        var gvk = operation.GetProperty("x-kubernetes-group-version-kind");
        Assert.Equal((group, version, kind), (gvk.GetProperty("group").GetString(), gvk.GetProperty("version").GetString(), gvk.GetProperty("kind").GetString()));
    }

    [Theory]
    [InlineData("/api/", "getCoreAPIVersions")]
    [InlineData("/api/v1/", "getCoreV1APIResources")]
    [InlineData("/apis/", "getAPIVersions")]
    [InlineData("/apis/apps/", "getAppsAPIGroup")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/", "getRbacAuthorizationV1APIResources")]
    [InlineData("/version/", "getCodeVersion")]
    public void Discovery_is_described_too(string path, string id) =>
        Assert.Equal(id, Document.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("operationId").GetString());

    [Fact]
    public void A_resource_that_can_only_be_created_has_no_other_operation()
    {
        var paths = Document.GetProperty("paths").EnumerateObject().Where(p => p.Name.Contains("selfsubjectaccessreviews", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["post", "parameters"], Assert.Single(paths).Value.EnumerateObject().Select(m => m.Name));
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = References(Document).Distinct().ToArray();
        Assert.Contains("#/definitions/io.k8s.api.core.v1.PodSpec", references);
        foreach (var reference in references)
        {
            var at = Document;
            foreach (var step in reference.Split('/').Skip(1))
                Assert.True(at.TryGetProperty(step, out at), reference);
        }
    }

    [Fact]
    public void A_definition_carries_descriptions_types_and_merge_facts()
    {
        var container = Document.GetProperty("definitions").GetProperty("io.k8s.api.core.v1.Container");
        Assert.Equal("A single application container that you want to run within a pod.", container.GetProperty("description").GetString());
        Assert.Equal(["name"], container.GetProperty("required").EnumerateArray().Select(r => r.GetString()));
        var ports = container.GetProperty("properties").GetProperty("ports");
        Assert.Equal("array", ports.GetProperty("type").GetString());
        Assert.Equal("#/definitions/io.k8s.api.core.v1.ContainerPort", ports.GetProperty("items").GetProperty("$ref").GetString());
        Assert.Equal("map", ports.GetProperty("x-kubernetes-list-type").GetString());
        Assert.Equal(["containerPort", "protocol"], ports.GetProperty("x-kubernetes-list-map-keys").EnumerateArray().Select(k => k.GetString()));
        Assert.Equal("containerPort", ports.GetProperty("x-kubernetes-patch-merge-key").GetString());
        Assert.Equal("merge", ports.GetProperty("x-kubernetes-patch-strategy").GetString());
    }

    [Fact]
    public void Options_of_deletion_are_published_under_every_group_and_version()
    {
        var kinds = Document.GetProperty("definitions").GetProperty("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions").GetProperty("x-kubernetes-group-version-kind");
        Assert.Equal(["", "apps", "authorization.k8s.io", "rbac.authorization.k8s.io"], kinds.EnumerateArray().Select(k => k.GetProperty("group").GetString()));
    }

    [Fact]
    public void A_document_is_made_once_and_again_when_the_resources_change()
    {
        var publisher = Served.Publisher();
        var first = publisher.V2Json();
        Assert.Same(first, publisher.V2Json());
        publisher.Publish(Served.Resources[..1]);
        Assert.NotEqual(first.Hash, publisher.V2Json().Hash);
        publisher.Publish(Served.Resources);
        Assert.Equal(first.Hash, publisher.V2Json().Hash);
        Assert.True(first.Bytes.Span.SequenceEqual(publisher.V2Json().Bytes.Span));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => m.Name == "$ref" && m.Value.ValueKind == JsonValueKind.String ? [m.Value.GetString()!] : References(m.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
