using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Setup;

public sealed class EnvironmentTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)", "1")]
    [InlineData("x$(A)y$(B)z", "x1y2z")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$(MISSING)", "$(MISSING)")]
    [InlineData("$(A", "$(A")]
    [InlineData("$A", "$A")]
    [InlineData("cost: 5$", "cost: 5$")]
    [InlineData("$()", "$()")]
    public void Names_in_brackets_are_expanded_and_nothing_else(string text, string expected) =>
        Assert.Equal(expected, Expansion.Expand(text, name => name switch { "A" => "1", "B" => "2", _ => null }));

    [Theory]
    [InlineData("metadata.name", "web")]
    [InlineData("metadata.namespace", "default")]
    [InlineData("metadata.uid", "uid-web")]
    [InlineData("metadata.labels['app']", "a\"b")]
    [InlineData("metadata.labels['none']", "")]
    [InlineData("metadata.labels", "app=\"a\\\"b\"\nzone=\"x\"")]
    [InlineData("metadata.annotations['note']", "line\nbreak")]
    [InlineData("metadata.annotations", "note=\"line\\nbreak\"")]
    [InlineData("spec.nodeName", "n1")]
    [InlineData("spec.serviceAccountName", "robot")]
    [InlineData("status.hostIP", "192.168.7.1")]
    [InlineData("status.podIP", "10.244.1.5")]
    [InlineData("status.podIPs", "10.244.1.5,fd00::5")]
    public void Fields_of_the_pod_can_be_read(string path, string expected)
    {
        var pod = Contexts.Pod("""{"serviceAccountName":"robot"}""", """{"labels":{"zone":"x","app":"a\"b"},"annotations":{"note":"line\nbreak"}}""");
        Assert.Equal(expected, FieldPaths.Read(pod, path));
    }

    [Theory]
    [InlineData("limits.cpu", "1", "1")]
    [InlineData("limits.cpu", "1m", "500")]
    [InlineData("requests.cpu", "1m", "250")]
    [InlineData("requests.cpu", "1", "1")]
    [InlineData("limits.memory", "1Mi", "64")]
    [InlineData("limits.memory", "1", "67108864")]
    [InlineData("requests.memory", "1Mi", "0")]
    [InlineData("limits.ephemeral-storage", "1Gi", "100")]
    public void Resources_are_given_in_units_rounded_up(string resource, string divisor, string expected)
    {
        var pod = Contexts.Pod("""{"containers":[{"name":"web","image":"i","resources":{"limits":{"cpu":"500m","memory":"64Mi"},"requests":{"cpu":"250m"}}}]}""");
        Assert.Equal(expected, ResourceFields.Read(pod, new() { Resource = resource, Divisor = new(divisor) }, pod.Pod.Spec.Containers[0]));
    }

    [Fact]
    public async Task Later_sources_win_and_services_never_replace_anything()
    {
        var references = new FakeReferences().ConfigMap("m", ("A", "map"), ("B", "map"), ("bad=name", "x")).Secret("s", ("B", "secret")).Service("db", "10.96.0.7", """[{"port":5432,"name":"pg"}]""");
        var pod = Contexts.Pod("""{"containers":[{"name":"web","image":"i","envFrom":[{"configMapRef":{"name":"m"}},{"prefix":"P_","secretRef":{"name":"s"}},{"secretRef":{"name":"s"}}],"env":[{"name":"A","value":"own"},{"name":"C","value":"$(A)$(B)$(P_B)$(D)"},{"name":"DB_SERVICE_PORT","value":"mine"}]}]}""");
        var built = await new EnvironmentBuilder(references).BuildAsync(pod, pod.Pod.Spec.Containers[0], TestContext.Current.CancellationToken);
        Assert.Equal(("own", "secret", "ownsecretsecret$(D)"), (built.Find("A"), built.Find("B"), built.Find("C")));
        Assert.Equal(("10.96.0.7", "mine", "5432", "tcp://10.96.0.7:5432"), (built.Find("DB_SERVICE_HOST"), built.Find("DB_SERVICE_PORT"), built.Find("DB_SERVICE_PORT_PG"), built.Find("DB_PORT_5432_TCP")));
        Assert.Equal("Keys [bad=name] from the EnvFrom configMap default/m were skipped since they are considered invalid environment variable names.", Assert.Single(built.Skipped));
    }

    [Theory]
    [InlineData(true, "default", "db", true)]
    [InlineData(false, "default", "db", false)]
    [InlineData(true, "other", "db", false)]
    [InlineData(false, "default", "kubernetes", true)]
    public void Services_of_the_namespace_are_told_when_links_are_on_and_the_api_server_always(bool links, string ns, string name, bool told) =>
        Assert.Equal(told, ServiceEnvironment.Of(new FakeReferences().Service(name, "10.96.0.1", """[{"port":443}]""", ns).Services, "default", links).Variables.Any());

    [Theory]
    [InlineData("""{"configMapKeyRef":{"name":"none","key":"k"}}""", "configmap \"none\" not found")]
    [InlineData("""{"configMapKeyRef":{"name":"m","key":"none"}}""", "couldn't find key none in ConfigMap default/m")]
    [InlineData("""{"secretKeyRef":{"name":"none","key":"k"}}""", "secret \"none\" not found")]
    [InlineData("""{"secretKeyRef":{"name":"s","key":"none"}}""", "couldn't find key none in Secret default/s")]
    [InlineData("""{"fieldRef":{"fieldPath":"spec.nothing"}}""", "unsupported fieldPath: spec.nothing")]
    public async Task What_is_missing_is_named(string source, string message)
    {
        var references = new FakeReferences().ConfigMap("m", ("k", "v")).Secret("s", ("k", "v"));
        var pod = Contexts.Pod($$"""{"containers":[{"name":"web","image":"i","env":[{"name":"A","valueFrom":{{source}} }]}]}""");
        var error = await Assert.ThrowsAsync<SetupException>(async () => await new EnvironmentBuilder(references).BuildAsync(pod, pod.Pod.Spec.Containers[0], TestContext.Current.CancellationToken));
        Assert.Equal(("CreateContainerConfigError", message), (error.Reason, error.Message));
    }

    [Fact]
    public async Task Optional_sources_may_be_missing()
    {
        var pod = Contexts.Pod("""{"containers":[{"name":"web","image":"i","envFrom":[{"configMapRef":{"name":"none","optional":true}}],"env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"none","key":"k","optional":true}}}]}]}""");
        Assert.Empty((await new EnvironmentBuilder(new FakeReferences()).BuildAsync(pod, pod.Pod.Spec.Containers[0], TestContext.Current.CancellationToken)).Variables);
    }
}
