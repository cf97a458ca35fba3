using ActorKube.Api.Names;
using ActorKube.Api.Patching;
using ActorKube.Api.Schema;

namespace ActorKube.Api.Tests.Schema;

public sealed class BuiltInSchemaTests
{
    private static readonly SchemaRegistry Registry = new();

    [Theory]
    [InlineData("v1", "Pod", "io.k8s.api.core.v1.Pod")]
    [InlineData("v1", "Event", "io.k8s.api.core.v1.Event")]
    [InlineData("events.k8s.io/v1", "Event", "io.k8s.api.events.v1.Event")]
    [InlineData("v1", "PodList", "io.k8s.api.core.v1.PodList")]
    [InlineData("apps/v1", "Deployment", "io.k8s.api.apps.v1.Deployment")]
    [InlineData("autoscaling/v1", "Scale", "io.k8s.api.autoscaling.v1.Scale")]
    [InlineData("autoscaling/v2", "HorizontalPodAutoscaler", "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler")]
    [InlineData("authentication.k8s.io/v1", "TokenRequest", "io.k8s.api.authentication.v1.TokenRequest")]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition")]
    [InlineData("apiregistration.k8s.io/v1", "APIService", "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService")]
    [InlineData("v1", "Status", "io.k8s.apimachinery.pkg.apis.meta.v1.Status")]
    [InlineData("apps/v1", "DeleteOptions", "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions")]
    public void A_kind_has_the_definition_upstream_gives_it(string apiVersion, string kind, string definition) =>
        Assert.Equal(definition, Registry.Find(GroupVersionKind.From(apiVersion, kind))?.DefinitionName);

    [Fact]
    public void An_unknown_kind_has_no_schema() => Assert.Null(Registry.Find(new GroupVersionKind("apps", "v1", "Pod")));

    [Fact]
    public void A_path_leads_through_lists_and_maps()
    {
        var pod = Kind("v1", "Pod");
        Assert.Equal(SchemaType.Integer, pod.At("spec", "containers", "[]", "ports", "[]", "containerPort")?.Type);
        Assert.Equal(SchemaType.Quantity, pod.At("spec", "containers", "[]", "resources", "limits", "cpu")?.Type);
        Assert.Equal(SchemaType.IntOrString, pod.At("spec", "containers", "[]", "livenessProbe", "httpGet", "port")?.Type);
        Assert.Null(pod.At("spec", "container"));
    }

    [Fact]
    public void Lists_carry_their_merge_facts()
    {
        var ports = Kind("v1", "Pod").At("spec", "containers", "[]", "ports")!;
        Assert.Equal(ListType.Map, ports.ListType);
        Assert.Equal(["containerPort", "protocol"], ports.ListKeys);
        Assert.Equal("containerPort", ports.MergeKey);
        Assert.Equal(PatchStrategy.Merge, ports.Strategy);
        var volumes = Kind("v1", "Pod").At("spec", "volumes")!;
        Assert.Equal(PatchStrategy.Merge | PatchStrategy.RetainKeys, volumes.Strategy);
        Assert.Equal(ListType.Atomic, Kind("v1", "Pod").At("spec", "containers", "[]", "args")!.ListType);
        Assert.Equal(ListType.Set, Kind("v1", "Pod").At("metadata", "finalizers")!.ListType);
        Assert.True(Kind("v1", "Pod").At("spec", "nodeSelector")!.Atomic);
    }

    [Fact]
    public void A_recursive_definition_can_be_followed_for_ever()
    {
        var schema = Kind("apiextensions.k8s.io/v1", "CustomResourceDefinition").At("spec", "versions", "[]", "schema", "openAPIV3Schema")!;
        for (var i = 0; i < 10; i++)
            schema = schema.At("properties", "any", "not")!;
        Assert.Equal("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps", schema.DefinitionName);
    }

    [Fact]
    public void Every_kind_can_be_walked_and_every_property_found_by_its_name()
    {
        var seen = new HashSet<SchemaObject>();
        foreach (var kind in SchemaRegistry.BuiltInKinds)
            Walk(Registry.Find(kind)!, seen);
        Assert.InRange(seen.Count, 500, 1000);
    }

    [Fact]
    public void A_custom_kind_is_published_and_withdrawn()
    {
        var registry = new SchemaRegistry();
        var kind = new GroupVersionKind("example.com", "v1", "Widget");
        var schema = new SchemaNode { Type = SchemaType.Object, Definition = new SchemaObject(null, [new SchemaProperty("spec", new SchemaNode { Type = SchemaType.AnyObject })]) };
        registry.Publish(kind, schema);
        Assert.Same(schema, registry.Find(kind));
        Assert.Equal(SchemaType.AnyObject, registry.Find(kind)!.Property("spec")!.Type);
        registry.Withdraw(kind);
        Assert.Null(registry.Find(kind));
        Assert.Throws<ArgumentException>(() => registry.Publish(new GroupVersionKind("", "v1", "Pod"), schema));
    }

    private static SchemaNode Kind(string apiVersion, string kind) => Registry.Find(GroupVersionKind.From(apiVersion, kind))!;

    private static void Walk(SchemaNode? node, HashSet<SchemaObject> seen)
    {
        if (node is null)
            return;
        Walk(node.Items, seen);
        Walk(node.Values, seen);
        if (node.Definition is null || !seen.Add(node.Definition))
            return;
        foreach (var property in node.Properties)
        {
            Assert.Same(property, node.Definition.Find(property.Name));
            Walk(property.Node, seen);
        }
    }
}
