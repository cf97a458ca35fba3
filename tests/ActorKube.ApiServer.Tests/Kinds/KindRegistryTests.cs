using ActorKube.Api.Names;
using ActorKube.Api.Schema;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class KindRegistryTests
{
    private static readonly KindRegistry Registry = KindRegistry.BuiltIn(new KindOptions());

    [Fact]
    public void Every_kind_that_is_served_has_a_schema()
    {
        var schemas = new SchemaRegistry();
        Assert.All(Registry.Resources, r => Assert.NotNull(schemas.Find(r.Kind)));
        Assert.All(Registry.Resources.SelectMany(r => r.Facts.Subresources).Where(s => !s.IsConnection), s => Assert.NotNull(schemas.Find(s.Kind)));
    }

    [Fact]
    public void Every_table_begins_with_a_name_or_says_why_not() =>
        Assert.All(Registry.Resources.Where(r => r.Storage.Plural != "events"), r => Assert.Equal("name", r.Strategy.Columns[0].Format));

    [Theory]
    [InlineData("", "v1", "pods", "po", true, "attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status")]
    [InlineData("", "v1", "namespaces", "ns", false, "finalize,status")]
    [InlineData("apps", "v1", "deployments", "deploy", true, "scale,status")]
    [InlineData("certificates.k8s.io", "v1", "certificatesigningrequests", "csr", false, "approval,status")]
    [InlineData("", "v1", "serviceaccounts", "sa", true, "token")]
    public void Facts_are_upstreams(string group, string version, string plural, string shortName, bool namespaced, string subresources)
    {
        var facts = Registry.Find(new GroupVersionResource(group, version, plural))!.Facts;
        Assert.Equal(([shortName], namespaced, subresources), (facts.ShortNames.ToArray(), facts.Namespaced, string.Join(',', facts.Subresources.Select(s => s.Name))), TupleComparer);
    }

    [Fact]
    public void Namespaces_are_not_deleted_by_the_dozen() =>
        Assert.DoesNotContain(RequestVerb.DeleteCollection, Registry.Find(new GroupVersionResource("", "v1", "namespaces"))!.Facts.Verbs);

    [Theory]
    [InlineData("events.k8s.io", "v1", "events", "", "events")]
    [InlineData("autoscaling", "v1", "horizontalpodautoscalers", "autoscaling", "horizontalpodautoscalers")]
    public void Versions_of_one_kind_share_their_storage(string group, string version, string plural, string storedGroup, string storedPlural)
    {
        var served = Registry.Find(new GroupVersionResource(group, version, plural))!;
        Assert.Equal(new GroupResource(storedGroup, storedPlural), served.Storage);
        Assert.NotNull(served.Conversion);
    }

    [Fact]
    public void A_kind_registered_twice_is_an_error_at_start() =>
        Assert.Throws<ArgumentException>(() => new KindRegistry([.. Registry.Resources, Registry.Resources[0]]));

    private static bool TupleComparer((string[] Short, bool Namespaced, string Sub) a, (string[] Short, bool Namespaced, string Sub) b) =>
        a.Short.SequenceEqual(b.Short) && a.Namespaced == b.Namespaced && a.Sub == b.Sub;
}
